"""What is done to articles: written, reviewed by a second person, published, withdrawn; every version is kept.

A draft may be written by several people; none of them may let it out. What was published once is never changed: who
mends it writes the next version, and rolling back is a new version with an old wording. Withdrawing takes one person,
as what is wrong must stop at once.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ConflictError, HotlineError
from core.models import ArticleRow, ArticleVersion, PublishingState
from core.settings import Language
from knowledge.content import Content, ContentError, Problem, problems
from knowledge.stamp import draw_stamp

OPEN = (PublishingState.DRAFT, PublishingState.REVIEW)


class SecondPersonError(HotlineError):
    """Somebody who wrote in a text can't be the one who lets it out."""


class SlugTakenError(HotlineError):
    """Another article of this language has this name already."""


def start_article(
    session: Session,
    slug: str,
    language: Language,
    content: Content,
    author: str,
    now: datetime,
    owner: str | None = None,
) -> ArticleVersion:
    """Return the first draft of a new article.

    Raises:
        SlugTakenError: there is one of this name in this language.
        ContentError: see `knowledge.content.problems`.
    """
    if session.scalar(select(ArticleRow.id).where(ArticleRow.slug == slug, ArticleRow.language == language)):
        raise SlugTakenError(f"There is an article “{slug}” in this language already.")
    article = ArticleRow(slug=slug, language=language, owner=owner or author, created_at=now)
    session.add(article)
    session.flush()
    return begin_draft(session, article, content, author, now, based_on=None)


