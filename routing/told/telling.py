"""What each caller was told: written when an answer is read out, and what the caller made of it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.database import table_of
from core.models import ArticleVersion, Call, ToldAnswer, ToldBy
from core.objects import add_at_once
from core.prepared import Prepared
from core.speaking import seconds_to_speak

_KNOWN = Prepared(
    select(ToldAnswer.id).where(
        ToldAnswer.call_id == bindparam("call_id"), ToldAnswer.version_id == bindparam("version_id")
    )
)
_NEWEST_FIRST = (ToldAnswer.told_at.desc(), ToldAnswer.id)
_READ_LAST = Prepared(
    select(
        ToldAnswer.helped,
        ToldAnswer.played_to_end,
        ToldAnswer.told_at,
        ArticleVersion.question,
        ArticleVersion.answer,
    )
    .join(ToldAnswer.version)
    .where(ToldAnswer.call_id == bindparam("call_id"))
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_NEWEST = select(ToldAnswer.id).where(ToldAnswer.call_id == bindparam("this_call")).order_by(*_NEWEST_FIRST).limit(1)
_NEWEST_NOW = Prepared(update(table_of(ToldAnswer)).where(ToldAnswer.id == _NEWEST.scalar_subquery()))


def tell(session: Session, call: Call, version_id: int, how: ToldBy, now: datetime) -> None:
    """Write down that a version is being read to a caller; read again in the same call it is the same answer."""
    if _KNOWN.scalar(session, call_id=call.id, version_id=version_id) is None:
        add_at_once(session, ToldAnswer(call_id=call.id, version_id=version_id, told_at=now, how=how))


def take(session: Session, call: Call, *, helped: bool | None) -> None:
    """Write down what a caller made of the newest answer: whether it helped; None: it was heard out, no more said."""
    made = {"played_to_end": True} if helped is None else {"helped": helped}
    _judge_newest(session, call, made)


def settle(session: Session, call: Call, now: datetime) -> None:
    """Judge, when a call has ended, whether the answer that was being read was heard out: by the time it takes.

    The carrier does not tell how far its voice has come.
    """
    told = _READ_LAST.first(session, call_id=call.id)
    if told is None or told.helped is not None or told.played_to_end:
        return
    if now - told.told_at >= timedelta(seconds=seconds_to_speak(told.question + told.answer)):
        _judge_newest(session, call, {"played_to_end": True})


def _judge_newest(session: Session, call: Call, made: dict[str, bool]) -> None:
    _NEWEST_NOW.run(session, this_call=call.id, **made)
