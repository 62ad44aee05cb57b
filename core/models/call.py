"""Callers, their calls, and what each webhook of a call was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base


class Caller(Base):
    """Whoever rings from one number; every call with a withheld number is a caller of its own."""

    __tablename__ = "callers"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    key_id: Mapped[str] = mapped_column(String(32), unique=True)
    """Name of the key that locks this caller's recordings; the key itself is kept outside the database."""
    sms_agreed: Mapped[bool] = mapped_column(default=False)
    """Short messages may be sent: they can be read by whoever holds the phone."""
    secrecy_asked: Mapped[bool] = mapped_column(default=False)
    """Wants nobody to know of the call: nothing of ours rings or writes to this number unasked."""
    call_when: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """When it is safe to call, in their words; empty: at any time. While there are any, only a person calls."""

    @property
    def may_be_rung(self) -> bool:
        """Tell whether a machine may ring this number; words about when it is safe only a person understands."""
        return self.number is not None and not self.secrecy_asked and not self.call_when


class Call(Base):
    """One telephone call and where its conversation stands."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_sid: Mapped[str] = mapped_column(String(64), unique=True)
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"), index=True)
    called_number: Mapped[str | None] = mapped_column(String(20))
    turn: Mapped[int] = mapped_column(default=0)
    """The turn that the caller is in; webhooks of earlier turns change nothing."""
    dialogue: Mapped[dict[str, Any]]
    """The conversation's state as `ivr.dialogue` wrote it."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    carrier_status: Mapped[str | None] = mapped_column(String(32))

    caller: Mapped[Caller] = relationship(lazy="joined")


class WebhookAnswer(Base):
    """The committed answer of one webhook, given again to a retry of it."""

    __tablename__ = "webhook_answers"
    __table_args__ = (UniqueConstraint("call_id", "turn", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    turn: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    twiml: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]
