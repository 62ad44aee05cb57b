"""A whole house for tests: its own folder, ports and Redis, real processes that can be killed, and a carrier."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select

from core.house import House, build_house, own_redis_socket
from core.models import Call as CallRow
from core.models import Recording, WorkOrder
from core.settings import Settings
from hotline.redis_server import redis_command
from hotline.setting_up import set_up
from hotline.simulated_carrier import build_carrier
from simulator import Call, Caller, Carrier
from simulator.script import Move

ROOT = Path(__file__).parent.parent
VOICES = ROOT / "simulator" / "callers"
PACE = 20.0
_Found = TypeVar("_Found")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(look: Callable[[], _Found | None], seconds: float = 40) -> _Found:
    """Return the first true thing that `look` finds; fails after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not so within {seconds} s: {look}")


class RunningHouse:
    """The house of one test worker, as `hotline up` runs it, but without the supervisor: tests kill and start.

    Unless it is `live` there is no stream process in it: its callers use keys and are recorded.
    """

    def __init__(self, folder: Path, pace: float = PACE, *, live: bool = False, **variables: str) -> None:
        self.folder, self.live = folder, live
        simulator_port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "VOSK_"))},
            "HOME": str(folder),  # no speech models of this machine's user
            "HOTLINE_DATA_FOLDER": str(folder),
            "HOTLINE_PORT": str(free_port()),
            "HOTLINE_STREAM_PORT": str(free_port()),
            "HOTLINE_LIVE_PORT": str(free_port()),
            "HOTLINE_LIVE_STREAMS": "40",
            "HOTLINE_SIMULATOR_PORT": str(simulator_port),
            "HOTLINE_TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
            "HOTLINE_TWILIO_AUTH_TOKEN": "a token for tests",
            "HOTLINE_TWILIO_API_URL": f"http://127.0.0.1:{simulator_port}",
            "HOTLINE_RECORDING_HOSTS": "127.0.0.1",
            "HOTLINE_LEASE_SECONDS": "3",
            "HOTLINE_SWEEP_SECONDS": "0.5",
            "HOTLINE_WEB_WORKERS": "2",
            "HOTLINE_DATABASE_WAIT_SECONDS": "1",
            "HOTLINE_QUIET_HOURS": "00:00-00:00",  # tests run at night too
            "HOTLINE_CORRECTIONS_A_MINUTE": "60",
            **variables,
        }
        names = Settings.model_fields
        given = {name: self.environment.get(f"HOTLINE_{name.upper()}") for name in names}
        self.settings = Settings.model_validate({name: value for name, value in given.items() if value is not None})
        self.house: House = build_house(self.settings)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.carrier: Carrier = build_carrier(self.settings, pace)

    def start(self) -> None:
        set_up(self.house)
        self.start_redis()
        for name in ("web", *(("stream",) if self.live else ()), "speech", "worker", "clock"):
            self.start_process(name)
        self.carrier.start(self.settings.simulator_port)
        self.wait_until_healthy()

    def start_redis(self) -> None:
        self._start("redis", redis_command(self.settings))

    def start_process(self, name: str) -> None:
        arguments = {"speech": ["worker", "speech"], "worker": ["worker", "outgoing", "default"]}.get(name, [name])
        self._start(name, [sys.executable, "-m", "hotline", *arguments])

    def _start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill a process as the kernel would, with nothing said."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait(20)

    def pause(self, name: str, how: signal.Signals = signal.SIGSTOP) -> None:
        os.killpg(self.processes[name].pid, how)

    def kill_one_child(self, name: str) -> None:
        """Kill one worker process of a server that has several."""
        os.kill(self.children(name)[-1], signal.SIGKILL)

    def children(self, name: str) -> list[int]:
        """Return the process ids of a server's own children."""
        pid = self.processes[name].pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self) -> None:
        self.carrier.stop()
        for name in list(self.processes):
            self.kill(name)
        self.house.database.close()
        self.house.queues.redis.close()
        self.house.live.close()
        shutil.rmtree(own_redis_socket(self.folder).parent, ignore_errors=True)

    def wait_until_healthy(self) -> None:
        def healthy() -> bool:
            try:
                answer = httpx.get(f"http://127.0.0.1:{self.settings.port}/health", timeout=5)
            except httpx.HTTPError:
                return False
            return answer.status_code == httpx.codes.OK and bool(answer.json()["queues"])

        until(healthy, 60)
        if self.live:
            self.wait_until_heard_live()

    def wait_until_heard_live(self) -> None:
        until(self.house.live.server, 60)

    # --- calls and what became of them ---

    def call(self, *script: Move, number: str = "+8613800138000", patience: int = 1, **options: object) -> Call:
        """A citizen calls and the call is played to its end."""
        return self.start_call(*script, number=number, patience=patience, **options).wait(60)

    def start_call(self, *script: Move, number: str = "+8613800138000", patience: int = 1, **options: object) -> Call:
        caller = Caller(script, patience=patience)
        return self.carrier.place_call(
            from_number=number, to_number=self.settings.hotline_number, caller=caller, **options
        )

    def order(self, call: Call) -> WorkOrder | None:
        with self.house.database.reading() as session:
            return session.scalar(select(WorkOrder).join(CallRow).where(CallRow.call_sid == call.sid))

    def orders(self, call: Call) -> list[WorkOrder]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(WorkOrder).join(CallRow).where(CallRow.call_sid == call.sid)))

    def events(self, call: Call) -> list[str]:
        with self.house.database.reading() as session:
            order = session.scalar(select(WorkOrder).join(CallRow).where(CallRow.call_sid == call.sid))
            return [event.event for event in order.events] if order else []

    def recordings(self, call: Call) -> list[Recording]:
        with self.house.database.reading() as session:
            wanted = select(Recording).join(CallRow).where(CallRow.call_sid == call.sid).order_by(Recording.id)
            return list(session.scalars(wanted))

    def heard(self, call: Call, seconds: float = 40) -> WorkOrder:
        """Wait until nothing of a call is left to do for a machine, and return its order."""

        def all_done() -> bool:
            rows = self.recordings(call)
            return bool(rows) and all(row.due_at is None for row in rows)

        try:
            until(all_done, seconds)
        except AssertionError as error:
            asked = [f"{urlsplit(one.url).path} {one.params.get('Digits', '')} {one.status}" for one in call.requests]
            error.add_note("\n".join([*asked, *map(_told, self.recordings(call))]))
            raise
        order = self.order(call)
        assert order is not None
        return order


def _told(row: Recording) -> str:
    return f"{row.state}, attempts {row.attempts}, due {row.due_at}, leased until {row.leased_until}: {row.failure}"


@contextlib.contextmanager
def running_house(folder: Path, pace: float = PACE, *, live: bool = False, **variables: str) -> Iterator[RunningHouse]:
    house = RunningHouse(folder, pace, live=live, **variables)
    try:
        house.start()
        yield house
    finally:
        house.stop()
