"""`make bench`: every topic, or those that are named, e.g. `python -m tools.bench streams`."""

import os
import platform
import sys
import tempfile
from pathlib import Path

from core.logs import set_up_logs
from core.settings import Settings
from tools.bench import answers, call_steps, line, live, orders, recordings, search, streams, surge, triage

TOPICS = {
    "recordings": recordings,
    "call_steps": call_steps,
    "search": search,
    "orders": orders,
    "streams": streams,
    "answers": answers,
    "triage": triage,
    "surge": surge,
    "line": line,
    "live": live,
}


def main(wanted: list[str]) -> None:
    set_up_logs("ERROR")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| what | measured | against | ratio |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            log_level="ERROR",
            data_folder=Path(folder),
            twilio_account_sid="AC" + "5" * 32,
            twilio_auth_token="a token for the bench",
            redis_url="redis://127.0.0.1:1",
        )
        for name in wanted or TOPICS:
            for row in TOPICS[name].rows(settings):
                print(row, flush=True)


main(sys.argv[1:])
