"""The call of an agent who dials in from any telephone: agent number, PIN, then they stay and are asked here.

Both languages are spoken until it is known who it is; nobody is let in by a key that is told twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from twilio.twiml.voice_response import Gather, VoiceResponse

from core.models import SeatCall, SeatRow, SeatState
from core.settings import Language, Settings
from ivr.caller_input import call_sid, caller_number
from ivr.duty import hang_up
from ivr.pin_check import LONGEST_PIN
from ivr.prompts import LANGUAGES, prompt
from ivr.twiml import say_to
from routing.line.desk import choose_state
from routing.line.dialling_in import (
    TRIES_A_CALL,
    ComparedPin,
    Entry,
    asked_to_take,
    left,
    let_in,
    may_try_here,
    seat_call,
    seat_on_line,
    sign_off,
    wrong_meanwhile,
)
from routing.line.wrong_pins import WITHHELD

WAITING_PATH = "seats/wait/0"
"""Below /voice/: where an agent on the line goes on after each caller."""
_LAST_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_LONGEST_NUMBER = 8
_SECONDS_A_PIECE = 20
_SPEAKS_EVERY = 3
"""So often of the pieces of waiting an agent hears that they are still there."""
_SECONDS_A_WORD = 20
"""So often somebody whose try is put off hears that they still wait."""
_TOLD_OF = 3
"""Fewer wrong PINs are somebody's clumsy fingers."""
_QUESTIONS = {"number": "seat_ask_number", "pin": "seat_ask_pin"}
_STATES = {"1": SeatState.AVAILABLE, "2": SeatState.BREAK}
_SIGNS_OFF = "0"
_AT_ONCE = timedelta()


def is_seat_call(fields: Mapping[str, str], settings: Settings) -> bool:
    """Tell whether a webhook is about a call to the seat number: nothing of it is a citizen's."""
    return bool(settings.seat_number) and fields.get("To") == settings.seat_number


def seat_leg(
    session: Session,
    settings: Settings,
    path: str,
    fields: Mapping[str, str],
    now: datetime,
    pin: ComparedPin | None = None,
) -> str:
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
    own = seat_call(session, sid, now, caller_number(fields) or WITHHELD)
    digits = fields.get("Digits", "")
    match path.split("/"):
        case ["seats", "wait", piece] if own.seat_id:
            return _wait(session, settings, own, digits, int(piece), now)
        case ["seats", turn, "number"] if turn == str(own.turn) and not own.seat_id:
            own.turn, own.agent_number = own.turn + 1, digits[:_LONGEST_NUMBER]
            return _ask_pin(session, settings, own, now) if digits else _silent(settings, own)
        case ["seats", turn, "pin"] if turn == str(own.turn) and not own.seat_id:
            own.turn += 1
            return _take_pin(session, settings, own, pin, now) if digits else _silent(settings, own)
        case _:
            return _where_they_are(session, settings, own, now)


def _where_they_are(session: Session, settings: Settings, own: SeatCall, now: datetime) -> str:
    """Answer what comes first, late or twice."""
    if own.seat_id:
        return _wait(session, settings, own, "", 0, now)
    return _ask_pin(session, settings, own, now) if own.agent_number else _ask(settings, own, "number")


def _ask_pin(session: Session, settings: Settings, own: SeatCall, now: datetime) -> str:
    """Ask for the PIN when it is looked at: after a while, if strangers have tried this agent number often."""
    may = may_try_here(session, own, now)
    return _locked(settings, may.locked_for) if may.locked_for else _ask(settings, own, "pin", wait=may.wait)


def _ask(settings: Settings, own: SeatCall, what: str, *first: str, wait: timedelta = _AT_ONCE) -> str:
    response = VoiceResponse()
    for _piece in range(-int(-wait.total_seconds() // _SECONDS_A_WORD)):
        for language in LANGUAGES:
            say_to(response, prompt("seat_slowed_down", language), language, settings)
        response.pause(length=_SECONDS_A_WORD)
    path = f"/voice/seats/{own.turn}/{what}"
    most = _LONGEST_NUMBER if what == "number" else LONGEST_PIN
    gather = _gather(response, settings, path, num_digits=most, finish_on_key="#", timeout=8)
    for language in LANGUAGES:
        for name in (*first, _QUESTIONS[what]):
            say_to(gather, prompt(name, language), language, settings)
    response.redirect(f"{settings.base_url}{path}", method="POST")
    return str(response)


def _take_pin(session: Session, settings: Settings, own: SeatCall, pin: ComparedPin | None, now: datetime) -> str:
    match let_in(session, own, pin, now):
        case Entry.IN:
            return _welcome(session, settings, own)
        case Entry.BUSY:
            return _end(settings, "seat_busy")
        case Entry.LATER if own.tries < TRIES_A_CALL:
            return _ask_pin(session, settings, own, now)
        case _:
            locked_for = may_try_here(session, own, now).locked_for
            return _locked(settings, locked_for) if locked_for else _wrong(settings, own)


def _welcome(session: Session, settings: Settings, own: SeatCall) -> str:
    """Say that they are in, and whether somebody else has tried to be: only they know whether that was them."""
    seat, wrong = session.get_one(SeatRow, own.seat_id), wrong_meanwhile(session, own)
    told = ("seat_wrong_meanwhile",) if wrong >= _TOLD_OF else ()
    return _stay(settings, seat.staff.language, 0, *told, "seat_in", "seat_keys", count=str(wrong))


def _locked(settings: Settings, locked_for: timedelta) -> str:
    return _end(settings, "seat_locked", minutes=str(-int(-locked_for // timedelta(minutes=1))))


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


def _stay(settings: Settings, language: Language, piece: int, *names: str, **values: str) -> str:
    response = VoiceResponse()
    path = f"/voice/seats/wait/{piece}"
    gather = _gather(response, settings, path, num_digits=1, finish_on_key="", timeout=_SECONDS_A_PIECE)
    for name in names:
        say_to(gather, prompt(name, language, **values), language, settings)
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
