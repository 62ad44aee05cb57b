"""The next caller of an agent who is free, chosen and rung for, and a caller's wait, however long the line is."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from core.clock import now
from core.house import House, build_house
from core.models import Call, Caller, Channel, LinePlace, Role, SeatRow, SeatState, Staff, Urgency
from core.settings import Settings
from hotline.schema import upgrade
from routing.line.matching import match
from routing.line.offering import offer_next
from routing.line.pressure import expected_wait
from routing.line.seats import seat_of, set_state
from routing.orders.urgency import URGENCY_RANK
from tools.bench.postgres import postgres_url

SIZES = (1_000, 10_000, 100_000)
TIMES = 300
_URGENCIES = (Urgency.GREEN, Urgency.GREEN, Urgency.UNKNOWN, Urgency.YELLOW)


def rows(_settings: Settings) -> Iterator[str]:
    """Yield a row for each length of the line, on SQLite, then PostgreSQL."""
    for size in SIZES:
        yield from _on("SQLite", "", size)
    for size in SIZES:
        with postgres_url() as url:
            yield from _on("PostgreSQL", url, size)


def _on(database: str, url: str, size: int) -> Iterator[str]:
    with _house(url) as house:
        last = _fill(house, size)
        choose = _times(house, _choose)
        brought = _times(house, _bring_together)
        wait = _times(house, lambda session: expected_wait(session, session.get_one(LinePlace, last), now()))
        yield (
            f"| next caller for a free agent, {size:,} wait (half for a callback), {database} | "
            f"{_told(choose)} | goal: p99 < 5 ms | – |"
        )
        yield f"| the same from finding the free agents to writing the call, {database} | {_told(brought)} | – | – |"
        yield f"| expected wait of the last of {size:,}, {database} | {_told(wait)} | – | – |"


def _choose(session: Session) -> None:
    assert offer_next(session, session.get_one(SeatRow, 1), now()), "nobody was chosen"


def _bring_together(session: Session) -> None:
    assert match(session, now()) == 1, "nobody is rung"


def _times(house: House, ask: Callable[[Session], object]) -> list[float]:
    """Return the seconds of each of many askings; nothing of them is kept, so that each finds the same line."""
    found = []
    for _ in range(TIMES):
        with house.database.reading() as session:
            session.get_one(SeatRow, 1)  # the connection is there, as it is within a webhook
            began = time.perf_counter()
            ask(session)
            found.append(time.perf_counter() - began)
            session.rollback()
    return sorted(found[TIMES // 10 :])


def _told(seconds: list[float]) -> str:
    return f"p50 {seconds[len(seconds) // 2] * 1000:.1f} ms, p99 {seconds[int(len(seconds) * 0.99)] * 1000:.1f} ms"


@contextmanager
def _house(url: str) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            log_level="ERROR", data_folder=Path(folder), database_url=url, redis_url="redis://127.0.0.1:1"
        )
        house = build_house(settings)
        upgrade(house.database.engine)
        yield house
        house.database.close()


def _fill(house: House, size: int) -> int:
    """Fill the line, and let one agent be free for all of it; returns the place that comes last."""
    at = now()
    numbers = range(1, size + 1)
    with house.database.transaction() as session:
        session.execute(insert(Caller), [{"id": n, "number": f"+86138{n:08d}", "key_id": f"{n:032x}"} for n in numbers])
        session.execute(
            insert(Call),
            [{"id": n, "call_sid": f"CA{n:032x}", "caller_id": n, "dialogue": {}, "started_at": at} for n in numbers],
        )
        session.execute(insert(LinePlace), [_place(n, at - timedelta(seconds=size - n)) for n in numbers])
        staff = Staff(
            sign_in="bench",
            name="bench",
            password_hash=generate_password_hash("bench", method="scrypt:1024:8:1"),
            role=Role.AGENT,
            created_at=at,
        )
        session.add(staff)
        session.flush()
        seat = seat_of(session, staff, at)
        seat.telephone = "+8613900000000"
        set_state(session, seat, SeatState.AVAILABLE, at)
    return max(numbers, key=lambda n: (URGENCY_RANK[_URGENCIES[n % 4]], n))


def _place(number: int, at: datetime) -> dict[str, object]:
    urgency = _URGENCIES[number % 4]
    return {
        "id": number,
        "caller_id": number,
        "call_id": number,
        "number": f"+86138{number:08d}",
        "language": "zh" if number % 3 else "en",
        "urgency": urgency,
        "urgency_rank": URGENCY_RANK[urgency],
        "channel": Channel.HOLDING if number % 2 else Channel.CALLBACK,
        "first_called_at": at,
        "channel_since": at,
        "revision": 1,
    }
