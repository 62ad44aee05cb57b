"""A step of a call, signed and durably committed, against a bare Flask view with signature and TwiML.

Both stand behind the same server over HTTP, with as many workers and threads; what counts is the processor time of
the server's processes. `BENCH_STEPS=200 python -m tools.bench call_steps` takes more of them for steadier figures.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from core.house import build_house
from core.settings import Settings, read_settings
from hotline.drill.live.house import free_ports, own_environment
from hotline.setting_up import set_up
from tools.bench.postgres import postgres_url
from tools.bench.web_servers import Line, bare_server, cpu_of_tree, house_server

STEPS = int(os.environ.get("BENCH_STEPS", "60"))
ROUNDS = 7
_RECORDING = {"RecordingUrl": "http://127.0.0.1:9/recording", "RecordingDuration": "5"}


@dataclass(frozen=True)
class Step:
    """One webhook of a call; those before it in the table must have come first."""

    name: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)


STEPS_OF_A_CALL = (
    Step("greeting of a new caller", "incoming"),
    Step("topic menu by key", "turns/1/keys", {"Digits": "1"}),
    Step("questions of a topic", "turns/2/keys", {"Digits": "1"}),
    Step("answer read out", "turns/3/keys", {"Digits": "1"}),
    Step("language by key", "turns/4/keys", {"Digits": "8"}),
    Step("to the message", "turns/5/keys", {"Digits": "2"}),
    Step("message taken down as an order", "turns/6/message", {"RecordingSid": "RE", **_RECORDING}),
    Step("recording told of again", "recordings", {"RecordingSid": "RE", **_RECORDING}),
    Step("end of the call", "status", {"CallStatus": "completed"}),
)


def rows(_settings: Settings) -> Iterator[str]:
    """Yield a row for each step, and one for the mean call; on SQLite, then PostgreSQL."""
    yield from _measured("SQLite", "")
    with postgres_url() as url:
        yield from _measured("PostgreSQL, without what its own processes use", url)


def _measured(database: str, url: str) -> Iterator[str]:
    with _servers(url) as (settings, ours, bare, plain_port):
        line, plain = Line(settings.port, settings), Line(plain_port, settings)
        numbers = count(1)
        used: dict[str, list[float]] = {step.name: [] for step in STEPS_OF_A_CALL}
        bares: list[float] = []
        for turn in range(ROUNDS + 1):
            calls = [next(numbers) for _ in range(STEPS)]
            for step in STEPS_OF_A_CALL:
                spent = _cpu(ours, lambda step=step, calls=calls: [_take(line, settings, step, one) for one in calls])
                plainly = _cpu(bare, lambda calls=calls: [_take(plain, settings, _BARE, one) for one in calls])
                if turn:  # the first warms up
                    used[step.name].append(spent / STEPS * 1000)
                    bares.append(plainly / STEPS * 1000)
        least = statistics.median(bares)
        for name, spent_in_rounds in used.items():
            yield _row(f"{name}, {database}", statistics.median(spent_in_rounds), least)
        mean = statistics.fmean(statistics.median(spent_in_rounds) for spent_in_rounds in used.values())
        yield _row(f"mean of these {len(used)}, {database}", mean, least)


_BARE = Step("bare", "bare", {"Digits": "1"})


def _row(name: str, mine: float, bare: float) -> str:
    return f"| {name} | {mine:.2f} ms CPU | bare Flask + signature + TwiML: {bare:.2f} ms | {mine / bare:.1f}× |"


def _take(line: Line, settings: Settings, step: Step, number: int) -> None:
    fields = {"CallSid": f"CA{number:032x}", "From": f"+86138{number:08d}", "To": settings.hotline_number}
    fields |= step.fields
    if "RecordingSid" in fields:
        fields["RecordingSid"] = f"RE{number:032x}"
    line.post(f"/voice/{step.path}", fields)


def _cpu(pid: int, work: Callable[[], object]) -> float:
    before = cpu_of_tree(pid)
    work()
    return cpu_of_tree(pid) - before


@contextmanager
def _servers(database_url: str) -> Iterator[tuple[Settings, int, int, int]]:
    """Run both servers on a folder and ports of their own; yields their process ids, and the bare one's port."""
    port, plain_port = free_ports(2)
    with ExitStack() as running:
        folder = running.enter_context(tempfile.TemporaryDirectory())
        variables = {"PORT": port, "DATA_FOLDER": folder, "DATABASE_URL": database_url, "LOG_LEVEL": "INFO"}
        carrier = {"TWILIO_ACCOUNT_SID": "AC" + "5" * 32, "TWILIO_AUTH_TOKEN": "a token for the bench"}
        named = {f"HOTLINE_{name}": value for name, value in {**variables, **carrier}.items()}
        running.enter_context(own_environment(named))
        settings = read_settings()
        Path(folder).mkdir(exist_ok=True)
        house = build_house(settings)
        set_up(house)
        house.database.close()
        ours = running.enter_context(house_server(settings))
        bare = running.enter_context(bare_server(int(plain_port)))
        yield settings, ours, bare, int(plain_port)
