"""New calls a second that the whole house holds on this machine, whole dialogues, open loop, durable commits.

`SURGE_RATES=22,30 SURGE_SECONDS=20 python -m tools.bench surge` asks for other rates. Whoever rings shares the
machine with the house: web, workers, clock, Redis, stream and live process, as `hotline up` runs them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from sqlalchemy import func, select

from core.house import House, build_house
from core.models import Call, Recording, WorkOrder
from core.settings import Settings, read_settings
from hotline import supervise
from hotline.descendants import adopt_orphans
from hotline.drill.live.house import free_ports, own_environment
from hotline.setting_up import set_up
from tools.bench.postgres import postgres_url
from tools.bench.processes import ROOT, VOICES
from tools.bench.web_servers import cpu_by_program

RATES = tuple(float(rate) for rate in os.environ.get("SURGE_RATES", "5,10,15,22,30,40").split(","))
SECONDS = float(os.environ.get("SURGE_SECONDS", "20"))
DATABASES = os.environ.get("SURGE_DATABASES", "SQLite,PostgreSQL").split(",")
LONGEST_P99_SECONDS = 0.2
_LONGEST_CATCHING_UP_SECONDS = 60


def rows(_settings: Settings) -> Iterator[str]:
    """Yield a row for each rate and one for the greatest that was held, on SQLite and PostgreSQL."""
    if "SQLite" in DATABASES:
        yield from _on("SQLite", "")
    if "PostgreSQL" in DATABASES:
        with postgres_url() as url:
            yield from _on("PostgreSQL", url)


def _on(database: str, url: str) -> Iterator[str]:
    with _running(url) as (house, load, supervisord):
        assert load.stdin is not None
        assert load.stdout is not None
        _ask(load.stdin, load.stdout, 2, 3)  # to warm up
        held = 0.0
        for rate in RATES:
            before = cpu_by_program(supervisord)
            told = _ask(load.stdin, load.stdout, rate, SECONDS)
            if not told["wrong"] and _at(told["waits"], 0.99) < LONGEST_P99_SECONDS:
                held = max(held, rate)
            left = _catch_up(house)
            yield _row(database, rate, told, left)
            yield _cpu_row(database, told, before, cpu_by_program(supervisord))
        yield f"| greatest rate held, {database}: p99 < 200 ms, no error | {held:g} calls/s | goal: 22 | – |"
        yield f"| calls that rang → kept, ended, with recording and order, {database} | {_kept(house, told)} | – | – |"


def _ask(to: IO[str], answers: IO[str], rate: float, seconds: float) -> dict[str, Any]:
    to.write(json.dumps([rate, seconds]) + "\n")
    to.flush()
    told: dict[str, Any] = json.loads(answers.readline())
    return told


def _row(database: str, rate: float, told: dict[str, Any], left: tuple[int, float]) -> str:
    waits, wrong = told["waits"], told["wrong"]
    p50, p99, worst = (_at(waits, share) * 1000 for share in (0.5, 0.99, 1))
    what = f" ({', '.join(sorted(set(wrong))[:3])})" if wrong else ""
    return (
        f"| {rate:g} calls/s for {SECONDS:g} s, {database} | webhook p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest "
        f"{worst:.0f} ms; {len(waits)} answered, {len(wrong)} wrong{what} | the callers' own process: "
        f"{told['cpu_seconds']:.1f} s CPU, p99 {_at(told['late'], 0.99) * 1000:.0f} ms late | "
        f"{left[0]} recordings left for the workers, {left[1]:.0f} s more |"
    )


def _cpu_row(database: str, told: dict[str, Any], before: dict[str, float], after: dict[str, float]) -> str:
    calls = max(1, told["rang"])
    used = {name: (seconds - before.get(name, 0.0)) / calls * 1000 for name, seconds in after.items()}
    most = ", ".join(f"{name} {used[name]:.0f}" for name in sorted(used, key=lambda name: -used[name]))
    return f"| CPU for each of these calls, {database} | {sum(used.values()):.0f} ms: {most} | – | – |"


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("inf")


def _catch_up(house: House) -> tuple[int, float]:
    """Wait until nothing is left for the workers; returns how many recordings were, and how long it took."""
    begun, first = time.monotonic(), _undone(house)
    left = first
    while left and time.monotonic() - begun < _LONGEST_CATCHING_UP_SECONDS:
        time.sleep(0.5)
        left = _undone(house)
    return first, time.monotonic() - begun


def _undone(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).where(Recording.due_at.is_not(None))) or 0


def _kept(house: House, told: dict[str, Any]) -> str:
    with house.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table).where(*where))
            for table, where in ((Call, ()), (Call, (Call.ended_at.is_not(None),)), (Recording, ()), (WorkOrder, ()))
        ]
    return f"{told['calls']} → {', '.join(map(str, counts))}"


@contextmanager
def _running(database_url: str) -> Iterator[tuple[House, "subprocess.Popen[str]", int]]:
    """Run every process of the Procfile on a folder and ports of its own, and the one in which the callers are."""
    port, stream_port, live_port, carrier_port = free_ports(4)
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            "DATA_FOLDER": folder,
            "DATABASE_URL": database_url,
            "PORT": port,
            "STREAM_PORT": stream_port,
            "LIVE_PORT": live_port,
            "LIVE_STREAMS": "1",  # this is about keys and recordings
            "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
            "TWILIO_AUTH_TOKEN": "a token for the bench",
            "TWILIO_API_URL": f"http://127.0.0.1:{carrier_port}",
            "RECORDING_HOSTS": "127.0.0.1",
        }
        with own_environment({f"HOTLINE_{name}": value for name, value in variables.items()}):
            settings = read_settings()
            adopt_orphans()
            house = build_house(settings)
            set_up(house)
            supervisord = supervise.start(settings)
            load = _callers(settings, carrier_port)
            try:
                supervise.wait_until_healthy(settings, supervisord)
                yield house, load, supervisord.pid
            finally:
                load.kill()
                load.wait()
                supervise.stop(settings, supervisord)
                house.database.close()


def _callers(settings: Settings, carrier_port: str) -> "subprocess.Popen[str]":
    load = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.surge_load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert load.stdin is not None
    given = {
        "port": settings.port,
        "carrier_port": carrier_port,
        "base_url": settings.base_url,
        "account": settings.twilio_account_sid,
        "token": settings.twilio_auth_token,
        "called": settings.hotline_number,
        "sound": str(VOICES / "zh_no_vegetables.wav"),
    }
    load.stdin.write(json.dumps(given) + "\n")
    load.stdin.flush()
    return load
