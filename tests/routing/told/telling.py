"""Plain factories: callers who heard a version, and when."""

from datetime import timedelta

from sqlalchemy import select

from core.models import Call, Caller, ToldBy
from routing.told import tell
from tests.rows import NOON, a_call

HOUR = timedelta(hours=1)


def heard(session, version, number="+8613900000001", at=NOON, language="zh", **caller):
    """A call in which somebody heard a version; the same number is the same caller."""
    known = session.scalar(select(Caller).where(Caller.number == number)) if number else None
    if known:
        call = Call(call_sid=f"CA{number}{at}", caller_id=known.id, dialogue={"language": language}, started_at=at)
        session.add(call)
        session.flush()
    else:
        call = a_call(session, number=number, language=language)
        call.started_at = at
        for name, value in caller.items():
            setattr(call.caller, name, value)
    tell(session, call, version.id, ToldBy.KEY, at)
    return call
