"""The questions that nobody could answer: what was said in calls that ended in an order, in a no, or unanswered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.models import Call, Recording, ToldAnswer, Transcript, Urgency, Utterance, WorkOrder
from core.settings import Language

_LONGEST = 200
"""Characters of what was said: a question comes first, its story later."""


@dataclass(frozen=True)
class Asked:
    """What one call asked."""

    call_id: int
    caller_id: int
    language: Language
    text: str
    asked_at: datetime


def unanswered(session: Session, since: datetime, until: datetime) -> tuple[Asked, ...]:
    """Return what was asked in vain between two moments, a text a call; a danger to life is no question."""
    calls = session.scalars(
        select(Call)
        .outerjoin(WorkOrder, WorkOrder.call_id == Call.id)
        .where(
            Call.started_at > since,
            Call.started_at <= until,
            or_(WorkOrder.urgency.is_(None), WorkOrder.urgency != Urgency.RED),
            or_(WorkOrder.id.is_not(None), Call.id.in_(_told_in_vain()), Call.id.in_(_never_told())),
        )
        .order_by(Call.started_at)
    ).all()
    said = words_said(session, [call.id for call in calls])
    return tuple(
        Asked(call.id, call.caller_id, call.dialogue["language"], said[call.id], call.started_at)
        for call in calls
        if call.id in said
    )


def words_said(session: Session, call_ids: Iterable[int]) -> dict[int, str]:
    """Return what was said in calls, as far as it was understood."""
    wanted = list(call_ids)
    live = session.execute(
        select(Utterance.call_id, Utterance.text)
        .where(Utterance.call_id.in_(wanted), Utterance.is_danger.is_(False))
        .order_by(Utterance.id)
    )
    left = session.execute(
        select(Recording.call_id, Transcript.text)
        .join(Transcript, Transcript.recording_id == Recording.id)
        .where(Recording.call_id.in_(wanted))
        .order_by(Recording.id)
    )
    heard_live = _joined((row.call_id, row.text) for row in live)
    return {**_joined((row.call_id, row.text) for row in left), **heard_live}


def _joined(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    said: dict[int, str] = {}
    for call_id, text in rows:
        if text.strip():
            said[call_id] = f"{said[call_id]} {text.strip()}"[:_LONGEST] if call_id in said else text.strip()[:_LONGEST]
    return said


def _told_in_vain() -> Select[int]:
    return select(ToldAnswer.call_id).where(ToldAnswer.helped.is_(False))


def _never_told() -> Select[int]:
    return select(Utterance.call_id).where(Utterance.call_id.not_in(select(ToldAnswer.call_id)))
