"""The stream process against vosk-server's Python server (`VOSK_SERVER=its folder`), both on one core at real pace.

Callers speak from another core, in frames of 20 ms as a telephone delivers them; vosk-server is given pieces of 0.2 s,
too, which is how its own example speaks to it. Counted is how many callers are held with 95 of 100 final texts within
0.5 s of the end of the stream. Ours is on time only when the text is committed.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from core.clock import now
from core.house import House, build_house
from core.models import Call, Caller, Recording, RecordingState, Utterance
from core.settings import Settings
from hotline.redis_server import redis_command
from hotline.setting_up import set_up
from ivr.conversation import Conversation
from ivr.stream_token import make
from tools.bench.processes import ROOT, cpu_of, memory_mib, p95

SERVER_CORE, LOAD_CORE = "0", "1"
LATEST_SECONDS = 0.5
STEPS = (25, 50, 75, 100, 125, 150, 200, 250, 300, 400)
AT_EASE = 50
PORT = 18002
LONGEST_WAIT_SECONDS = 30
MODEL = ROOT / "asr" / "miniature_models" / "zh"
_ON_CORE = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
_AS_IT_IS = """
import runpy, sys, websockets, websockets.asyncio.server as asyncio_server
websockets.serve = lambda handler, *a, **k: asyncio_server.serve(lambda socket: handler(socket, "/"), *a, **k)
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""
"""vosk-server's file unchanged, but for what newer versions of websockets no longer pass to it."""


@dataclass(frozen=True)
class Run:
    """So many callers at once."""

    callers: int
    late_seconds: list[float]
    cpu_share: float
    """Of one core, for each caller."""
    memory_mib: float

    @property
    def is_held(self) -> bool:
        """Every caller got the final text, and 95 of 100 in time."""
        return len(self.late_seconds) == self.callers and p95(self.late_seconds) <= LATEST_SECONDS


Server = Callable[[int], Run]


def rows(settings: Settings) -> Iterator[str]:
    """Yield the rows of the table; takes some minutes."""
    peers: list[tuple[str, Callable[[], object]]] = [("bare vosk threads, no network", bare)]
    if folder := os.environ.get("VOSK_SERVER"):
        server = Path(folder) / "websocket" / "asr_server.py"
        peers = [
            ("vosk-server, frames of 20 ms", lambda: vosk_server(server, 0.02)),
            ("vosk-server, pieces of 0.2 s", lambda: vosk_server(server, 0.2)),
        ]
    with ours(settings) as hear:
        few, mine = hear(5), hear(AT_EASE)
        most = _most(hear)
    yield f"| memory for each further stream | {(mine.memory_mib - few.memory_mib) / (AT_EASE - 5):.2f} MiB | – | – |"
    yield (
        f"| end of the stream → text committed, {AT_EASE} callers"
        f" | p50 {statistics.median(mine.late_seconds) * 1000:.0f} ms, p95 {p95(mine.late_seconds) * 1000:.0f} ms"
        " | – | – |"
    )
    for name, peer in peers:
        with peer() as hear:
            theirs, their_most = hear(AT_EASE), _most(hear)
        yield (
            f"| live streams held on one core, p95 ≤ {LATEST_SECONDS:g} s | {most} | {name}: {their_most}"
            f" | {most / max(their_most, 1):.2f} |"
        )
        yield (
            f"| CPU for each live stream, {AT_EASE} callers | {mine.cpu_share:.2%} of a core"
            f" | {name}: {theirs.cpu_share:.2%} | {mine.cpu_share / theirs.cpu_share:.2f}× |"
        )


def _most(hear: Server) -> int:
    """Return the most callers that are held, going up until a step fails twice."""
    most = 0
    for callers in STEPS:
        if not hear(callers).is_held and not hear(callers).is_held:
            break
        most = callers
    return most


# --- ours ---


