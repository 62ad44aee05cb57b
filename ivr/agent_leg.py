"""The call to an agent: what it is about, key 1 takes the caller, and both meet in a conference."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from twilio.twiml.voice_response import VoiceResponse

from core.models import Channel, LinePlace, Outgoing, PlaceState, SeatRow, Urgency
from core.settings import Language, Settings
from ivr.conference import join_conference
from ivr.duty import hang_up
from ivr.facts_of_line import room_of
from ivr.prompts import prompt
from ivr.seat_leg import WAITING_PATH
from ivr.twiml import say_to
from routing.line.offering import SECONDS_TO_ACCEPT
from routing.line.talks import agent_hung_up, came_too_late, place_offered, refuse, take, talk_over

_ACCEPTS = "1"
_LAST_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_WHISPER = timedelta(seconds=30)
_LONGEST_MATTER = 60


def agent_call(
    session: Session, settings: Settings, attempt_id: str, step: str, fields: Mapping[str, str], now: datetime
) -> str:
    """Take one step of a call to an agent: none yet, `keys`, `left`, `came-out`, `unreached`, `status`.

    `left`: the conference is over for them; `came-out`: for who was asked into a colleague's; `unreached`: the citizen
    whom they wait for can't be reached. A voicemail presses no key and takes nobody. Who has dialled in goes back to
    waiting where others hang up.
    """
    sent = session.scalar(select(Outgoing).where(Outgoing.attempt_id == attempt_id))
    if sent is None or "place_id" not in sent.payload:
        return hang_up()
    is_over = fields.get("CallStatus") in _LAST_STATUSES
    if is_over:
        agent_hung_up(session, settings, sent, now)
        return hang_up()
    match step:
        case "":
            return _whisper(session, settings, sent, now)
        case "keys" if fields.get("Digits") == _ACCEPTS:
            return _accept(session, settings, sent, now)
        case "keys":
            refuse(session, sent, now)
            return _done(session, settings, sent, now)
        case "left":
            return _left(session, settings, sent, now)
        case "came-out":
            return _came_out(session, settings, sent, now)
        case _:
            return _done(session, settings, sent, now, "citizen_unreached")


def _whisper(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> str:
    place, language = place_offered(session, sent), _language(session, sent)
    if place is None:
        came_too_late(session, sent)
        return _done(session, settings, sent, now, "caller_gone")
    if place.due_at is not None:
        place.due_at = now + _WHISPER  # they have picked up: the time for the key begins only now
    action = f"{settings.base_url}/voice/agents/{sent.attempt_id}/keys"
    response = VoiceResponse()
    gather = response.gather(input="dtmf", num_digits=1, timeout=SECONDS_TO_ACCEPT, action=action, method="POST")
    say_to(gather, _about(sent, place, language), language, settings)
    response.redirect(action, method="POST")
    return str(response)


def _about(sent: Outgoing, place: LinePlace, language: Language) -> str:
    matter = place.matter[:_LONGEST_MATTER]
    if "joins" in sent.payload and not sent.payload.get("seat_id"):
        return prompt("third_joins", language)  # any number, whose voicemail keeps what it hears
    if "joins" in sent.payload:
        return prompt("agent_joins", language, matter=matter)
    if place.urgency is Urgency.RED:
        return prompt("agent_red", language, matter=matter)
    if place.channel is Channel.CALLBACK:
        return prompt("agent_callback", language, matter=matter)
    return prompt("agent_caller", language, matter=matter)


def _accept(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> str:
    place, language = take(session, settings, sent, now), _language(session, sent)
    if place is None:
        return _done(session, settings, sent, now, "caller_gone")
    response = VoiceResponse()
    if "joins" in sent.payload:
        say_to(response, prompt("agent_joined", language), language, settings)
    elif place.channel is Channel.CALLBACK:
        say_to(response, prompt("agent_ringing", language), language, settings)
    return _meet(response, settings, sent, place)


def _meet(response: VoiceResponse, settings: Settings, sent: Outgoing, place: LinePlace) -> str:
    """Bring an agent to the caller whom they have, or beside the colleague who has them."""
    is_theirs = place.outgoing_id == sent.id
    action = f"{settings.base_url}/voice/agents/{sent.attempt_id}/{'left' if is_theirs else 'came-out'}"
    join_conference(response, room_of(place), action, ends_it=is_theirs)
    return str(response)


def _left(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> str:
    """The conference was ended by the other side, as the agent is still there: the talk is over."""
    place = session.get(LinePlace, sent.payload["place_id"])
    if place is not None and place.outgoing_id == sent.id:
        talk_over(session, place, now)
    return _done(session, settings, sent, now, "agent_talk_over")


def _came_out(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> str:
    """A colleague's talk is over for who was asked into it, unless the caller was left to them: they follow."""
    place = session.get_one(LinePlace, sent.payload["place_id"])
    if place.outgoing_id == sent.id and place.state is PlaceState.TAKEN:
        return _meet(VoiceResponse(), settings, sent, place)
    return _done(session, settings, sent, now, "agent_talk_over")


def _done(session: Session, settings: Settings, sent: Outgoing, now: datetime, name: str = "") -> str:
    """Say how it ended. Then a telephone that was rung is hung up; who has dialled in is free again and waits on."""
    language = _language(session, sent)
    response = VoiceResponse()
    if name:
        say_to(response, prompt(name, language), language, settings)
    if "call_sid" in sent.payload:
        agent_hung_up(session, settings, sent, now)
        response.redirect(f"{settings.base_url}/voice/{WAITING_PATH}", method="POST")
    else:
        response.hangup()
    return str(response)


def _language(session: Session, sent: Outgoing) -> Language:
    seat = session.get(SeatRow, sent.payload["seat_id"]) if sent.payload.get("seat_id") else None
    if seat is not None:
        return seat.staff.language
    return session.get_one(LinePlace, sent.payload["place_id"]).language
