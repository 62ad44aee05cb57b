"""What each caller was told: written when an answer is read out, and what the caller made of it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Call, ToldAnswer, ToldBy
from core.speaking import seconds_to_speak


def tell(session: Session, call: Call, version_id: int, how: ToldBy, now: datetime) -> None:
    """Write down that a version is being read to a caller; read again in the same call it is the same answer."""
    told = session.scalar(select(ToldAnswer).where(ToldAnswer.call_id == call.id, ToldAnswer.version_id == version_id))
    if told is None:
        session.add(ToldAnswer(call_id=call.id, version_id=version_id, told_at=now, how=how))
        session.flush()


def take(session: Session, call: Call, *, helped: bool | None) -> None:
    """Write down what a caller made of the newest answer: whether it helped; None: it was heard out, no more said."""
    told = _newest(session, call)
    if told is None:
        return
    if helped is None:
        told.played_to_end = True
    else:
        told.helped = helped
    session.flush()


def settle(session: Session, call: Call, now: datetime) -> None:
    """Judge, when a call has ended, whether the answer that was being read was heard out: by the time it takes.

    The carrier does not tell how far its voice has come.
    """
    told = _newest(session, call)
    if told is None or told.helped is not None or told.played_to_end:
        return
    text = told.version.question + told.version.answer
    told.played_to_end = now - told.told_at >= timedelta(seconds=seconds_to_speak(text))
    session.flush()


def _newest(session: Session, call: Call) -> ToldAnswer | None:
    wanted = select(ToldAnswer).where(ToldAnswer.call_id == call.id).order_by(ToldAnswer.told_at.desc(), ToldAnswer.id)
    return session.scalar(wanted.limit(1))
