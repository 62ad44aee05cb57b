"""The call of an agent who dials in from any telephone: agent number, PIN, then they stay and are asked here.

Both languages are spoken until it is known who it is; nobody is let in by a key that is told twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session
from twilio.twiml.voice_response import Gather, VoiceResponse
from werkzeug.security import check_password_hash, generate_password_hash

from core.models import SeatCall, SeatRow, SeatState
from core.settings import Language, Settings
from ivr.caller_input import call_sid
from ivr.duty import hang_up
from ivr.prompts import LANGUAGES, prompt
from ivr.twiml import say_to
from routing.line.desk import choose_state
from routing.line.dialling_in import (
    TRIES_A_CALL,
    Entry,
    asked_to_take,
    left,
    let_in,
    locked_for,
    seat_call,
    seat_on_line,
    sign_off,
    whose_number,
)

WAITING_PATH = "seats/wait/0"
"""Below /voice/: where an agent on the line goes on after each caller."""
_LAST_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_LONGEST_NUMBER, _LONGEST_PIN = 8, 10
_SECONDS_A_PIECE = 20
_SPEAKS_EVERY = 3
"""So often of the pieces of waiting an agent hears that they are still there."""
_QUESTIONS = {"number": "seat_ask_number", "pin": "seat_ask_pin"}
_STATES = {"1": SeatState.AVAILABLE, "2": SeatState.BREAK}
_SIGNS_OFF = "0"


def is_seat_call(fields: Mapping[str, str], settings: Settings) -> bool:
    """Tell whether a webhook is about a call to the seat number: nothing of it is a citizen's."""
    return bool(settings.seat_number) and fields.get("To") == settings.seat_number


def seat_leg(session: Session, settings: Settings, path: str, fields: Mapping[str, str], now: datetime) -> str:
    """Take one step of an agent's own call and return its TwiML; empty when nobody listens.

    `path` is the webhook's, below /voice: `incoming`, `seats/TURN/number`, `seats/TURN/pin`, `seats/wait/PIECE`,
    `fallback` or `status`.
    """
    sid = call_sid(fields)
    if sid is None:
        return hang_up()
    if fields.get("CallStatus") in _LAST_STATUSES:
        left(session, settings, sid, now)
        return ""
    own = seat_call(session, sid, now)
    digits = fields.get("Digits", "")
    match path.split("/"):
        case ["seats", "wait", piece] if own.seat_id:
            return _wait(session, settings, own, digits, int(piece), now)
        case ["seats", turn, "number"] if turn == str(own.turn) and not own.seat_id:
            own.turn, own.agent_number = own.turn + 1, digits[:_LONGEST_NUMBER]
            return _ask(settings, own, "pin") if digits else _silent(settings, own)
        case ["seats", turn, "pin"] if turn == str(own.turn) and not own.seat_id:
            own.turn += 1
            return _take_pin(session, settings, own, digits, now) if digits else _silent(settings, own)
        case _:
            return _where_they_are(session, settings, own, now)


def _where_they_are(session: Session, settings: Settings, own: SeatCall, now: datetime) -> str:
    """Answer what comes first, late or twice."""
    if own.seat_id:
        return _wait(session, settings, own, "", 0, now)
    return _ask(settings, own, "pin" if own.agent_number else "number")


def _ask(settings: Settings, own: SeatCall, what: str, *first: str) -> str:
    response = VoiceResponse()
    path = f"/voice/seats/{own.turn}/{what}"
    most = _LONGEST_NUMBER if what == "number" else _LONGEST_PIN
    gather = _gather(response, settings, path, num_digits=most, finish_on_key="#", timeout=8)
    for language in LANGUAGES:
        for name in (*first, _QUESTIONS[what]):
            say_to(gather, prompt(name, language), language, settings)
    response.redirect(f"{settings.base_url}{path}", method="POST")
    return str(response)


def _take_pin(session: Session, settings: Settings, own: SeatCall, pin: str, now: datetime) -> str:
    staff = whose_number(session, own.agent_number)
    locked = locked_for(staff, now)
    right = not locked and check_password_hash((staff and staff.pin_hash) or _nobodys_hash(), pin)
    match let_in(session, own, staff, now, right=right):
        case Entry.IN if staff is not None:
            return _stay(settings, staff.language, 0, "seat_in", "seat_keys")
        case Entry.BUSY:
            return _end(settings, "seat_busy")
        case Entry.LOCKED:
            minutes = -int(-locked_for(staff, now) // timedelta(minutes=1))
            return _end(settings, "seat_locked", minutes=str(minutes))
        case _:
            return _wrong(settings, own)


def _silent(settings: Settings, own: SeatCall) -> str:
    """Count silence as a try of this call, so that none is endless, but as no wrong PIN of anybody's."""
    own.tries += 1
    return _wrong(settings, own)


def _wrong(settings: Settings, own: SeatCall) -> str:
    """Ask for both anew: nobody is told which of them was wrong."""
    own.agent_number = ""
    if own.tries >= TRIES_A_CALL:
        return _end(settings, "seat_no_more_tries")
    return _ask(settings, own, "number", "seat_wrong")


def _wait(session: Session, settings: Settings, own: SeatCall, digits: str, piece: int, now: datetime) -> str:
    """Let an agent wait for the next caller, in their own language; a lost move is made good here."""
    seat = seat_on_line(session, own)
    if seat is None:
        return _end(settings, "seat_elsewhere")
    language = seat.staff.language
    if digits == _SIGNS_OFF or not seat.staff.active:
        seat.next_state = None
        sign_off(session, seat, now)
    elif digits in _STATES:
        choose_state(session, seat, _STATES[digits], now)
    if seat.state is SeatState.OFFLINE:
        return _end(settings, "seat_signed_off", languages=(language,))
    asked = asked_to_take(session, seat)
    if asked is not None:
        response = VoiceResponse()
        response.redirect(f"{settings.base_url}/voice/agents/{asked.attempt_id}", method="POST")
        return str(response)
    names = (_state_sentence(seat),) if digits or piece % _SPEAKS_EVERY == 0 else ()
    return _stay(settings, language, piece + 1, *names, *(("seat_keys",) if digits not in ("", *_STATES) else ()))


def _state_sentence(seat: SeatRow) -> str:
    match seat.next_state or seat.state:
        case SeatState.BREAK:
            return "seat_on_break"
        case SeatState.WRAP_UP:
            return "seat_in_wrap_up"
        case _:
            return "seat_available"


def _stay(settings: Settings, language: Language, piece: int, *names: str) -> str:
    response = VoiceResponse()
    path = f"/voice/seats/wait/{piece}"
    gather = _gather(response, settings, path, num_digits=1, finish_on_key="", timeout=_SECONDS_A_PIECE)
    for name in names:
        say_to(gather, prompt(name, language), language, settings)
    response.redirect(f"{settings.base_url}{path}", method="POST")
    return str(response)


def _gather(response: VoiceResponse, settings: Settings, path: str, **how: object) -> Gather:
    return response.gather(input="dtmf", action=f"{settings.base_url}{path}", method="POST", **how)


def _end(settings: Settings, name: str, languages: tuple[Language, ...] = LANGUAGES, **values: str) -> str:
    response = VoiceResponse()
    for language in languages:
        say_to(response, prompt(name, language, **values), language, settings)
    response.hangup()
    return str(response)


@cache
def _nobodys_hash() -> str:
    """A PIN nobody has, so that an unknown number takes as long to refuse as a known one."""
    return generate_password_hash("nobody's")
