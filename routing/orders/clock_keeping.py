"""Keeps an order's stored clock what its events say, and tells the clock process when to look at it next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.database import table_of
from core.models import OrderEvent, Urgency, WorkOrder
from core.prepared import Prepared
from core.settings import Settings
from routing.orders.chasing import Watched, plan
from routing.orders.deadlines import Clock, Happening, clocks, running
from routing.orders.events import events_of
from routing.orders.lifecycle import FINAL
from routing.orders.rulebook import Rulebook, read_rulebook

_HAVE_IT = frozenset({"person_connected", "alert_confirmed"})
_HAPPENINGS = Prepared(
    select(OrderEvent.event, OrderEvent.happened_at, OrderEvent.detail)
    .where(OrderEvent.order_id == bindparam("order_id"))
    .order_by(OrderEvent.position)
)
_NEW_CLOCK = Prepared(update(table_of(WorkOrder)).where(WorkOrder.id == bindparam("order_id")))
_BEGINNINGS = frozenset({"registered", "not_solved", "reopened"})


def order_clocks(session: Session, order: WorkOrder, book: Rulebook | None = None) -> tuple[Clock, ...]:
    """Return an order's clocks, computed from its events."""
    return clocks(happenings(events_of(session, order)), book or read_rulebook(session))


def clocks_of(session: Session, numbers: Sequence[str]) -> Mapping[str, tuple[Clock, ...]]:
    """Return the clocks of several orders by their numbers, with two statements however many they are."""
    rows = session.execute(
        select(WorkOrder.number, OrderEvent)
        .join(OrderEvent, OrderEvent.order_id == WorkOrder.id)
        .where(WorkOrder.number.in_(numbers))
        .order_by(WorkOrder.id, OrderEvent.position)
    )
    told: dict[str, list[OrderEvent]] = {number: [] for number in numbers}
    for number, event in rows:
        told[number].append(event)
    book = read_rulebook(session)
    return {number: clocks(happenings(tuple(events)), book) for number, events in told.items()}


def happenings(events: tuple[OrderEvent, ...]) -> tuple[Happening, ...]:
    """Return events as the pure decisions see them."""
    return tuple(Happening(event.event, event.happened_at, event.detail) for event in events)


def watched(
    session: Session,
    order: WorkOrder,
    *,
    book: Rulebook | None = None,
    settings: Settings | None = None,
    ladder: int = 0,
) -> Watched:
    """Return all that decides what is due with an order."""
    told = tuple(Happening(*row) for row in _HAPPENINGS.rows(session, order_id=order.id))
    return Watched(
        told,
        clocks(told, book or read_rulebook(session)),
        is_red=order.urgency is Urgency.RED,
        is_alone=is_alone(order, told),
        ring_again=timedelta(seconds=settings.ring_again_seconds) if settings else Watched.ring_again,
        ladder=ladder,
    )


def is_alone(order: WorkOrder, told: tuple[Happening, ...]) -> bool:
    """Tell whether an order is open and no person has taken notice since it was registered or reopened."""
    if order.state in FINAL or order.accepted_by:
        return False
    begun = max((place for place, happening in enumerate(told) if happening.event in _BEGINNINGS), default=0)
    return not any(happening.event in _HAVE_IT for happening in told[begun:])


def refresh_clock(
    session: Session,
    order: WorkOrder,
    now: datetime,
    *,
    book: Rulebook | None = None,
    settings: Settings | None = None,
) -> None:
    """Store when the running clock ends and when to look again; called after each event that a clock depends on.

    Written past the object's revision: a clock that ticks makes nobody's view of the order stale.
    """
    seen = watched(session, order, book=book, settings=settings)
    actions, check_at = plan(seen, now)
    going = running(seen.clocks)
    due = going[0] if going else None
    values = {
        "due_at": due.due_at if due else None,
        "due_step": due.step if due else None,
        "check_at": now if actions else check_at,
    }
    if all(getattr(order, name) == value for name, value in values.items()):
        return
    _NEW_CLOCK.run(session, order_id=order.id, **values)
    for name, value in values.items():
        set_committed_value(order, name, value)
