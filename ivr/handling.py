"""What each webhook means, by its path below /voice; used for requests as they come and for the spool's replay."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.errors import HotlineError
from core.house import House
from core.models import Call
from core.reach import is_deadlock
from ivr import asking_after, caller_input, connecting, correcting, duty
from ivr.agent_leg import agent_call
from ivr.callback_leg import callback_call
from ivr.calls import Happened, answer_call, end_call, last_answer, take_turn
from ivr.left_words import keep_recording
from ivr.listening import Ears, ask_ears
from ivr.notice_call import notice_call
from ivr.pin_check import compare_pin
from ivr.registering import register_call
from ivr.seat_leg import is_seat_call, seat_leg
from ivr.steps import RangOut
from routing.line.dialling_in import ComparedPin

Fields = Mapping[str, str]
_TRIES = 3
_OUR_CALLS = frozenset({"agents", "callbacks", "whisper", "alerts", "corrections", "notices", "ring", "follow-up"})
_LAST_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class UnusableWebhookError(HotlineError):
    """A signed request that names no call; it can't come from a telephone."""


def handle_committed(house: House, path: str, fields: Fields, now: datetime) -> str:
    """Handle a webhook in a transaction of its own; raises as `handle` does, and what the database raises.

    Of two at once for a new call or caller the loser looks again, as does who waited for one that waited for them.
    """
    ears, pin = ask_ears(house.live, path, fields), compare_pin(house.database, path, fields, now)
    if path == "incoming":
        house.recordings.keys.make_ready()  # on disk before the transaction, which others wait for
    for tries_left in reversed(range(_TRIES)):
        try:
            with house.database.transaction(hurried=True) as session:
                return handle(session, house, path, fields, now, ears, pin)
        except (IntegrityError, StaleDataError):
            if not tries_left:
                raise
        except OperationalError as error:
            if not (tries_left and is_deadlock(error)):
                raise
    raise AssertionError("unreachable")


def handle(
    session: Session, house: House, path: str, fields: Fields, now: datetime, ears: Ears, pin: ComparedPin | None
) -> str:
    """Change the state of record by what a webhook tells and return the TwiML to answer with, empty for none.

    Idempotent: the same webhook again changes nothing and is answered the same.

    Raises:
        UnusableWebhookError: there is no call id in it, or the path is none of ours.
    """
    match path.split("/"):
        case ["seats", *_]:
            return seat_leg(session, house.settings, path, fields, now, pin)
        case ["incoming" | "fallback" | "status"] if is_seat_call(fields, house.settings):
            return seat_leg(session, house.settings, path, fields, now)
        case ["incoming"]:
            return answer_call(session, house, _call(session, house, fields, now), now, ears)
        case ["fallback"]:
            return _fallback(session, house, fields, now, ears)
        case ["turns", turn, kind]:
            return _turn(session, house, (int(turn), kind), fields, now, ears)
        case ["recordings"]:
            return _recording_notice(session, house, fields, now)
        case ["status"]:
            return _status(session, house, fields, now)
        case [door, *_] if door in _OUR_CALLS:
            return _our_call(session, house, path, fields, now)
        case _:
            raise UnusableWebhookError("No webhook has this path.")


def _our_call(session: Session, house: House, path: str, fields: Fields, now: datetime) -> str:
    """Handle a webhook of a call that we have placed: to our own people, to a department, to a citizen."""
    match path.split("/"):
        case ["whisper", call_id, turn, why, *keys]:
            asked = duty.Asked(int(call_id), int(turn), why)
            return duty.whisper(session, house.settings, asked, fields if keys else None, now)
        case ["alerts", attempt_id, *keys]:
            return duty.alert(session, house.settings, attempt_id, fields if keys else None, now)
        case ["corrections", attempt_id, *what]:
            return _correction(session, house, attempt_id, what, fields, now)
        case ["notices", attempt_id, *keys]:
            return notice_call(session, house.settings, attempt_id, fields if keys else None, now)
        case ["ring", attempt_id, *step]:
            return connecting.connect(session, house.settings, attempt_id, "".join(step), fields, now)
        case ["agents", attempt_id, *step]:
            return agent_call(session, house.settings, attempt_id, "".join(step), fields, now)
        case ["callbacks", attempt_id, *step]:
            return callback_call(session, house, attempt_id, "".join(step), fields, now)
        case ["follow-up", attempt_id, *question]:
            return asking_after.ask(session, house.settings, attempt_id, "".join(question), fields, now)
        case _:
            raise UnusableWebhookError("No webhook has this path.")


def _call(session: Session, house: House, fields: Fields, now: datetime) -> Call:
    sid = caller_input.call_sid(fields)
    if sid is None:
        raise UnusableWebhookError("The webhook names no call.")
    return register_call(session, house, sid, caller_input.caller_number(fields), fields.get("To"), now)


def _fallback(session: Session, house: House, fields: Fields, now: datetime, ears: Ears) -> str:
    """Answer for a webhook that failed: what was said last, again; but whose talk is over is not led back into it."""
    failed = urlsplit(fields.get("ErrorUrl", "")).path.removeprefix("/voice/")
    match failed.split("/"):
        case ["turns", turn, "talked"] if turn.isdecimal():
            return _turn(session, house, (int(turn), "talked"), fields, now, ears)
        case _:
            call = _call(session, house, fields, now)
            return last_answer(session, call) or answer_call(session, house, call, now, ears)


def _turn(session: Session, house: House, place: tuple[int, str], fields: Fields, now: datetime, ears: Ears) -> str:
    turn, kind = place
    call = _call(session, house, fields, now)
    if kind == "talked" and fields.get("CallStatus") in _LAST_STATUSES:
        end_call(session, house.settings, call, fields["CallStatus"], now)  # told so when it was the caller who left
        return ""
    heard, notice = caller_input.heard(kind, fields), caller_input.recording(fields)
    if isinstance(heard, RangOut):
        heard = RangOut(answered=duty.took_call(session, call, turn))
    return take_turn(session, house, call, Happened(turn, kind, heard, notice, ears), now)


def _recording_notice(session: Session, house: House, fields: Fields, now: datetime) -> str:
    """Keep the recording; `absent` and `failed` ones bring nothing to keep. The way on is the turn's own webhook."""
    notice = caller_input.recording(fields)
    if notice:
        keep_recording(session, house.settings, _call(session, house, fields, now), notice, now)
    return ""


def _correction(session: Session, house: House, attempt_id: str, what: list[str], fields: Fields, now: datetime) -> str:
    sid = caller_input.call_sid(fields)
    match what:
        case []:
            return correcting.ask_for_the_caller(session, house.settings, attempt_id)
        case ["keys"]:
            return correcting.tell_correction(session, house, attempt_id, fields, sid, now)
        case ["answer"]:
            return correcting.after_correction(session, house, attempt_id, fields, sid, now)
        case _:
            if fields.get("CallStatus") in _LAST_STATUSES:
                call = session.scalar(select(Call).where(Call.call_sid == sid))
                correcting.correction_ended(session, house, attempt_id, fields["CallStatus"], call, now)
            return ""


def _status(session: Session, house: House, fields: Fields, now: datetime) -> str:
    if fields.get("CallStatus") in _LAST_STATUSES:
        end_call(session, house.settings, _call(session, house, fields, now), fields["CallStatus"], now)
    return ""
