"""Tells the people on duty about a red order, once each, through the outbox."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.models import OutgoingKind, Urgency, WorkOrder
from core.settings import Settings
from routing.orders.events import MACHINE, add_event, has_event


def alert_if_red(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Write one alert call for each duty phone when the order is red and no person has it; only the first time.

    A danger to life goes to a human at once (the city rules behind this: Chengdu 12345, 2022).
    """
    if order.urgency is not Urgency.RED or order.accepted_by:
        return
    if has_event(session, order, "alerted") or has_event(session, order, "person_connected"):
        return
    for phone in settings.duty_phones:
        outbox.send(
            session,
            OutgoingKind.ALERT_CALL,
            f"alert_call:{order.id}:{phone}",
            {"to": phone, "order_id": order.id, "language": order.language},
            now,
        )
    add_event(session, order, "alerted", MACHINE, now, phones=len(settings.duty_phones))
