"""The call to a citizen who waits for a callback: nothing is named before key 1; then they meet their agent."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.house import House
from core.models import Call, Channel, LinePlace, Outgoing, PlaceState
from core.settings import Language, Settings
from ivr.calls import Happened, end_call, take_turn
from ivr.duty import ask_for_key, hang_up
from ivr.listening import Ears
from ivr.prompts import prompt
from ivr.registering import register_call
from ivr.steps import PersonFound
from routing.line.callback_policy import Outcome
from routing.line.ringing_citizens import citizen_answered, citizen_missed

_IS_THERE = "1"
_FIRST_TURN = 0
_OUTCOMES = {
    "completed": Outcome.VOICEMAIL,  # picked up, and nobody pressed the key
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "canceled": Outcome.NO_ANSWER,
    "failed": Outcome.REFUSED,
}


def callback_call(
    session: Session, house: House, attempt_id: str, step: str, fields: Mapping[str, str], now: datetime
) -> str:
    """Take one step of a callback: none yet, `keys`, `status`.

    From key 1 on it is a call like any other: a citizen whose agent has gone meanwhile waits at the front of the line.
    """
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    place = session.get(LinePlace, sent.payload["place_id"], with_for_update={"of": LinePlace}) if sent else None
    if sent is None or place is None:
        return hang_up()
    status = fields.get("CallStatus", "")
    if status in _OUTCOMES:
        return _ended(session, house.settings, sent, place, status, fields.get("CallSid"), now)
    if step == "":
        sentence = call_us(house.settings, place.language)
        return ask_for_key(house.settings, place.language, sentence, f"/voice/callbacks/{attempt_id}/keys")
    if fields.get("Digits") != _IS_THERE or place.state is PlaceState.DONE:
        return hang_up()
    return _connect(session, house, place, fields.get("CallSid", ""), now)


def call_us(settings: Settings, language: Language) -> str:
    """Return all that a voicemail may keep: whom to call."""
    city = settings.city_name_zh if language == "zh" else settings.city_name_en
    number = " ".join(settings.hotline_number.removeprefix("+86").removeprefix("+"))
    return prompt("callback_call", language, city=city, number=number)


def _connect(session: Session, house: House, place: LinePlace, sid: str, now: datetime) -> str:
    """Make this the caller's present call and bring them to their agent."""
    call = register_call(session, house, sid, place.caller.number, house.settings.hotline_number, now)
    if place.call_id != call.id:
        citizen_answered(session, place, call, now, ZoneInfo(house.settings.time_zone))
        call.dialogue = {**call.dialogue, "language": place.language, "place": "holding", "matter_asked": True}
        call.turn = 1
        session.flush()
    return take_turn(session, house, call, Happened(_FIRST_TURN, "taken", PersonFound(), None, Ears()), now)


def _ended(
    session: Session,
    settings: Settings,
    sent: Outgoing,
    place: LinePlace,
    status: str,
    sid: str | None,
    now: datetime,
) -> str:
    call = session.scalar(select(Call).where(Call.call_sid == sid))
    if call is not None:
        end_call(session, settings, call, status, now)
    elif place.outgoing_id == sent.payload["agent_call"] and place.channel is Channel.CALLBACK:
        citizen_missed(session, settings, place, _OUTCOMES[status], now)
    return hang_up()
