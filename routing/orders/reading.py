"""What the screens read of the queue: orders by urgency, then age, and how long the oldest have waited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.models import (
    Call,
    Caller,
    Category,
    OrderAssistant,
    OrderState,
    Recording,
    RecordingState,
    Urgency,
    WorkOrder,
)
from core.privacy import mask_number

WAITING = (
    OrderState.REGISTERED,
    OrderState.UNDER_REVIEW,
    OrderState.RETURNED,
    OrderState.REOPENED,
    OrderState.DISPATCHED,
)
"""Nobody has accepted these yet."""
IN_WORK = (
    OrderState.ACCEPTED,
    OrderState.IN_HAND,
    OrderState.HARD_CASE,
    OrderState.DEFERRED,
    OrderState.REPLIED,
    OrderState.FOLLOW_UP,
)
"""Somebody has accepted these, and they are not done with."""
UNHEARD = (RecordingState.ANNOUNCED, RecordingState.STORED, RecordingState.NO_MODEL, RecordingState.FAILED)
"""Nobody and nothing has understood these yet, unless a quick model has looked through them (`drafted_at`)."""
_LAST_DIGITS = 4


@dataclass(frozen=True)
class QueueFilter:
    """Which orders are wanted; the default is the queue of those that wait."""

    states: tuple[OrderState, ...] = WAITING
    """None of them: wherever an order stands."""
    urgency: Urgency | None = None
    category: Category | None = None
    accepted_by: str | None = None
    department_id: int | None = None
    assisting_id: int | None = None
    """A department that assists with them."""
    wakes_on: str | None = None
    """Deferred until this happens."""
    words: str = ""
    """Part of the number, district or text, the whole code, or the last digits of the caller's number."""
    finds_hidden_callers: bool = True
    """Whether a caller who must stay unknown is found by the digits of the number."""


@dataclass(frozen=True)
class OrderLine:
    """One row of the queue."""

    number: str
    revision: int
    urgency: Urgency
    state: OrderState
    category: Category | None
    district: str | None
    summary: str
    language: str
    caller: str | None
    """The number, masked; None when it was withheld."""
    registered_at: datetime
    age: timedelta
    wants_person: bool
    to_listen: bool
    recording_states: tuple[RecordingState, ...]
    unheard_since: datetime | None
    accepted_by: str | None
    hides_identity: bool = False
    due_at: datetime | None = None
    claimed_until: datetime | None = None
    wakes_on: str | None = None
    department_id: int | None = None


@dataclass(frozen=True)
class QueueCounts:
    """How full the queue is, and how long the oldest in it have waited."""

    by_urgency: dict[Urgency, int]
    oldest_waiting_at: datetime | None
    oldest_unheard_at: datetime | None
    oldest_unheard_number: str | None
    reds: tuple[str, ...]
    """Numbers of the red orders that wait."""

    @property
    def waiting(self) -> int:
        """All that wait."""
        return sum(self.by_urgency.values())


def waiting_orders(
    session: Session, now: datetime, wanted: QueueFilter | None = None, *, limit: int = 50, offset: int = 0
) -> tuple[OrderLine, ...]:
    """Return a page of the queue: red first, green last, and the oldest first among equals."""
    rows = session.scalars(
        select(WorkOrder)
        .where(*_conditions(wanted or QueueFilter()))
        .order_by(WorkOrder.urgency_rank, WorkOrder.registered_at, WorkOrder.id)
        .limit(limit)
        .offset(offset)
    )
    return order_lines(session, rows.all(), now)


def count_orders(session: Session, wanted: QueueFilter) -> int:
    """Return how many orders there are of the wanted kind."""
    return session.scalar(select(func.count(WorkOrder.id)).where(*_conditions(wanted))) or 0


