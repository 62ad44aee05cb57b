"""Notices who rang again about what they had been told: the answer did not settle it, whatever they said of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Call, Caller, ToldAnswer
from knowledge.index import build_index
from knowledge.search import search
from knowledge.store import published_articles
from routing.radar.questions import words_said

_WITHIN = timedelta(hours=24)


def notice_repeats(session: Session, since: datetime, until: datetime) -> int:
    """Mark the answers after which the same number rang about the same matter within a day; returns how many.

    The same matter: the same article was told again, or what was said leads to it. A withheld number is nobody's.
    """
    calls = session.scalars(
        select(Call)
        .join(Caller, Caller.id == Call.caller_id)
        .where(Call.started_at > since, Call.started_at <= until, Caller.number.is_not(None))
        .order_by(Call.started_at)
    ).all()
    return sum(_mark(session, call, until) for call in calls)


def _mark(session: Session, call: Call, now: datetime) -> int:
    earlier = session.scalars(
        select(ToldAnswer)
        .join(Call, Call.id == ToldAnswer.call_id)
        .where(
            Call.caller_id == call.caller_id,
            ToldAnswer.told_at < call.started_at,
            ToldAnswer.told_at >= call.started_at - _WITHIN,
            ToldAnswer.rang_again_at.is_(None),
        )
    ).all()
    about = _articles_of(session, call, now) if earlier else frozenset()
    again = [told for told in earlier if told.version.article.slug in about]
    for told in again:
        told.rang_again_at = call.started_at
    return len(again)


def _articles_of(session: Session, call: Call, now: datetime) -> frozenset[str]:
    told = session.scalars(select(ToldAnswer).where(ToldAnswer.call_id == call.id))
    return frozenset(one.version.article.slug for one in told) | frozenset(_led_to(session, call, now))


def _led_to(session: Session, call: Call, now: datetime) -> Sequence[str]:
    text = words_said(session, [call.id]).get(call.id)
    if not text:
        return ()
    language = call.dialogue["language"]
    index = build_index(published_articles(session, language, now), language)
    return [hit.article.id for hit in search(index, text, limit=1)]
