"""What a caller said on the live stream, one row a finished utterance, in the order it was said."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class Utterance(Base):
    """One stretch of speech between two pauses; never changed, never removed."""

    __tablename__ = "utterances"
    __table_args__ = (UniqueConstraint("call_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    """The order in which utterances were committed: what a conversation has taken is known by the last id."""
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    turn: Mapped[int]
    """The call's turn when the utterance was committed."""
    position: Mapped[int]
    """0, 1, 2 … within the call."""
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[dict[str, Any]]
    """`{"words": [[word, start_seconds, end_seconds, confidence], …]}`, seconds from the start of the stream."""
    model: Mapped[str] = mapped_column(String(80))
    is_danger: Mapped[bool] = mapped_column(default=False)
    """A danger word was heard in it, perhaps in a partial result that the final one corrected."""
    started_seconds: Mapped[float]
    ended_seconds: Mapped[float]
    said_at: Mapped[datetime]
    """When its end was heard."""
