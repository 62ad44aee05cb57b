"""How well each article serves those who hear it: by what they say, and by what they do within a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from core.models import ArticleVersion, ToldAnswer, WorkOrder

_ENOUGH_TO_JUDGE = 3
_TOO_FEW_SERVED = 0.6


@dataclass(frozen=True)
class Helpfulness:
    """Of the callers who heard an article: how many said that it helped or not, rang again, and were served by it.

    Served are those who said yes, or heard it out and asked nothing further, and did not ring about it again.
    """

    told: int = 0
    helped: int = 0
    not_helped: int = 0
    rang_again: int = 0
    served: int = 0

    @property
    def containment(self) -> float | None:
        """The share that was served; None while nobody has heard it."""
        return self.served / self.told if self.told else None

    @property
    def is_not_helping(self) -> bool:
        """Tell whether it was heard often enough to judge, and served too few."""
        return self.told >= _ENOUGH_TO_JUDGE and self.served / self.told < _TOO_FEW_SERVED


NEVER_TOLD = Helpfulness()


def by_article(session: Session, since: datetime, article_id: int | None = None) -> Mapping[int, Helpfulness]:
    """Return how well each article has served since a moment, by the article's id; unheard ones are missing."""
    rows = session.execute(
        select(
            ArticleVersion.article_id,
            func.count(ToldAnswer.id),
            _count(ToldAnswer.helped.is_(True)),
            _count(ToldAnswer.helped.is_(False)),
            _count(ToldAnswer.rang_again_at.is_not(None)),
            _count(_served()),
        )
        .join(ArticleVersion, ArticleVersion.id == ToldAnswer.version_id)
        .where(ToldAnswer.told_at >= since, *([ArticleVersion.article_id == article_id] if article_id else []))
        .group_by(ArticleVersion.article_id)
    )
    return {row[0]: Helpfulness(*row[1:]) for row in rows}


def _served() -> ColumnElement[bool]:
    asked_further = exists().where(WorkOrder.call_id == ToldAnswer.call_id)
    heard_out = and_(ToldAnswer.helped.is_(None), ToldAnswer.played_to_end, ~asked_further)
    return and_(ToldAnswer.rang_again_at.is_(None), or_(ToldAnswer.helped.is_(True), heard_out))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