@contextmanager
def ours(settings: Settings) -> Iterator[Server]:
    """Run `hotline stream` with a Redis and a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"data_folder": Path(folder), "stream_port": PORT, "redis_url": ""})
        house = build_house(own)
        set_up(house)
        environment = {
            "HOTLINE_DATA_FOLDER": folder,
            "HOTLINE_STREAM_PORT": str(PORT),
            "HOTLINE_LIVE_STREAMS": "1000",
            "HOTLINE_TWILIO_ACCOUNT_SID": own.twilio_account_sid,
            "HOTLINE_TWILIO_AUTH_TOKEN": own.twilio_auth_token,
            "HOTLINE_MODELS": str(MODEL.parent),
            "HOTLINE_LOG_LEVEL": "ERROR",
        }
        with (
            _process(redis_command(own), {}),
            _process(_on(SERVER_CORE, "-m", "hotline", "stream"), environment) as pid,
        ):
            while house.live.server() is None:
                pass
            yield lambda callers: _hear(house, pid, callers)
        house.live.close()
        house.database.close()


def _hear(house: House, pid: int, callers: int) -> Run:
    url = f"{house.settings.stream_base_url}/media"
    signature = RequestValidator(house.settings.twilio_auth_token).compute_signature(url, {})
    sids = [_call(house) for _ in range(callers)]
    known = [
        {
            "call": sid,
            "stream": f"MZ{secrets.token_hex(16)}",
            "token": make(house.settings, sid, now()),
            "signature": signature,
        }
        for sid in sids
    ]
    times, cpu_share, memory = _load({"url": url, "callers": known}, pid, callers)
    _wait_until_ended(house, sids)
    committed = _committed(house, sids)
    late = [committed[sid] - said for sid, said in times["said"].items() if sid in committed]
    return Run(callers, late, cpu_share, memory)


def _call(house: House) -> str:
    with house.database.transaction() as session:
        caller = Caller(number=None, key_id=house.recordings.keys.make())
        sid = f"CA{secrets.token_hex(16)}"
        talk = {**Conversation("zh").__dict__}
        session.add(Call(call_sid=sid, caller=caller, dialogue=talk, started_at=now()))
    return sid


def _wait_until_ended(house: House, sids: list[str]) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    wanted = select(func.count()).select_from(Recording).join(Call)
    live = wanted.where(Call.call_sid.in_(sids), Recording.state == RecordingState.LIVE)
    with house.database.reading() as session:
        while session.scalar(live) and time.monotonic() < until:
            session.rollback()
            time.sleep(0.2)


def _committed(house: House, sids: list[str]) -> dict[str, float]:
    """Return when each call's last utterance was written."""
    with house.database.reading() as session:
        wanted = select(Call.call_sid, Utterance.said_at).join(Call).where(Call.call_sid.in_(sids))
        return {sid: at.timestamp() for sid, at in session.execute(wanted.order_by(Utterance.id))}


# --- theirs ---


@contextmanager
def vosk_server(file: Path, piece_seconds: float) -> Iterator[Server]:
    """Run vosk-server's Python server, given pieces of so many seconds."""
    environment = {"VOSK_SERVER_INTERFACE": "127.0.0.1", "VOSK_SERVER_PORT": str(PORT)}
    with _process(_on(SERVER_CORE, "-c", _AS_IT_IS, str(file), str(MODEL)), environment) as pid:
        _wait_for_port(PORT)

        def hear(callers: int) -> Run:
            wanted = {"url": f"ws://127.0.0.1:{PORT}", "callers": [""] * callers, "piece_seconds": piece_seconds}
            times, cpu_share, memory = _load(wanted, pid, callers)
            late = [at - times["said"][name] for name, at in times["answered"].items() if name in times["said"]]
            return Run(callers, late, cpu_share, memory)

        yield hear


@contextmanager
def bare() -> Iterator[Server]:
    """Run vosk in threads on sound that is just there: what is left when a server costs nothing."""

    def hear(callers: int) -> Run:
        command = _on(SERVER_CORE, "-m", "tools.bench.bare_threads", str(callers), str(MODEL))
        told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.splitlines()[-1])
        return Run(callers, told["late"], told["cpu_share"], told["memory_mib"])

    yield hear


# --- both ---


def _load(wanted: dict[str, object], pid: int, callers: int) -> tuple[dict[str, dict[str, float]], float, float]:
    """Let so many callers speak to a server; returns times, its share of a core for each, and its memory."""
    before = cpu_of(pid)
    with subprocess.Popen(
        _on(LOAD_CORE, "-m", "tools.bench.stream_load"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as load:
        assert load.stdin
        load.stdin.write(json.dumps(wanted).encode())
        load.stdin.close()
        memory = 0.0
        while load.poll() is None:
            memory = max(memory, memory_mib(pid))
            try:
                load.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
        assert load.stdout
        told = json.loads(load.stdout.read())
    return told, (cpu_of(pid) - before) / callers / told["seconds"], memory


def _on(core: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", _ON_CORE, core, *arguments]


def _wait_for_port(port: int) -> None:
    import socket  # noqa: PLC0415

    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)
