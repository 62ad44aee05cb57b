"""The hourly look: the day's unanswered questions in groups, with counts, trend and real wordings."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.models import RadarRun, RadarState, RadarTopic
from core.privacy import mask_personal
from core.settings import Language
from knowledge.topics import Cluster, cluster
from routing.radar.questions import Asked, unanswered

_DAY, _HOUR, _KEPT = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
_TIME_TO_TRANSCRIBE = timedelta(minutes=1)
_FEWEST_CALLS = 2
_MOST_PHRASINGS = 8
_MOST_TOPICS = 200
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def plan_looks(session: Session, now: datetime) -> None:
    """Plan the look at the day that ended with the last full hour, once."""
    until = now.replace(minute=0, second=0, microsecond=0)
    if session.scalar(select(RadarRun.id).where(RadarRun.until_at == until)) is None:
        session.add(RadarRun(until_at=until, due_at=now + _TIME_TO_TRANSCRIBE))
        session.flush()


def look_around(session: Session, run: RadarRun) -> None:
    """Write the topics of a run; done again it writes the same ones."""
    asked = unanswered(session, run.until_at - _DAY, run.until_at)
    known = _with_articles(session, run)
    session.execute(delete(RadarTopic).where(RadarTopic.run_id == run.id))
    topics = [topic for language in _LANGUAGES for topic in _topics(run, asked, language)]
    topics.sort(key=lambda topic: (-topic.asked, topic.phrase))
    for topic in topics[:_MOST_TOPICS]:
        topic.article_id = _article_of(topic, known)
        session.add(topic)
    run.state, run.due_at, run.leased_until, run.unanswered = RadarState.DONE, None, None, len(asked)
    _forget_old(session, run)
    session.flush()


def _topics(run: RadarRun, asked: Sequence[Asked], language: Language) -> list[RadarTopic]:
    spoken = [one for one in asked if one.language == language]
    found = cluster([one.text for one in spoken], language)
    return [_topic(run, group, spoken, language) for group in found if len(group.members) >= _FEWEST_CALLS]


def _topic(run: RadarRun, group: Cluster, spoken: Sequence[Asked], language: Language) -> RadarTopic:
    members = [spoken[place] for place in group.members]
    wordings = dict.fromkeys(mask_personal(one.text) for one in members)
    return RadarTopic(
        run_id=run.id,
        language=language,
        phrase=mask_personal(group.phrase)[:200],
        asked=len(members),
        asked_last_hour=sum(one.asked_at > run.until_at - _HOUR for one in members),
        asked_hour_before=sum(run.until_at - 2 * _HOUR < one.asked_at <= run.until_at - _HOUR for one in members),
        last_asked_at=max(one.asked_at for one in members),
        phrasings=list(wordings)[:_MOST_PHRASINGS],
        calls={"asked": {str(one.call_id): one.asked_at.isoformat() for one in members}},
    )


def _with_articles(session: Session, run: RadarRun) -> list[tuple[frozenset[str], int]]:
    """Return the calls of topics for which an article was written, in looks of the last day."""
    rows = session.execute(
        select(RadarTopic.calls, RadarTopic.article_id)
        .join(RadarRun, RadarRun.id == RadarTopic.run_id)
        .where(RadarTopic.article_id.is_not(None), RadarRun.until_at > run.until_at - _DAY)
        .order_by(RadarRun.until_at.desc())
    )
    return [(frozenset(calls["asked"]), article_id) for calls, article_id in rows if article_id]


def _article_of(topic: RadarTopic, known: Sequence[tuple[frozenset[str], int]]) -> int | None:
    """A topic is the one of an earlier look if half of the calls of either are in both."""
    calls = frozenset(topic.calls["asked"])
    return next((found for others, found in known if 2 * len(calls & others) >= min(len(calls), len(others))), None)


def _forget_old(session: Session, run: RadarRun) -> None:
    old = select(RadarRun.id).where(RadarRun.until_at < run.until_at - _KEPT)
    session.execute(delete(RadarTopic).where(RadarTopic.run_id.in_(old), RadarTopic.article_id.is_(None)))
    used = select(RadarTopic.run_id)
    session.execute(delete(RadarRun).where(RadarRun.until_at < run.until_at - _KEPT, RadarRun.id.not_in(used)))
