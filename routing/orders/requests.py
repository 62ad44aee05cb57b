"""What departments have asked for and no supervisor has answered yet: more time, or a pause of the clocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Department, OrderEvent, WorkOrder
from routing.orders.events import events_of
from routing.orders.lifecycle import STEPS, TABLE, Verb
from routing.orders.reading import OrderLine, order_lines

ASKED: Mapping[Verb, tuple[Verb, Verb]] = MappingProxyType(
    {Verb.ASK_EXTENSION: (Verb.EXTEND, Verb.REFUSE_EXTENSION), Verb.ASK_PAUSE: (Verb.PAUSE, Verb.REFUSE_PAUSE)}
)
"""What is asked, and how a supervisor answers: approved, refused."""


class _Event(Protocol):
    @property
    def event(self) -> str: ...


def _event_of(verb: Verb) -> str:
    return next(step.event for step in STEPS if step.verb is verb)


_ENDS = frozenset({"dispatched", "returned", "claim_lapsed", "replied", "deferred", "not_solved", "reopened"})
"""After these nobody waits for the answer any more: another has the order, or nobody works on it."""
_ANSWERS = {_event_of(asked): frozenset(map(_event_of, answers)) for asked, answers in ASKED.items()}
_VERBS = {_event_of(asked): asked for asked in ASKED}


@dataclass(frozen=True)
class Request:
    """Something that was asked for, and the order as it stands."""

    line: OrderLine
    verb: Verb
    """`ask_extension` or `ask_pause`."""
    asked_by: str
    asked_at: datetime
    reason: str
    department: str | None
    minutes: int | None
    """How much more time was asked for, if that was said."""
    until: datetime | None
    """How long the clocks are to be stopped, if that was said."""


def still_asked(events: Iterable[_Event]) -> Mapping[Verb, int]:
    """Return what is asked for by all that happened to an order, with the place of the event that asks; pure."""
    asked: dict[str, int] = {}
    for place, one in enumerate(events):
        if one.event in _ANSWERS:
            asked[one.event] = place
        elif one.event in _ENDS:
            asked = {}
        else:
            asked = {name: at for name, at in asked.items() if one.event not in _ANSWERS[name]}
    return {_VERBS[name]: at for name, at in asked.items()}


def open_requests(session: Session, now: datetime) -> tuple[Request, ...]:
    """Return what waits for a supervisor's answer, the one that has waited longest first."""
    found = [
        (order, verb, events[place])
        for order, events in _candidates(session)
        for verb, place in still_asked(events).items()
    ]
    found.sort(key=lambda each: each[2].happened_at)
    lines = order_lines(session, [order for order, _, _ in found], now)
    names = {row.id: row.name for row in session.execute(select(Department.id, Department.name))}
    return tuple(
        _request(line, verb, event, names.get(order.department_id or 0))
        for line, (order, verb, event) in zip(lines, found, strict=True)
    )


def _candidates(session: Session) -> list[tuple[WorkOrder, Sequence[OrderEvent]]]:
    states = {state for state, verb in TABLE if verb in ASKED}
    asking = select(OrderEvent.order_id).where(OrderEvent.event.in_(_ANSWERS))
    orders = session.scalars(select(WorkOrder).where(WorkOrder.id.in_(asking), WorkOrder.state.in_(states)))
    return [(order, events_of(session, order)) for order in orders]


def _request(line: OrderLine, verb: Verb, event: OrderEvent, department: str | None) -> Request:
    until = event.detail.get("until")
    return Request(
        line,
        verb,
        event.actor,
        event.happened_at,
        str((event.words or {}).get("reason", "")),
        department,
        event.detail.get("minutes"),
        datetime.fromisoformat(until) if until else None,
    )
