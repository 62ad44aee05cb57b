"""The articles in the database: seeded, and read as the plain values that search and dialogue work on."""

from datetime import datetime
from functools import partial
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import ArticleRow
from core.settings import Language
from knowledge.articles import Article, read_seed


def published_articles(session: Session, language: Language) -> tuple[Article, ...]:
    """Return all articles of a language, in the order of their ranks within a category."""
    rows = session.scalars(
        select(ArticleRow).where(ArticleRow.language == language).order_by(ArticleRow.rank, ArticleRow.slug)
    )
    return tuple(map(partial(_article, language), rows))


def seed_articles(session: Session, now: datetime) -> int:
    """Give a new city its starter articles, marked as samples; returns how many, 0 when there are articles already."""
    if session.scalar(select(ArticleRow.id).limit(1)) is not None:
        return 0
    rows = [_row(article, now) for language in get_args(Language) for article in read_seed(language)]
    session.add_all(rows)
    return len(rows)


def _article(language: Language, row: ArticleRow) -> Article:
    return Article(
        id=row.slug,
        language=language,
        category=row.category,
        district=row.district,
        question=row.question,
        phrasings=tuple(row.phrasings),
        answer=row.answer,
        rank=row.rank,
        is_sample=row.is_sample,
        updated_at=None if row.is_sample else row.updated_at,
    )


def _row(article: Article, now: datetime) -> ArticleRow:
    return ArticleRow(
        slug=article.id,
        language=article.language,
        category=article.category,
        district=article.district,
        question=article.question,
        phrasings=list(article.phrasings),
        answer=article.answer,
        rank=article.rank,
        is_sample=article.is_sample,
        updated_at=now,
    )