def queue_counts(session: Session, within: QueueFilter | None = None) -> QueueCounts:
    """Return counts and oldest waits of the orders that nobody has accepted, or of those `within` a part of them."""
    waiting = _conditions(replace(within or QueueFilter(), states=WAITING))
    rows = session.execute(
        select(WorkOrder.urgency, func.count(WorkOrder.id), func.min(WorkOrder.registered_at))
        .where(*waiting)
        .group_by(WorkOrder.urgency)
    ).all()
    unheard = session.execute(
        select(Recording.announced_at, WorkOrder.number)
        .join(WorkOrder, WorkOrder.call_id == Recording.call_id)
        .where(*waiting, Recording.state.in_(UNHEARD), Recording.drafted_at.is_(None))
        .order_by(Recording.announced_at)
        .limit(1)
    ).first()
    reds = session.scalars(
        select(WorkOrder.number).where(*waiting, WorkOrder.urgency == Urgency.RED).order_by(WorkOrder.registered_at)
    )
    return QueueCounts(
        by_urgency={urgency: count for urgency, count, _ in rows},
        oldest_waiting_at=min((oldest for _, _, oldest in rows), default=None),
        oldest_unheard_at=unheard.announced_at if unheard else None,
        oldest_unheard_number=unheard.number if unheard else None,
        reds=tuple(reds),
    )


def order_lines(session: Session, orders: Sequence[WorkOrder], now: datetime) -> tuple[OrderLine, ...]:
    """Return the rows for these orders, with two statements however many they are."""
    recordings: dict[int, list[tuple[RecordingState, datetime | None]]] = {}
    rows = session.execute(
        select(Recording.call_id, Recording.state, Recording.announced_at, Recording.drafted_at)
        .where(Recording.call_id.in_([order.call_id for order in orders]))
        .order_by(Recording.id)
    )
    for call_id, state, announced_at, drafted_at in rows:
        unheard = state in UNHEARD and drafted_at is None
        recordings.setdefault(call_id, []).append((state, announced_at if unheard else None))
    return tuple(_line(order, recordings.get(order.call_id, []), now) for order in orders)


def _line(order: WorkOrder, recordings: list[tuple[RecordingState, datetime | None]], now: datetime) -> OrderLine:
    number = order.call.caller.number
    unheard = [unheard_since for _, unheard_since in recordings if unheard_since]
    return OrderLine(
        number=order.number,
        revision=order.revision,
        urgency=order.urgency,
        state=order.state,
        category=order.category,
        district=order.district,
        summary=order.summary,
        language=order.language,
        caller=mask_number(number) if number else None,
        registered_at=order.registered_at,
        age=max(now - order.registered_at, timedelta()),
        wants_person=order.wants_person,
        to_listen=order.to_listen,
        recording_states=tuple(state for state, _ in recordings),
        unheard_since=min(unheard) if unheard and order.state in WAITING else None,
        accepted_by=order.accepted_by,
        hides_identity=order.hides_identity,
        due_at=order.due_at,
        claimed_until=order.claimed_until,
        wakes_on=order.wakes_on,
        department_id=order.department_id,
    )


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    equal = {
        WorkOrder.urgency: wanted.urgency,
        WorkOrder.category: wanted.category,
        WorkOrder.accepted_by: wanted.accepted_by,
        WorkOrder.department_id: wanted.department_id,
        WorkOrder.wakes_on: wanted.wakes_on,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if wanted.assisting_id is not None:
        theirs = select(OrderAssistant.order_id).where(OrderAssistant.department_id == wanted.assisting_id)
        conditions.append(WorkOrder.id.in_(theirs))
    if wanted.states:
        conditions.append(WorkOrder.state.in_(wanted.states))
    words = wanted.words.strip()
    return [*conditions, _matches(words, hidden_too=wanted.finds_hidden_callers)] if words else conditions


def _matches(words: str, *, hidden_too: bool) -> ColumnElement[bool]:
    places = [
        WorkOrder.summary.icontains(words, autoescape=True),
        WorkOrder.district.icontains(words, autoescape=True),
        WorkOrder.number.icontains(words, autoescape=True),
        WorkOrder.code == words,
    ]
    if words.isdecimal() and len(words) >= _LAST_DIGITS:
        callers = select(Call.id).join(Caller).where(Caller.number.endswith(words))
        theirs = WorkOrder.call_id.in_(callers)
        places.append(theirs if hidden_too else and_(theirs, WorkOrder.hides_identity.is_(False)))
    return or_(*places)