def begin_draft(
    session: Session, article: ArticleRow, content: Content, author: str, now: datetime, *, based_on: int | None
) -> ArticleVersion:
    """Return a new draft of an article, made from the version numbered `based_on` (None: from nothing).

    Raises:
        ConflictError: somebody has an open draft of it.
        ContentError: see `knowledge.content.problems`.
    """
    _check(content, complete=False)
    if open_draft(session, article):
        raise _conflict(article)
    last = session.scalar(select(func.max(ArticleVersion.number)).where(ArticleVersion.article_id == article.id))
    version = ArticleVersion(
        article=article,
        number=(last or 0) + 1,
        based_on=based_on,
        authors=[author],
        written_at=now,
        **_columns(content),
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:  # another's draft was committed between our looking and our writing
        raise _conflict(article) from error
    return version


def save_draft(
    session: Session, version: ArticleVersion, content: Content, author: str, now: datetime, revision: int
) -> None:
    """Write a draft's new wording; one that waits for review is a draft again, as its reviewer has not seen this.

    Raises:
        ConflictError: it was changed, published or withdrawn since the author saw it.
        ContentError: see `knowledge.content.problems`.
    """
    _expect(version, revision, *OPEN)
    _check(content, complete=False)
    for name, value in _columns(content).items():
        setattr(version, name, value)
    version.authors = _with(version.authors, author)
    version.state, version.written_at, version.submitted_at, version.is_sample = PublishingState.DRAFT, now, None, False
    _write(session, version)


def submit(session: Session, version: ArticleVersion, now: datetime, revision: int) -> None:
    """Ask a second person to look at a draft.

    Raises:
        ConflictError: it was changed in the meantime.
        ContentError: it is not complete.
    """
    _expect(version, revision, PublishingState.DRAFT)
    _check(content_of(version), complete=True)
    version.state, version.submitted_at, version.review_note = PublishingState.REVIEW, now, ""
    _write(session, version)


def send_back(
    session: Session, version: ArticleVersion, reviewer: str, now: datetime, note: str, revision: int
) -> None:
    """Give a text back to its authors, with what is to be mended.

    Raises:
        ConflictError: it was changed in the meantime.
    """
    _expect(version, revision, PublishingState.REVIEW)
    version.state, version.review_note, version.reviewer, version.reviewed_at = (
        PublishingState.DRAFT,
        note,
        reviewer,
        now,
    )
    _write(session, version)


def publish(session: Session, version: ArticleVersion, reviewer: str, now: datetime, revision: int) -> None:
    """Let a reviewed text out: from its first valid moment on callers hear it instead of the version before it.

    Raises:
        SecondPersonError: the reviewer wrote in it.
        ConflictError: it was changed in the meantime.
        ContentError: its validity has ended already, so that no caller would ever hear it.
    """
    _expect(version, revision, PublishingState.REVIEW)
    if reviewer in version.authors:
        raise SecondPersonError("Somebody who did not write it must publish it.")
    _check(content_of(version), complete=True)
    if version.valid_until and version.valid_until <= now:
        raise ContentError((Problem("valid_until", "expired"),))
    starts_at = max(now, version.valid_from or now)
    _supersede(session, version, reviewer, starts_at)
    version.state, version.reviewer, version.reviewed_at = PublishingState.PUBLISHED, reviewer, now
    version.published_at = now
    _write(session, version)
    draw_stamp(session)


def withdraw(session: Session, version: ArticleVersion, actor: str, now: datetime, reason: str, revision: int) -> None:
    """Stop a version: a draft is given up, a published one is not spoken any more from this moment on.

    One that was still to start gives way to the version before it, which goes on.

    Raises:
        ConflictError: it was changed in the meantime, or has ended already.
    """
    _expect(version, revision, *OPEN, PublishingState.PUBLISHED)
    was_published, starts_at = version.published_at is not None, version.valid_from
    version.state, version.ended_at, version.ended_by, version.end_reason = (
        PublishingState.WITHDRAWN,
        now,
        actor,
        reason,
    )
    _write(session, version)
    if was_published:
        if starts_at and starts_at > now:
            _go_on(session, version.article, starts_at)
        draw_stamp(session)


def open_draft(session: Session, article: ArticleRow) -> ArticleVersion | None:
    """Return the version of an article that is being written or reviewed."""
    wanted = select(ArticleVersion).where(ArticleVersion.article_id == article.id, ArticleVersion.state.in_(OPEN))
    return session.scalar(wanted.execution_options(populate_existing=True))


def content_of(version: ArticleVersion) -> Content:
    """Return the wording of a version."""
    return Content(
        category=version.category,
        question=version.question,
        answer=version.answer,
        phrasings=tuple(version.phrasings),
        long_text=version.long_text,
        districts=tuple(version.districts),
        rank=version.rank,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        source_url=version.source_url,
    )


def _supersede(session: Session, version: ArticleVersion, reviewer: str, at: datetime) -> None:
    """End whatever of the article would be heard from then on, also what was still to start."""
    going_on = session.scalars(
        select(ArticleVersion).where(
            ArticleVersion.article_id == version.article_id,
            ArticleVersion.published_at.is_not(None),
            or_(ArticleVersion.ended_at.is_(None), ArticleVersion.ended_at > at),
        )
    )
    for before in going_on.all():
        before.state, before.ended_at, before.ended_by = PublishingState.SUPERSEDED, at, reviewer
        _write(session, before)


def _go_on(session: Session, article: ArticleRow, ended_at: datetime) -> None:
    """The version that would have ended when the withdrawn one started does not end."""
    before = session.scalar(
        select(ArticleVersion)
        .where(
            ArticleVersion.article_id == article.id,
            ArticleVersion.state == PublishingState.SUPERSEDED,
            ArticleVersion.ended_at == ended_at,
        )
        .order_by(ArticleVersion.number.desc())
        .limit(1)
    )
    if before:
        before.state, before.ended_at, before.ended_by = PublishingState.PUBLISHED, None, None
        _write(session, before)


def _columns(content: Content) -> dict[str, object]:
    values = asdict(content)
    return {**values, "phrasings": list(content.phrasings), "districts": list(content.districts)}


def _with(authors: Iterable[str], author: str) -> list[str]:
    return list(dict.fromkeys([*authors, author]))


def _check(content: Content, *, complete: bool) -> None:
    wrong = problems(content, complete=complete)
    if wrong:
        raise ContentError(wrong)


def _expect(version: ArticleVersion, revision: int, *states: PublishingState) -> None:
    if version.revision != revision or version.state not in states:
        raise _conflict(version.article)


def _write(session: Session, version: ArticleVersion) -> None:
    article = version.article
    try:
        session.flush()
    except StaleDataError as error:  # changed and committed between our reading and our writing
        raise _conflict(article) from error


def _conflict(article: ArticleRow) -> ConflictError:
    return ConflictError(f"The article “{article.slug}” was changed by somebody else while you were looking at it.")
