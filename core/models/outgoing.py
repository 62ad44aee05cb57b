"""Everything that goes out, one row a thing to send."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class OutgoingKind(enum.StrEnum):
    """What is sent; `hotline.outgoing` picks the sender by it."""

    ALERT_CALL = "alert_call"
    ERASE_CARRIER_RECORDING = "erase_carrier_recording"
    RING_CONTACT = "ring_contact"  # a person of ours first; key 1 connects them to a contact, or to the caller
    FOLLOW_UP_CALL = "follow_up_call"
    FOLLOW_UP_SMS = "follow_up_sms"
    CITIZEN_SMS = "citizen_sms"  # what a person has decided to tell them: a public contact, that work goes on
    DEPARTMENT_CALL = "department_call"
    DEPARTMENT_SMS = "department_sms"
    DEPARTMENT_WEBHOOK = "department_webhook"
    DEPARTMENT_EMAIL = "department_email"
    DEPARTMENT_OPEN311 = "department_open311"
    CORRECTION_CALL = "correction_call"
    CORRECTION_SMS = "correction_sms"
    AGENT_CALL = "agent_call"  # a caller is offered to an agent; key 1 takes them
    CALLBACK_CALL = "callback_call"  # a citizen who waits for a callback, once an agent has taken it
    MOVE_CALL = "move_call"  # a call that is going on asks one of our webhooks at once

    @property
    def rank(self) -> int:
        """How pressing it is, the lowest first: somebody on the line, danger, an agent who waits, all else."""
        return _RANKS.get(self, _REST)


RANK_OF_DANGER = 1
_REST = 5
_RANKS = {
    OutgoingKind.MOVE_CALL: 0,
    OutgoingKind.ALERT_CALL: RANK_OF_DANGER,
    OutgoingKind.RING_CONTACT: RANK_OF_DANGER,
    OutgoingKind.CALLBACK_CALL: 2,
    OutgoingKind.AGENT_CALL: 3,
    OutgoingKind.ERASE_CARRIER_RECORDING: 9,
}


class OutgoingState(enum.StrEnum):
    """`placing` is committed before the carrier is asked; such a row is never simply tried again."""

    WAITING = "waiting"
    PLACING = "placing"
    SENT = "sent"
    BY_HAND = "by_hand"


class Outgoing(Base):
    """One thing to send."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_next", "state", "rank", "due_at"),
        Index("ix_outbox_attempted_at", "attempted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OutgoingKind]
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]]
    rank: Mapped[int] = mapped_column(default=_REST)
    state: Mapped[OutgoingState] = mapped_column(default=OutgoingState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    attempt_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    attempted_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    carrier_sid: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str | None] = mapped_column(String(200))
    written_at: Mapped[datetime]
