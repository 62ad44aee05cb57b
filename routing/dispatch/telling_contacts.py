"""Sends a public entry of the directory to a citizen as a short message, where one may go to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.errors import NotAllowedError
from core.models import Contact, ContactKind, Outgoing, OutgoingKind, WorkOrder
from routing.orders.events import add_event
from routing.orders.wishes import may_text


def may_be_sent(contact: Contact) -> bool:
    """Tell whether an entry may stand in a short message; the psychological line would tell a stranger too much."""
    return contact.is_public and contact.kind is not ContactKind.PSYCHOLOGICAL


def send_contact(session: Session, order: WorkOrder, contact: Contact, actor: str, now: datetime) -> Outgoing:
    """Write a short message with the name and the telephone of a contact; it says nothing of the matter.

    Args:
        session: the caller's open transaction.
        order: whose citizen is told.
        contact: what they are told; as it is now.
        actor: sign-in of whoever sends it.
        now: when.

    Raises:
        NotAllowedError: the contact is not public, or no short message may go to this citizen.
    """
    if not may_be_sent(contact):
        raise NotAllowedError(f"{contact.name} may not be sent to callers.")
    if not may_text(session, order):
        raise NotAllowedError(f"No short message may go to the citizen of {order.number}.")
    told = {"says": "contact", "name": contact.name, "phone": contact.phone}
    payload = {"to": order.call.caller.number, "order_id": order.id, "language": order.language, **told}
    add_event(session, order, "contact_sent", actor, now, contact_id=contact.id, contact=contact.name)
    key = f"contact_sms:{order.id}:{contact.id}:{now.isoformat()}"
    return outbox.send(session, OutgoingKind.CITIZEN_SMS, key, payload, now)
