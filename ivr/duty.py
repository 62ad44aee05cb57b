"""The people on duty on the telephone: what they hear before they take a caller, and the alert about a red order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import VoiceResponse

from core.models import Call, OrderEvent, Outgoing, WorkOrder
from core.privacy import mask_number
from core.settings import Language, Settings
from ivr.prompts import prompt
from ivr.twiml import say_to
from routing.orders import add_event, find_order

_ACCEPTS = "1"
_CONFIRMED = {
    "red": "alert_confirmed",
    "late": "escalation_confirmed",
    "leadership": "leadership_confirmed",
    "repeated": "repeated_confirmed",
}


@dataclass(frozen=True)
class Asked:
    """Which caller a person on duty is asked to take: the call, the turn that rings, and why (`red` or `person`)."""

    call_id: int
    turn: int
    why: str


def whisper(session: Session, settings: Settings, asked: Asked, fields: Mapping[str, str] | None, now: datetime) -> str:
    """Tell a person on duty what the call is, and connect only who presses 1: a voicemail presses nothing."""
    call = session.get(Call, asked.call_id)
    order = find_order(session, call) if call else None
    if call is None or order is None:
        return hang_up()
    if fields is None:
        sentence = prompt("whisper_red" if asked.why == "red" else "whisper_person", order.language)
        path = f"/voice/whisper/{asked.call_id}/{asked.turn}/{asked.why}/keys"
        return ask_for_key(settings, order.language, sentence, path)
    if fields.get("Digits") != _ACCEPTS:
        return hang_up()
    add_once(session, order, "person_connected", mask_number(fields.get("To")), now, turn=asked.turn)
    return str(VoiceResponse())


def took_call(session: Session, call: Call, turn: int) -> bool:
    """Tell whether somebody on duty pressed 1 when a turn rang them."""
    order = find_order(session, call)
    return order is not None and any(
        event.event == "person_connected" and event.detail.get("turn") == turn for event in order.events
    )


def alert(
    session: Session, settings: Settings, attempt_id: str, fields: Mapping[str, str] | None, now: datetime
) -> str:
    """Say an order's code and why it is told; key 1 is written down as that person's confirmation."""
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    order = session.get(WorkOrder, sent.payload["order_id"]) if sent else None
    if sent is None or order is None:
        return hang_up()
    language = order.language
    if fields is None:
        return ask_for_key(settings, language, _alert_sentence(order, _why(sent)), f"/voice/alerts/{attempt_id}/keys")
    response = VoiceResponse()
    if fields.get("Digits") == _ACCEPTS:
        add_once(session, order, _CONFIRMED[_why(sent)], mask_number(sent.payload["to"]), now, attempt=sent.id)
        say_to(response, prompt("alert_thanks", language), language, settings)
    response.hangup()
    return str(response)


def _alert_sentence(order: WorkOrder, why: str) -> str:
    code = " ".join(order.code)
    match why:
        case "late":
            return prompt("alert_late", order.language, code=code)
        case "repeated":
            return prompt("alert_repeated", order.language, code=code)
        case "leadership":
            return prompt("alert_leadership", order.language, code=code)
        case _:
            return prompt("alert_red", order.language, code=code)


def _why(sent: Outgoing) -> str:
    return str(sent.payload.get("why", "red"))


def add_once(session: Session, order: WorkOrder, event: str, actor: str, now: datetime, **detail: Any) -> None:
    """Write down what a person did with a key; the carrier may tell it twice."""
    told = select(OrderEvent).where(
        OrderEvent.order_id == order.id, OrderEvent.event == event, OrderEvent.actor == actor
    )
    if all(row.detail != detail for row in session.scalars(told)):
        add_event(session, order, event, actor, now, **detail)


def ask_for_key(settings: Settings, language: Language, sentence: str, path: str) -> str:
    """Return the TwiML that says a sentence twice and waits for one key, sent to a path of ours; else hangs up."""
    response = VoiceResponse()
    gather = response.gather(input="dtmf", num_digits=1, timeout=8, action=f"{settings.base_url}{path}", method="POST")
    for _twice in range(2):
        say_to(gather, sentence, language, settings)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """Return the TwiML that ends a call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
