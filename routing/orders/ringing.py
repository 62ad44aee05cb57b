"""“Ring them now”: one of our people is rung first, and key 1 connects them to a contact or to the caller."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.models import Contact, Outgoing, OutgoingKind, WorkOrder
from routing.orders.events import add_event


def ring_contact(
    session: Session, order: WorkOrder, contact: Contact, own_phone: str, actor: str, now: datetime
) -> Outgoing:
    """Connect one of our people to an entry of the directory about an order.

    Args:
        session: the caller's open transaction.
        order: what it is about; the event names the entry, not its number.
        contact: whom to ring.
        own_phone: the telephone of the person of ours, E.164; rung first.
        actor: sign-in of whoever asks for it.
        now: when; asked twice in one moment it is done once.
    """
    add_event(session, order, "contact_rung", actor, now, contact_id=contact.id, contact=contact.name)
    return _ring(session, order, own_phone, {"contact_id": contact.id}, f"contact:{contact.id}", now)


def ring_caller(session: Session, order: WorkOrder, own_phone: str, now: datetime) -> Outgoing:
    """Connect one of our people to the citizen of an order; what becomes of it is an event of its own."""
    return _ring(session, order, own_phone, {}, "caller", now)


def _ring(
    session: Session, order: WorkOrder, own_phone: str, whom: dict[str, int], key: str, now: datetime
) -> Outgoing:
    payload = {"to": own_phone, "order_id": order.id, "language": order.language, **whom}
    key = f"ring:{order.id}:{key}:{own_phone}:{now.isoformat()}"
    return outbox.send(session, OutgoingKind.RING_CONTACT, key, payload, now)
