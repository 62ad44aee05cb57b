"""The follow-up by telephone: nothing is named before the right person has pressed 1; then: solved? satisfied?"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import VoiceResponse

from core.models import FollowUp, OrderEvent, Outgoing, WorkOrder
from core.settings import Language, Settings
from ivr.duty import ask_for_key, hang_up
from ivr.prompts import prompt
from ivr.twiml import say_to
from routing.follow_up import citizen_rates, citizen_says

_YES = "1"
_LONGEST_REPLY = 800


def ask(
    session: Session, settings: Settings, attempt_id: str, question: str, fields: Mapping[str, str], now: datetime
) -> str:
    """Take the answer to a question and ask the next: none yet, `more`, `who`, `solved`, `satisfied`.

    A voicemail hears nothing but whom to call. Every answer may come twice; the first counts.
    """
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    row = session.get(FollowUp, sent.payload["follow_up_id"]) if sent else None
    order = session.get(WorkOrder, row.order_id) if row else None
    if row is None or order is None:
        return hang_up()

    def next_question(name: str, sentence: str) -> str:
        return ask_for_key(settings, order.language, sentence, f"/voice/follow-up/{attempt_id}/{name}")

    match question, fields.get("Digits"):
        case "", _:
            return next_question("more", _call_us(order, settings))
        case "more", "1":
            return next_question("who", prompt("follow_up_who", order.language))
        case "who", "1":
            told = prompt("follow_up_reply", order.language, reply=_reply(session, order))
            return next_question("solved", told)
        case "solved", "1" | "2":
            citizen_says(session, row, now, is_solved=fields["Digits"] == _YES)
            return next_question("satisfied", prompt("follow_up_satisfied", order.language))
        case "satisfied", "1" | "2" if row.solved is not None:
            citizen_rates(session, row, satisfied=fields["Digits"] == _YES)
            return _thank(order, settings)
        case _:
            return hang_up()


def sms_text(settings: Settings, language: Language) -> str:
    """Return the short message to a citizen: whom to call, and nothing else."""
    return prompt("follow_up_sms", language, city=_city(settings, language), number=_number(settings))


def _call_us(order: WorkOrder, settings: Settings) -> str:
    number = " ".join(_number(settings))
    return prompt("follow_up_call_us", order.language, city=_city(settings, order.language), number=number)


def _city(settings: Settings, language: Language) -> str:
    return settings.city_name_zh if language == "zh" else settings.city_name_en


def _number(settings: Settings) -> str:
    return settings.hotline_number.removeprefix("+86").removeprefix("+")


def _reply(session: Session, order: WorkOrder) -> str:
    """Return the newest reply, as long as its words were not erased."""
    newest = (
        select(OrderEvent)
        .where(OrderEvent.order_id == order.id, OrderEvent.event == "replied")
        .order_by(OrderEvent.position.desc())
    )
    event = session.scalar(newest.limit(1))
    return str((event.words or {}).get("reason", ""))[:_LONGEST_REPLY] if event else ""


def _thank(order: WorkOrder, settings: Settings) -> str:
    response = VoiceResponse()
    say_to(response, prompt("goodbye", order.language), order.language, settings)
    response.hangup()
    return str(response)
