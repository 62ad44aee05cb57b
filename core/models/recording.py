"""Recordings as units of work on their way from the carrier to a judged text, and their transcripts."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from core.models.call import Call
from core.settings import Language


class RecordingState(enum.StrEnum):
    """Where a recording stands; the first four are work to do, the others are seen by a person as they are."""

    LIVE = "live"  # a stream is writing it; when its writer dies, the sweep takes what there is
    ANNOUNCED = "announced"  # the carrier has it, we must fetch it
    STORED = "stored"  # ours, encrypted; to be transcribed
    TRANSCRIBED = "transcribed"  # text is there; its order is to be triaged
    JUDGED = "judged"
    NO_MODEL = "no_model"  # listen; transcribed when a model comes
    EMPTY = "empty"  # nothing audible in it
    UNREADABLE = "unreadable"  # not audio; kept as it came
    FAILED = "failed"  # three tries; listen
    LOST = "lost"  # the carrier no longer has it


class Recording(Base):
    """One piece of what a caller said."""

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_sid: Mapped[str] = mapped_column(String(64), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    carrier_url: Mapped[str] = mapped_column(String(500))
    """Empty for a live stream's: there is nothing to fetch and nothing to erase at the carrier."""
    duration_seconds: Mapped[int | None]
    """As the carrier told it, or as the stream counted it; None when nobody told anything sensible."""
    language: Mapped[Language] = mapped_column(String(8))
    state: Mapped[RecordingState] = mapped_column(default=RecordingState.ANNOUNCED)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When the next step may run; None when there is no next step."""
    failure: Mapped[str | None] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(80))
    announced_at: Mapped[datetime]
    drafted_at: Mapped[datetime | None]
    """When a quick model had looked through it for danger, before or instead of being heard by a better one."""

    call: Mapped[Call] = relationship(lazy="joined")
    transcript: Mapped["Transcript | None"] = relationship(lazy="joined", uselist=False)


class Transcript(Base):
    """What a model understood of a recording."""

    __tablename__ = "transcripts"

    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    """Made readable: digits, no fillers; what was heard word by word is in `words`."""
    words: Mapped[dict[str, Any]]
    """`{"words": [[word, start_seconds, end_seconds, confidence], …]}`"""
    proposed_text: Mapped[str | None] = mapped_column(Text)
    """The text with hot terms in place of what sounds like them; None when nothing does. Never instead of `text`."""
    exchanges: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{"exchanges": [[heard, term, kind, how], …]}`: what was exchanged in `proposed_text`, and why."""
    model: Mapped[str] = mapped_column(String(80))
    transcribed_at: Mapped[datetime]
