"""Connects one of our people to a contact or to a citizen: rung first, asked for key 1, then the other is dialled."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import Dial, VoiceResponse

from core.models import Contact, Outgoing, WorkOrder
from core.privacy import mask_number
from core.settings import Settings
from ivr.duty import add_once, ask_for_key, hang_up
from ivr.prompts import prompt
from routing.orders import caller_was

_YES = "1"
_RING_SECONDS = 25


def connect(
    session: Session, settings: Settings, attempt_id: str, step: str, fields: Mapping[str, str], now: datetime
) -> str:
    """Take one step of the connection: none yet, `keys` (of our person), `rang` (the other has ended), `reached`.

    What a carrier calls completed may have been a voicemail: only our person's key says whether the citizen was
    reached. Whoever says nothing has not reached them, so that they are rung again.
    """
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    order = session.get(WorkOrder, sent.payload["order_id"]) if sent else None
    if sent is None or order is None:
        return hang_up()
    contact = session.get(Contact, sent.payload["contact_id"]) if "contact_id" in sent.payload else None
    match step, fields.get("Digits"):
        case "", _:
            sentence = _sentence(order, contact)
            return ask_for_key(settings, order.language, sentence, f"/voice/ring/{attempt_id}/keys")
        case "keys", "1":
            add_once(session, order, "connected_by_hand", mask_number(sent.payload["to"]), now, attempt=sent.id)
            number = contact.phone if contact else order.call.caller.number
            return _dial(settings, attempt_id, number) if number else hang_up()
        case "rang", _ if contact is None:
            return _ask_whether_reached(session, settings, order, sent, attempt_id, fields, now)
        case "reached", "1" | "2" if contact is None:
            who = mask_number(sent.payload["to"])
            caller_was(session, order, who, now, reached=fields["Digits"] == _YES, attempt=sent.id)
            return hang_up()
        case _:
            return hang_up()


def _sentence(order: WorkOrder, contact: Contact | None) -> str:
    code = " ".join(order.code)
    if contact:
        return prompt("ring_contact", order.language, name=contact.name, code=code)
    return prompt("ring_caller", order.language, code=code)


def _dial(settings: Settings, attempt_id: str, number: str) -> str:
    response = VoiceResponse()
    action = f"{settings.base_url}/voice/ring/{attempt_id}/rang"
    dial = Dial(action=action, method="POST", timeout=_RING_SECONDS, caller_id=settings.hotline_number)
    dial.number(number)
    response.append(dial)
    return str(response)


def _ask_whether_reached(
    session: Session,
    settings: Settings,
    order: WorkOrder,
    sent: Outgoing,
    attempt_id: str,
    fields: Mapping[str, str],
    now: datetime,
) -> str:
    if fields.get("DialCallStatus") != "completed":
        caller_was(session, order, mask_number(sent.payload["to"]), now, reached=False, attempt=sent.id)
        return hang_up()
    sentence = prompt("ring_reached", order.language)
    return ask_for_key(settings, order.language, sentence, f"/voice/ring/{attempt_id}/reached")
