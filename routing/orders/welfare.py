"""Whoever is in danger and drops off is called back by a person, again and again, until a supervisor decides."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Contact, ContactKind, LinePlace, PlaceState, Urgency, WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert_if_red
from routing.orders.clock_keeping import happenings, is_alone, refresh_clock
from routing.orders.events import CALLER, MACHINE, add_event, events_of
from routing.orders.ringing import ring_caller, ring_contact
from routing.orders.whom_to_ring import contacts_now, on_duty

_WHO_LOOKS = (ContactKind.EMERGENCY, ContactKind.COMMITTEE, ContactKind.STREET)
"""Who can go and see, in the order in which they are asked."""


def caller_left(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Note that a call has ended; one in danger whom no person had is to be called back within a minute.

    In danger: red, or not judged yet and with words of danger.
    """
    alert_if_red(session, order, settings, now)
    in_danger = order.urgency is Urgency.RED or (order.urgency is Urgency.UNKNOWN and order.reasons.get("words"))
    if in_danger and is_alone(order, happenings(events_of(session, order))):
        add_event(session, order, "dropped_off", CALLER, now)
        refresh_clock(session, order, now, settings=settings)


def call_back(session: Session, order: WorkOrder, turn: int, settings: Settings, now: datetime) -> None:
    """Ring the next person on duty, who is connected to the caller by key 1; without a number only people can look.

    While the line is ringing them, or an agent has them, nobody else does: nobody in danger is called twice at once.
    """
    phones = on_duty(session, settings, now)
    can_ring = bool(phones and order.call.caller.number) and not _is_in_the_lines_hands(session, order)
    add_event(session, order, "call_back_tried", MACHINE, now, turn=turn, rung=can_ring)
    if can_ring:
        ring_caller(session, order, phones[turn % len(phones)], now)


def _is_in_the_lines_hands(session: Session, order: WorkOrder) -> bool:
    theirs = select(LinePlace.id).where(LinePlace.caller_id == order.call.caller_id)
    held = theirs.where(LinePlace.state.in_((PlaceState.OFFERED, PlaceState.TAKEN)))
    return session.scalar(held.limit(1)) is not None


def check_welfare(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """After two misses connect a person on duty to whoever can go and see; a missing entry is told to people."""
    contact = next((found for kind in _WHO_LOOKS if (found := _first(session, kind, order, now))), None)
    phones = on_duty(session, settings, now)
    add_event(session, order, "welfare_check", MACHINE, now, contact_id=contact.id if contact else None)
    if contact and phones:
        ring_contact(session, order, contact, phones[0], MACHINE, now)


def caller_was(session: Session, order: WorkOrder, actor: str, now: datetime, *, reached: bool, attempt: int) -> None:
    """Note what became of a call back, once for each attempt (its row in the outbox)."""
    name = "caller_reached" if reached else "caller_missed"
    if any(event.event == name and event.detail.get("attempt") == attempt for event in events_of(session, order)):
        return
    add_event(session, order, name, actor, now, attempt=attempt)
    refresh_clock(session, order, now)


def _first(session: Session, kind: ContactKind, order: WorkOrder, now: datetime) -> Contact | None:
    return next(iter(contacts_now(session, kind, order.district, now)), None)
