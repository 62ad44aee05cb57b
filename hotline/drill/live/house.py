"""The house of a live drill: all its processes on a folder and ports of its own, the simulator as carrier."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.clock import now
from core.house import House, build_house
from core.models import Role, SeatState, Staff
from core.settings import read_settings
from hotline import supervise
from hotline.descendants import adopt_orphans, children_of
from hotline.drill.live.plan import Plan
from hotline.drill.live.taking_away import Way, locked
from hotline.own_postgres import OwnPostgres
from hotline.setting_up import set_up
from hotline.simulated_carrier import build_carrier, simulate_if_no_account
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from simulator import Answer, Caller, Carrier, Phone, Press, Talk
from simulator.events import Observer

AGENTS = "+86137"
"""How the numbers of the agents' telephones begin."""
_MOST_STREAMS = 2
"""The drill is about keys and recordings; hearing live callers at many times their speed would be all that runs."""
_WHOLE_TALK = 36_000.0


@dataclass(frozen=True)
class Kill:
    """One process killed with nothing said."""

    at_seconds: float
    name: str
    pid: int


@dataclass(frozen=True)
class LiveHouse:
    """The running house and its carrier."""

    house: House
    carrier: Carrier
    supervisord: subprocess.Popen[bytes]
    postgres: OwnPostgres | None = None
    """None: SQLite."""

    def without_database(self, way: Way) -> contextlib.AbstractContextManager[None]:
        """Take the database away, and bring it back at the end."""
        if self.postgres is None:
            return locked(self.house.settings.data_folder / "hotline.sqlite3")
        return self.postgres.stopped() if way == "stopped" else self.postgres.frozen()

    def kill(self, name: str, at_seconds: float) -> Kill | None:
        """Kill a process of a name as the kernel would; None when it is just being started anew."""
        found = sorted(_processes(self.supervisord.pid, name))
        if not found:
            return None
        pid = secrets.choice(found)  # of the web server and its workers any one
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return Kill(at_seconds, name, pid)


@contextlib.contextmanager
def live_house(folder: Path, plan: Plan, on_event: Observer) -> Iterator[LiveHouse]:
    """Start every process of the Procfile and the carrier; stop all of them at the end, however it comes."""
    with _own_database(plan) as postgres, own_environment(_variables(folder, plan, postgres)):
        simulate_if_no_account(read_settings())
        settings = read_settings()
        adopt_orphans()
        house = build_house(settings)
        set_up(house)
        carrier = build_carrier(settings, plan.pace, on_event)
        supervisord = supervise.start(settings)
        try:
            supervise.wait_until_healthy(settings, supervisord)
            _put_agents_on_duty(house, carrier, plan.seats)
            carrier.start(settings.simulator_port)
            yield LiveHouse(house, carrier, supervisord, postgres)
        finally:
            carrier.stop()
            house.database.close()
            supervise.stop(settings, supervisord)


@contextlib.contextmanager
def _own_database(plan: Plan) -> Iterator[OwnPostgres | None]:
    if plan.database == "sqlite":
        yield None
        return
    postgres = OwnPostgres()
    try:
        yield postgres
    finally:
        postgres.throw_away()


def back_on_duty(house: House) -> None:
    """Bring agents back whom a lost call has put on a break or off duty, as a supervisor would."""
    with house.database.transaction() as session:
        for staff in session.query(Staff).filter(Staff.sign_in.like("drill%")):
            seat = seat_of(session, staff, now())
            if seat.state in (SeatState.BREAK, SeatState.OFFLINE):
                choose_state(session, seat, SeatState.AVAILABLE, now())


def _put_agents_on_duty(house: House, carrier: Carrier, seats: int) -> None:
    answers = Answer(Caller([Press("1"), Talk(_WHOLE_TALK, then_hang_up=False)], patience=9), ring_seconds=2)
    with house.database.transaction() as session:
        for number in range(1, seats + 1):
            account = {"sign_in": f"drill{number}", "name": f"{number}", "password_hash": "!", "role": Role.AGENT}
            staff = Staff(**account, created_at=now())
            session.add(staff)
            session.flush()
            seat = seat_of(session, staff, now())
            seat.telephone, seat.languages = f"{AGENTS}{number:08d}", ["zh", "en"]
            choose_state(session, seat, SeatState.AVAILABLE, now())
            carrier.add_phone(Phone(seat.telephone, answers))


def _variables(folder: Path, plan: Plan, postgres: OwnPostgres | None) -> Mapping[str, str]:
    ports = free_ports(4)
    return {
        "HOTLINE_DATA_FOLDER": str(folder),
        "HOTLINE_DATABASE_URL": postgres.make_database() if postgres else "",
        "HOTLINE_PORT": ports[0],
        "HOTLINE_STREAM_PORT": ports[1],
        "HOTLINE_LIVE_PORT": ports[2],
        "HOTLINE_SIMULATOR_PORT": ports[3],
        "HOTLINE_LIVE_STREAMS": str(_MOST_STREAMS),
        "HOTLINE_SWEEP_SECONDS": "1",
        "HOTLINE_LEASE_SECONDS": "5",
        "HOTLINE_WRAP_UP_SECONDS": "1",
        "HOTLINE_CALLBACK_AFTER_SECONDS": str(round(300 / plan.pace)),
        "HOTLINE_QUIET_HOURS": "00:00-00:00",
        "HOTLINE_LOG_LEVEL": "WARNING",
    }


@contextlib.contextmanager
def own_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Give these variables to this process and to those it starts, and no other setting of whoever runs the drill."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def free_ports(count: int) -> list[str]:
    """Return ports that nobody listens on just now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in sockets]


def _processes(supervisord: int, name: str) -> Iterator[int]:
    """Yield the processes below a supervisord that run the program of a name."""
    for child in children_of(supervisord):
        words = _command(child)
        if (name == "redis" and "redis-server" in words) or words.endswith(_ENDINGS.get(name, name)):
            yield child
            yield from children_of(child)


_ENDINGS = {
    "web": "hotline web",
    "worker": "hotline worker default",
    "outgoing": "hotline worker outgoing",
    "clock": "hotline clock",
    "stream": "hotline stream",
}


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""
