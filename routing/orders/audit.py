"""Proves that the memory of the orders is whole: walks every chain, and every hourly root over their heads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import AuditRoot, OrderEvent, WorkOrder
from routing.orders.events import digest, event_hash

EVERY = timedelta(hours=1)
_SETTLED_AFTER = timedelta(minutes=2)
"""Events are numbered before they are committed; by then no smaller number can still appear."""
_AT_A_TIME = 1000


@dataclass(frozen=True)
class Fault:
    """Where the memory is not what it was."""

    where: str
    """An order's number, or `root 12`."""
    position: int | None
    """Of the event in its order."""
    what: str


@dataclass(frozen=True)
class Report:
    """What was looked at, and what is wrong."""

    orders: int
    events: int
    roots: int
    faults: tuple[Fault, ...]


def add_root_if_due(session: Session, now: datetime) -> AuditRoot | None:
    """Write the root over all heads that moved since the last one, once an hour; None when it is not time."""
    last = session.scalar(select(AuditRoot).order_by(AuditRoot.id.desc()).limit(1))
    if last and now - last.made_at < EVERY:
        return None
    settled = select(func.max(OrderEvent.id)).where(OrderEvent.happened_at <= now - _SETTLED_AFTER)
    first, before = (last.last_event_id, last.root) if last else (0, "")
    up_to = max(first, session.scalar(settled) or 0)
    heads = _heads(session, first, up_to)
    root = AuditRoot(made_at=now, last_event_id=up_to, heads=len(heads), root=_root(before, heads))
    session.add(root)
    session.flush()
    return root


def verify(session: Session) -> Report:
    """Walk all chains and roots, oldest first; every fault is told with its place."""
    numbers = {row.id: row for row in session.execute(select(WorkOrder.id, WorkOrder.number, WorkOrder.head_hash))}
    faults: list[Fault] = []
    seen, count = set(), 0
    for order_id, events in groupby(_all_events(session), key=lambda event: event.order_id):
        chain = list(events)
        seen.add(order_id)
        count += len(chain)
        faults += _chain_faults(numbers[order_id].number, numbers[order_id].head_hash, chain)
    faults += [Fault(row.number, 1, "every event is gone") for row in numbers.values() if row.id not in seen]
    roots = session.scalars(select(AuditRoot).order_by(AuditRoot.id)).all()
    return Report(len(numbers), count, len(roots), (*faults, *_root_faults(session, roots)))


def _chain_faults(number: str, head: str, chain: list[OrderEvent]) -> Iterator[Fault]:
    before = ""
    for place, event in enumerate(chain, 1):
        if event.position != place:
            yield Fault(number, place, f"the event that was here is gone; next is number {event.position}")
            return
        if event.prev_hash != before:
            yield Fault(number, place, "it does not follow the event before: exchanged, inserted or removed")
            return
        if event.hash != event_hash(event):
            yield Fault(number, place, "it was changed")
            return
        if event.words is not None and digest(event.words) != event.words_digest:
            yield Fault(number, place, "its words were changed")
        before = event.hash
    if head != before:
        yield Fault(number, len(chain) + 1, "the newest event is gone, or one was added past the order")


def _root_faults(session: Session, roots: Iterable[AuditRoot]) -> Iterator[Fault]:
    first, before = 0, ""
    for row in roots:
        if _root(before, _heads(session, first, row.last_event_id)) != row.root:
            span = f"events {first + 1} to {row.last_event_id}"
            yield Fault(f"root {row.id}", None, f"the heads of {span} are not those of {row.made_at.isoformat()}")
        first, before = row.last_event_id, row.root


def _heads(session: Session, after: int, up_to: int) -> list[list[int | str]]:
    """Return order, position and hash of the newest event of each order among some events."""
    newest = (
        select(OrderEvent.order_id, func.max(OrderEvent.id).label("id"))
        .where(OrderEvent.id > after, OrderEvent.id <= up_to)
        .group_by(OrderEvent.order_id)
        .subquery()
    )
    rows = session.execute(
        select(OrderEvent.order_id, OrderEvent.position, OrderEvent.hash)
        .join(newest, newest.c.id == OrderEvent.id)
        .order_by(OrderEvent.order_id)
    )
    return [[row.order_id, row.position, row.hash] for row in rows]


def _root(before: str, heads: list[list[int | str]]) -> str:
    return digest([before, heads])


def _all_events(session: Session) -> Iterable[OrderEvent]:
    wanted = select(OrderEvent).order_by(OrderEvent.order_id, OrderEvent.position)
    return session.scalars(wanted.execution_options(yield_per=_AT_A_TIME))
