"""What each caller was told, and the corrections that went to those who were told something wrong."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from core.models.article import ArticleVersion
from core.models.call import Call, Caller


class ToldBy(enum.StrEnum):
    """How a caller came to hear an answer."""

    KEY = "key"
    VOICE = "voice"
    CORRECTION = "correction"


class ToldAnswer(Base):
    """One answer that was read to a caller; read again in the same call it is the same one."""

    __tablename__ = "told_answers"
    __table_args__ = (
        UniqueConstraint("call_id", "version_id"),
        Index("ix_told_answers_version_id_told_at", "version_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"))
    told_at: Mapped[datetime]
    how: Mapped[ToldBy]
    played_to_end: Mapped[bool] = mapped_column(default=False)
    helped: Mapped[bool | None]
    """What the caller said to “did this help?”; None: nothing."""
    rang_again_at: Mapped[datetime | None]
    """When the same number asked about the same matter again within a day."""

    call: Mapped[Call] = relationship(lazy="joined")
    version: Mapped[ArticleVersion] = relationship(lazy="joined")


class Correction(Base):
    """A decision to tell everybody who heard a version that something else is right."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrong_version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"), index=True)
    right_version_id: Mapped[int | None] = mapped_column(ForeignKey("article_versions.id"))
    """None: the answer was withdrawn."""
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    hours: Mapped[int]


class RecipientState(enum.StrEnum):
    """How far a correction has come with one caller."""

    WAITING = "waiting"
    HEARD = "heard"  # pressed 1 and was told
    TEXTED = "texted"
    TO_PERSON = "to_person"  # not reached: an order asks a person to ring


class CorrectionRecipient(Base):
    """One caller to be corrected; a version is corrected once for a number."""

    __tablename__ = "correction_recipients"
    __table_args__ = (
        UniqueConstraint("wrong_version_id", "caller_id"),
        Index("ix_correction_recipients_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"), index=True)
    wrong_version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"))
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    """The call in which the wrong answer was heard last."""
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    """The newest attempt."""
    attempts: Mapped[int] = mapped_column(default=0)
    state: Mapped[RecipientState] = mapped_column(default=RecipientState.WAITING)
    due_at: Mapped[datetime | None]
    """When an attempt of which nothing was heard counts as missed."""
    heard_at: Mapped[datetime | None]

    correction: Mapped[Correction] = relationship(lazy="joined")
    caller: Mapped[Caller] = relationship(lazy="joined")
    call: Mapped[Call] = relationship(lazy="joined")


class TrialState(enum.StrEnum):
    """Where a question that somebody tries out stands."""

    WAITING = "waiting"
    HEARD = "heard"
    FAILED = "failed"


class QuestionTrial(Base):
    """A recording that somebody tries the search with; its sound is dropped as soon as it was recognised."""

    __tablename__ = "question_trials"
    __table_args__ = (Index("ix_question_trials_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audio: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[str] = mapped_column(String(80))
    state: Mapped[TrialState] = mapped_column(default=TrialState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    heard: Mapped[str] = mapped_column(Text, default="")
    failure: Mapped[str | None] = mapped_column(String(200))
