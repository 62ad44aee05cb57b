"""What the article desk reads: every article with the version that counts, and one article with all its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import ArticleRow, ArticleVersion, PublishingState
from core.settings import Language
from knowledge.editing import OPEN

EXPIRES_SOON = timedelta(days=7)


@dataclass(frozen=True)
class ArticleLine:
    """One row of the list: the wording callers hear, or the newest one where they hear none."""

    article_id: int
    slug: str
    language: Language
    owner: str | None
    number: int
    state: PublishingState
    question: str
    search_text: str
    category: str
    districts: tuple[str, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    is_sample: bool
    changed_at: datetime
    open_state: PublishingState | None
    """Of the draft beside it: being written or waiting for review; None when there is none."""
    open_id: int | None
    open_revision: int | None
    open_authors: tuple[str, ...]

    def expires_within(self, now: datetime, span: timedelta) -> bool:
        """Tell whether callers still hear it and will soon hear it no more."""
        return self.is_heard(now) and self.valid_until is not None and self.valid_until <= now + span

    def is_heard(self, now: datetime) -> bool:
        """Tell whether callers hear it now."""
        return (
            self.state is PublishingState.PUBLISHED
            and (self.valid_from is None or self.valid_from <= now)
            and (self.valid_until is None or now < self.valid_until)
        )


def article_lines(session: Session) -> tuple[ArticleLine, ...]:
    """Return every article, with two statements however many there are."""
    open_drafts = {
        row.article_id: row
        for row in session.execute(
            select(
                ArticleVersion.article_id,
                ArticleVersion.id,
                ArticleVersion.state,
                ArticleVersion.revision,
                ArticleVersion.authors,
            ).where(ArticleVersion.state.in_(OPEN))
        )
    }
    counting = func.coalesce(
        func.max(ArticleVersion.number).filter(ArticleVersion.state == PublishingState.PUBLISHED),
        func.max(ArticleVersion.number),
    )
    chosen = select(ArticleVersion.article_id, counting.label("number")).group_by(ArticleVersion.article_id).subquery()
    rows = session.execute(
        select(
            ArticleRow.id,
            ArticleRow.slug,
            ArticleRow.language,
            ArticleRow.owner,
            ArticleVersion.number,
            ArticleVersion.state,
            ArticleVersion.question,
            ArticleVersion.phrasings,
            ArticleVersion.answer,
            ArticleVersion.category,
            ArticleVersion.districts,
            ArticleVersion.valid_from,
            ArticleVersion.valid_until,
            ArticleVersion.is_sample,
            ArticleVersion.published_at,
            ArticleVersion.written_at,
        )
        .join(ArticleVersion, ArticleVersion.article_id == ArticleRow.id)
        .join(chosen, (chosen.c.article_id == ArticleRow.id) & (chosen.c.number == ArticleVersion.number))
        .order_by(ArticleRow.slug, ArticleRow.language.desc())
    )
    return tuple(
        ArticleLine(
            article_id=row.id,
            slug=row.slug,
            language=row.language,
            owner=row.owner,
            number=row.number,
            state=row.state,
            question=row.question,
            search_text=" ".join((row.slug, row.question, *row.phrasings, row.answer)).casefold(),
            category=row.category,
            districts=tuple(row.districts),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_sample=row.is_sample,
            changed_at=row.published_at or row.written_at,
            open_state=open_drafts[row.id].state if row.id in open_drafts else None,
            open_id=open_drafts[row.id].id if row.id in open_drafts else None,
            open_revision=open_drafts[row.id].revision if row.id in open_drafts else None,
            open_authors=tuple(open_drafts[row.id].authors) if row.id in open_drafts else (),
        )
        for row in rows
    )


def versions_of(session: Session, article: ArticleRow) -> Sequence[ArticleVersion]:
    """Return all versions of an article, the newest first."""
    wanted = select(ArticleVersion).where(ArticleVersion.article_id == article.id)
    return session.scalars(wanted.order_by(ArticleVersion.number.desc())).all()


def in_other_languages(session: Session, article: ArticleRow) -> Sequence[ArticleRow]:
    """Return the articles that say the same in other languages."""
    return session.scalars(select(ArticleRow).where(ArticleRow.slug == article.slug, ArticleRow.id != article.id)).all()
