"""Answers to common questions with all their versions, announcements, and the tables that admins import."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from core.settings import Language


class PublishingState(enum.StrEnum):
    """Where a version stands; what was published once is never changed, only followed by another version."""

    DRAFT = "draft"  # being written
    REVIEW = "review"  # waits for a second person
    PUBLISHED = "published"
    SUPERSEDED = "superseded"  # by a later version, at `ended_at`
    WITHDRAWN = "withdrawn"


class ArticleRow(Base):
    """One question in one language; the same slug in another language says the same."""

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    language: Mapped[Language] = mapped_column(String(8))
    owner: Mapped[str | None] = mapped_column(String(80))
    """Sign-in of whoever keeps it true."""
    created_at: Mapped[datetime]


class ArticleVersion(Base):
    """One wording of an article: its content, who wrote it, who let it out, and when it held."""

    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_article_versions_state", "state"),
        Index(
            "uq_article_versions_published",
            "article_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_article_versions_open",
            "article_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'review')"),
            postgresql_where=text("state IN ('draft', 'review')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    """1, 2, 3 … within the article."""
    state: Mapped[PublishingState] = mapped_column(default=PublishingState.DRAFT)
    category: Mapped[str] = mapped_column(String(32))
    districts: Mapped[list[str]] = mapped_column(default=list)
    """None of them: the whole city."""
    question: Mapped[str] = mapped_column(String(300))
    phrasings: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(Text)
    """What is spoken."""
    long_text: Mapped[str] = mapped_column(Text, default="")
    """What the web shows beside it."""
    rank: Mapped[int] = mapped_column(default=100)
    """Place in its category when the questions are read out; 1 comes first."""
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    """The first moment at which it holds no more."""
    source_url: Mapped[str] = mapped_column(String(500), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    based_on: Mapped[int | None]
    """Number of the version it was made from."""
    authors: Mapped[list[str]]
    """Everybody who wrote in it; none of them may let it out."""
    written_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(String(500), default="")
    """Why it went back to its author."""
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When a later version took its place (which may be to come), or it was withdrawn."""
    ended_by: Mapped[str | None] = mapped_column(String(80))
    end_reason: Mapped[str] = mapped_column(String(500), default="")
    revision: Mapped[int] = mapped_column(default=0)

    article: Mapped[ArticleRow] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class Announcement(Base):
    """What every caller hears in the greeting while it holds."""

    __tablename__ = "announcements"
    __table_args__ = (Index("ix_announcements_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PublishingState] = mapped_column(default=PublishingState.DRAFT)
    text_zh: Mapped[str] = mapped_column(String(400))
    text_en: Mapped[str] = mapped_column(String(400))
    districts: Mapped[list[str]] = mapped_column(default=list)
    valid_until: Mapped[datetime]
    authors: Mapped[list[str]]
    written_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewer: Mapped[str | None] = mapped_column(String(80))
    review_note: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(default=0)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class ArticleImport(Base):
    """A table that was read and checked; its right rows become drafts when somebody says so."""

    __tablename__ = "article_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[dict[str, Any]]
    """`{"rows": […], "problems": […]}` as `knowledge.importing` wrote them."""
    author: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
