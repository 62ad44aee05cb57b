"""Whether an article written because of the radar has helped: calls on its topic before and after it was published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import ArticleVersion, RadarTopic

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Effect:
    """Unanswered calls on a topic in the day before its article was published, and since."""

    published_at: datetime | None
    before: int
    since: int


def effect_of(session: Session, article_id: int) -> Effect | None:
    """Return the effect of an article; None if the radar had no part in it."""
    rows = session.scalars(select(RadarTopic.calls).where(RadarTopic.article_id == article_id)).all()
    if not rows:
        return None
    published_at = session.scalar(
        select(func.min(ArticleVersion.published_at)).where(ArticleVersion.article_id == article_id)
    )
    asked = {call_id: datetime.fromisoformat(at) for calls in rows for call_id, at in calls["asked"].items()}
    if published_at is None:
        return Effect(None, len(asked), 0)
    before = sum(published_at - _DAY < at <= published_at for at in asked.values())
    return Effect(published_at, before, sum(at > published_at for at in asked.values()))
