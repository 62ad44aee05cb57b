"""The articles in the database as the plain values that search and dialogue work on: seeded, and read from memory.

Each process keeps what is published and looks at one small row before it uses it, so that a change made anywhere is
heard in the next turn of every call, with nothing restarted and nothing that only expires.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.models import ArticleRow, ArticleVersion, PublishingState
from core.settings import Language
from knowledge.articles import Article, read_seed
from knowledge.content import Content
from knowledge.reach import is_valid
from knowledge.stamp import current_stamp, draw_stamp

_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
MACHINE = "hotline"


@dataclass(frozen=True)
class _Shelf:
    """What callers may hear between two moments; the same tuple as long as nothing changes."""

    stamp: str
    everything: tuple[Article, ...]
    """Also what is still to start, or has ended since."""
    chosen: tuple[Article, ...]
    since: datetime
    until: datetime

    def holds(self, stamp: str | None, now: datetime) -> bool:
        return self.stamp == stamp and self.since <= now < self.until


_shelves: dict[Language, _Shelf] = {}


def published_articles(
    session: Session, language: Language, now: datetime, *, stamp: str | None = None
) -> tuple[Article, ...]:
    """Return what callers may hear now in a language, in the order of their ranks within a category.

    The very same tuple is returned until a publication, a withdrawal or the next start or end of a validity: whoever
    builds something from it (an index) can keep it by the tuple's identity. Whoever has read the `stamp` in this
    transaction already gives it along; else it is read here.
    """
    stamp = stamp or current_stamp(session)
    shelf = _shelves.get(language)
    if shelf and shelf.holds(stamp, now):
        return shelf.chosen
    everything = shelf.everything if shelf and shelf.stamp == stamp else _read(session, language, now)
    fresh = _shelf(stamp or "", everything, now)
    if stamp:
        _shelves[language] = fresh
    return fresh.chosen


def seed_articles(session: Session, now: datetime) -> int:
    """Give a new city its starter articles, marked as samples; returns how many, 0 when there are articles already."""
    if session.scalar(select(ArticleRow.id).limit(1)) is not None:
        return 0
    rows = [_first_version(article, now) for language in get_args(Language) for article in read_seed(language)]
    session.add_all(rows)
    draw_stamp(session)
    return len(rows)


def _shelf(stamp: str, everything: tuple[Article, ...], now: datetime) -> _Shelf:
    chosen = tuple(article for article in everything if is_valid(article, now))
    moments = [moment for a in everything for moment in (a.valid_from, a.valid_until) if moment]
    return _Shelf(
        stamp,
        everything,
        chosen,
        since=max((moment for moment in moments if moment <= now), default=_BEGINNING),
        until=min((moment for moment in moments if moment > now), default=_END),
    )


def _read(session: Session, language: Language, now: datetime) -> tuple[Article, ...]:
    """Read plain columns, not objects: after a publication every process does this within a caller's turn."""
    rows = session.execute(
        select(
            ArticleVersion.id,
            ArticleRow.slug,
            ArticleVersion.category,
            ArticleVersion.districts,
            ArticleVersion.question,
            ArticleVersion.phrasings,
            ArticleVersion.answer,
            ArticleVersion.rank,
            ArticleVersion.is_sample,
            ArticleVersion.published_at,
            ArticleVersion.valid_from,
            ArticleVersion.valid_until,
            ArticleVersion.ended_at,
        )
        .join(ArticleRow)
        .where(
            ArticleRow.language == language,
            ArticleVersion.published_at.is_not(None),
            or_(ArticleVersion.ended_at.is_(None), ArticleVersion.ended_at > now),
        )
        .order_by(ArticleVersion.rank, ArticleRow.slug, ArticleVersion.number)
    )
    return tuple(_article(row, language) for row in rows)


def _article(row: Any, language: Language) -> Article:
    """Return a version as callers hear it; it ends where a later one takes its place."""
    ends = [moment for moment in (row.valid_until, row.ended_at) if moment]
    return Article(
        id=row.slug,
        language=language,
        category=row.category,
        districts=tuple(row.districts),
        question=row.question,
        phrasings=tuple(row.phrasings),
        answer=row.answer,
        rank=row.rank,
        is_sample=row.is_sample,
        updated_at=None if row.is_sample else row.published_at,
        valid_from=row.valid_from,
        valid_until=min(ends, default=None),
        version_id=row.id,
    )


def preview_of(content: Content, slug: str, language: Language, now: datetime) -> Article:
    """Return a wording as callers would hear it if it were published now."""
    return Article(
        id=slug,
        language=language,
        category=content.category,
        districts=content.districts,
        question=content.question,
        phrasings=content.phrasings,
        answer=content.answer,
        rank=content.rank,
        updated_at=now,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
    )


def _first_version(article: Article, now: datetime) -> ArticleVersion:
    return ArticleVersion(
        article=ArticleRow(slug=article.id, language=article.language, created_at=now),
        number=1,
        state=PublishingState.PUBLISHED,
        category=article.category,
        districts=list(article.districts),
        question=article.question,
        phrasings=list(article.phrasings),
        answer=article.answer,
        rank=article.rank,
        is_sample=article.is_sample,
        authors=[MACHINE],
        written_at=now,
        published_at=now,
    )
