"""The question radar: what people asked and nobody could answer, hour by hour."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.settings import Language


class RadarState(enum.StrEnum):
    """A look around is either to be done or done."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class RadarRun(Base):
    """One look at the questions of the day that ends at `until_at`."""

    __tablename__ = "radar_runs"
    __table_args__ = (Index("ix_radar_runs_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    until_at: Mapped[datetime] = mapped_column(unique=True)
    state: Mapped[RadarState] = mapped_column(default=RadarState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0)
    """Questions looked at."""


class RadarTopic(Base):
    """Questions that mean or sound the same, as one run found them."""

    __tablename__ = "radar_topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("radar_runs.id"), index=True)
    language: Mapped[Language] = mapped_column(String(8))
    phrase: Mapped[str] = mapped_column(String(200))
    asked: Mapped[int]
    """Calls in the day before the run."""
    asked_last_hour: Mapped[int]
    asked_hour_before: Mapped[int]
    last_asked_at: Mapped[datetime]
    phrasings: Mapped[list[str]]
    """Real wordings without personal data, the most typical first."""
    calls: Mapped[dict[str, Any]]
    """`{"ids": […]}`: by them a topic is known again in the next run."""
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)
    """The article that was written because of it."""
