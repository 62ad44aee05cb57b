"""The clock's sweep over many open orders, and dispatching."""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, update

from core.clock import now
from core.house import House, build_house
from core.models import (
    Call,
    Caller,
    Category,
    ClockStep,
    DepartmentKind,
    OrderEvent,
    OrderState,
    Urgency,
    WorkOrder,
)
from core.settings import Settings
from hotline.chasing import look_after_orders
from hotline.schema import upgrade
from routing.dispatch import add_department, dispatch
from routing.orders import THE_MACHINE
from routing.orders.events import event_hash

SIZES = (25_000, 50_000, 100_000)
DUE_ONE_IN = 1_000
"""So many orders come to a reminder or an end in one sweep: more than a busy city's five seconds bring."""
DISPATCHED = 500


def rows(_settings: Settings) -> Iterator[str]:
    """Yield table rows: the sweep at growing sizes, then dispatching."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            house = _house(Path(folder))
            ids = _fill(house, size)
            root = _cpu_seconds(house)  # the first writes the hourly root over all heads
            idle = _cpu_seconds(house)
            due = ids[::DUE_ONE_IN]
            with house.database.transaction() as session:
                session.execute(update(WorkOrder).where(WorkOrder.id.in_(due)).values(check_at=now()))
            busy = _cpu_seconds(house)
            yield (
                f"| sweep over {size:,} open orders | CPU: nothing due {idle * 1000:.0f} ms; {len(due)} due "
                f"{busy * 1000:.0f} ms; hourly root {root * 1000:.0f} ms | goal: < 2 s | – |"
            )
            if size == SIZES[-1]:
                yield _dispatching(house, ids)
            house.database.close()


def _cpu_seconds(house: House) -> float:
    before = time.process_time()
    look_after_orders(house)
    return time.process_time() - before


def _dispatching(house: House, ids: list[int]) -> str:
    with house.database.transaction() as session:
        add_department(session, "backstop", now(), kind=DepartmentKind.BACKSTOP)
    before = time.process_time()
    for order_id in ids[1 : DISPATCHED + 1]:
        with house.database.transaction() as session:
            dispatch(session, session.get_one(WorkOrder, order_id), THE_MACHINE, now())
    took = time.process_time() - before
    return f"| dispatching, a transaction each | {DISPATCHED / took:.0f} orders a CPU second | – | – |"


def _house(folder: Path) -> House:
    house = build_house(Settings(log_level="ERROR", data_folder=folder, redis_url="redis://127.0.0.1:1"))
    upgrade(house.database.engine)
    return house


def _fill(house: House, size: int) -> list[int]:
    """Write open orders that were registered a while ago and are looked at in an hour."""
    at = now() - timedelta(minutes=31)
    numbers = range(1, size + 1)
    with house.database.transaction() as session:
        session.execute(insert(Caller), [{"id": n, "number": None, "key_id": f"{n:032x}"} for n in numbers])
        session.execute(
            insert(Call),
            [{"id": n, "call_sid": f"CA{n:032x}", "caller_id": n, "dialogue": {}, "started_at": at} for n in numbers],
        )
        events = [_event(n, at) for n in numbers]
        session.execute(
            insert(WorkOrder), [_order(n, at, event.hash) for n, event in zip(numbers, events, strict=True)]
        )
        session.add_all(events)
    return list(numbers)


def _order(number: int, at: object, head: str) -> dict[str, object]:
    return {
        "id": number,
        "number": f"WO-20260301-{number:06d}",
        "code": f"{number:06d}",
        "call_id": number,
        "language": "zh",
        "state": OrderState.REGISTERED,
        "urgency": Urgency.UNKNOWN,
        "urgency_rank": 1,
        "category": Category.SUPPLIES,
        "reasons": {},
        "registered_at": at,
        "due_step": ClockStep.ACCEPT,
        "check_at": now() + timedelta(hours=1),
        "head_position": 1,
        "head_hash": head,
        "revision": 1,
    }


def _event(number: int, at: object) -> OrderEvent:
    event = OrderEvent(
        order_id=number, position=1, event="registered", actor="caller", happened_at=at, detail={}, prev_hash=""
    )
    event.hash = event_hash(event)
    return event
