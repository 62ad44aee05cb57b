"""Tells people about an order by telephone, through the outbox: a red at once and again until a person has it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.models import OutgoingKind, Urgency, WorkOrder
from core.settings import Settings
from routing.orders.clock_keeping import happenings, is_alone, refresh_clock
from routing.orders.events import MACHINE, add_event, events_of, has_event
from routing.orders.lifecycle import FINAL
from routing.orders.whom_to_ring import higher, on_duty


def alert_if_red(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Alert everybody on duty when the order is red and no person has it, unless it was done already.

    A danger to life goes to a human at once, and one level higher at registration (提级督办: the city rules behind
    this: Chengdu 12345 and Shanghai, 2022). Who does not answer is rung again by the clock process.
    """
    if order.urgency is Urgency.RED:
        if not has_event(session, order, "alerted"):
            alert(session, order, settings, now)
        tell_leadership(session, order, now)
    refresh_clock(session, order, now, settings=settings)


def alert(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Ring everybody on duty about a red order that no person has; “alerted” is written only when somebody is rung."""
    if not is_alone(order, happenings(events_of(session, order))):
        return
    phones = on_duty(session, settings, now)
    turn = 1 + sum(event.event == "alerted" for event in events_of(session, order))
    tell_leadership(session, order, now)
    if phones:
        ring(session, order, phones, "red", f"{turn}", now)
        add_event(session, order, "alerted", MACHINE, now, phones=len(phones), turn=turn)
    elif not has_event(session, order, "nobody_to_alert"):
        add_event(session, order, "nobody_to_alert", MACHINE, now)


def ring(session: Session, order: WorkOrder, phones: Iterable[str], why: str, key: str, now: datetime) -> None:
    """Write a call to each telephone in which key 1 confirms; `why` (red, late, leadership) picks what is said."""
    for phone in phones:
        payload = {"to": phone, "order_id": order.id, "language": order.language, "why": why}
        outbox.send(session, OutgoingKind.ALERT_CALL, f"alert_call:{order.id}:{why}:{key}:{phone}", payload, now)


def tell_leadership(session: Session, order: WorkOrder, now: datetime) -> None:
    """Tell the first supervisor and the first leader whom one can ring of an open red, once.

    Where it is becomes known later than that it is red: then that district's own are told at that moment, whoever has
    the order by then.
    """
    if order.urgency is not Urgency.RED or order.state in FINAL:
        return
    told = [event.detail for event in events_of(session, order) if event.event == "leadership_told"]
    if told and told[-1].get("district") == order.district:
        return
    known = {contact for detail in told for contact in detail["contacts"]}
    contacts = [level[0] for level in higher(session, order, now) if level and level[0].id not in known]
    if contacts:
        ring(session, order, [contact.phone for contact in contacts], "leadership", f"{len(told) + 1}", now)
        ids = [contact.id for contact in contacts]
        add_event(session, order, "leadership_told", MACHINE, now, contacts=ids, district=order.district)
