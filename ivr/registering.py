"""Registers calls and who makes them; a withheld number is nobody's, and each caller has a key of their own."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.database import table_of
from core.house import House
from core.logs import get_logger
from core.models import Call, Caller, Recording, RecordingState
from core.objects import add_at_once, object_of, read_object
from core.phone_numbers import e164
from core.prepared import Prepared
from ivr.conversation import Conversation

log = get_logger()

_CALLS, _CALLERS = table_of(Call), table_of(Caller)
_CALL = Prepared(
    select(*_CALLS.c, *_CALLERS.c)
    .join_from(_CALLS, _CALLERS)
    .where(Call.call_sid == bindparam("call_sid"))
    .with_for_update(of=_CALLS, key_share=True)  # places and orders that name the call are not held up
)
_CALLER = Prepared(select(*_CALLERS.c).where(Caller.number == bindparam("number")))


def register_call(
    session: Session, house: House, call_sid: str, number: str | None, called: str | None, now: datetime
) -> Call:
    """Return the call with this id, registered now if it is new; a call that we missed the start of counts as new."""
    call = _known_call(session, call_sid)
    if call:
        _fill_in_number(session, call, number)
        return call
    talk = Conversation("en" if called in house.settings.english_numbers else "zh")
    caller = _caller(session, house, number)
    call = Call(
        call_sid=call_sid,
        caller_id=caller.id,
        called_number=e164(called),
        dialogue=dict(vars(talk)),
        started_at=now,
    )
    add_at_once(session, call)
    set_committed_value(call, "caller", caller)
    return call


def _known_call(session: Session, call_sid: str) -> Call | None:
    found = _CALL.first(session, call_sid=call_sid)
    if found is None:
        return None
    call = object_of(session, Call, found[: len(_CALLS.c)])
    set_committed_value(call, "caller", object_of(session, Caller, found[len(_CALLS.c) :]))
    return call


def _caller(session: Session, house: House, number: str | None) -> Caller:
    known = _known_caller(session, number)
    if known:
        return known
    caller = Caller(number=number, key_id=house.recordings.keys.make())
    add_at_once(session, caller)
    return caller


def _known_caller(session: Session, number: str | None) -> Caller | None:
    return read_object(session, Caller, _CALLER, number=number) if number else None


def _fill_in_number(session: Session, call: Call, number: str | None) -> None:
    """Note the number of a call whose first webhook told none: a recording's notice has no `From`.

    What is being fetched or stored stays with the key that locks it, so such a call keeps its own caller.
    """
    if number is None or call.caller.number is not None:
        return
    known = _known_caller(session, number)
    if known is None:
        call.caller.number = number
    elif _is_untouched(session, call):
        call.caller = known
    else:
        log.warning("number_not_joined", call_sid=call.call_sid)


def _is_untouched(session: Session, call: Call) -> bool:
    """Tell whether no job has taken any of a call's recordings; none can until this transaction ends."""
    rows = session.scalars(select(Recording).where(Recording.call_id == call.id).with_for_update(of=Recording))
    return all(row.state is RecordingState.ANNOUNCED and not row.attempts for row in rows)
