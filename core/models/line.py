"""The line: the places of callers who want a person, and the seats of the agents who take them."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base
from core.models.call import Call, Caller
from core.models.staff import Staff
from core.models.work_order import Urgency
from core.settings import Language


class Channel(enum.StrEnum):
    """How the caller waits."""

    HOLDING = "holding"  # on the telephone, in our own loop of TwiML
    CALLBACK = "callback"  # to be rung


class PlaceState(enum.StrEnum):
    """Where a place in the line stands."""

    WAITING = "waiting"  # may be offered to an agent now
    LATER = "later"  # a callback that is not due yet
    OFFERED = "offered"  # an agent is being rung for it
    TAKEN = "taken"  # an agent has it
    BY_HAND = "by_hand"  # a person must decide what to do
    DONE = "done"


class PlaceOutcome(enum.StrEnum):
    """How a place ended."""

    TALKED = "talked"
    WITHDRAWN = "withdrawn"  # the caller said that it is settled
    UNREACHABLE = "unreachable"  # no number, and they have hung up
    CLOSED_BY_HAND = "closed_by_hand"  # by a person, with a reason


class LinePlace(Base):
    """One caller's place for one matter; it outlives the telephone call in which it was taken."""

    __tablename__ = "line_places"
    __table_args__ = (
        Index("ix_line_places_next", "state", "language", "skill", "urgency_rank", "first_called_at", "id"),
        Index("ix_line_places_due", "state", "due_at"),
        Index("ix_line_places_recent", "first_called_at"),
        Index("ix_line_places_number", "number"),
        Index("ix_line_places_closed", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    """The call in which they hold, or in which they last did."""
    number: Mapped[str | None] = mapped_column(String(20))
    """Where a callback goes: the caller's own number or one that they keyed in; None when neither is known."""
    language: Mapped[Language] = mapped_column(String(8))
    skill: Mapped[str] = mapped_column(String(40), default="")
    urgency: Mapped[Urgency] = mapped_column(default=Urgency.UNKNOWN)
    urgency_rank: Mapped[int] = mapped_column(default=1)
    danger_words: Mapped[bool] = mapped_column(default=False)
    matter: Mapped[str] = mapped_column(Text, default="")
    """What they said it is about, in a sentence."""
    channel: Mapped[Channel] = mapped_column(default=Channel.HOLDING)
    state: Mapped[PlaceState] = mapped_column(default=PlaceState.WAITING)
    first_called_at: Mapped[datetime]
    """Never changed: hanging up, ringing again and waiting for a callback keep it."""
    channel_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """LATER: when it may be rung; OFFERED: when the agent's time to accept is over."""
    promised_by: Mapped[datetime | None]
    """What a caller who chose a callback was told."""
    window_from: Mapped[datetime | None]
    """With `window_until`: between which moments a caller wants to be rung; None: at any time."""
    window_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"))
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    """The call to the agent to whom it is offered, or who has it: a key pressed in any other comes too late."""
    taken_at: Mapped[datetime | None]
    """When an agent accepted it, the last time."""
    outcome: Mapped[PlaceOutcome | None]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship(lazy="joined")
    caller: Mapped[Caller] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class SeatState(enum.StrEnum):
    """What an agent is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BREAK = "break"


class SeatRow(Base):
    """One agent's seat: what they can serve, by which telephone, and what they are doing."""

    __tablename__ = "seats"
    __table_args__ = (Index("ix_seats_state", "state", "state_since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    telephone: Mapped[str | None] = mapped_column(String(20))
    languages: Mapped[list[str]]
    skills: Mapped[list[str]]
    state: Mapped[SeatState] = mapped_column(default=SeatState.OFFLINE)
    state_since: Mapped[datetime]
    next_state: Mapped[SeatState | None]
    """What they will be once their telephone is free again; None: as the end of the call says."""
    dialled_in_sid: Mapped[str | None] = mapped_column(String(64))
    """The call by which they have dialled in and stay on the line; None: they are rung at their telephone."""
    joins_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    """The call by which they are asked into a colleague's talk, or have come in."""
    revision: Mapped[int] = mapped_column(default=0)

    staff: Mapped[Staff] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class SeatCall(Base):
    """An agent's own call to the seat number; no citizen's call, and in no count of those."""

    __tablename__ = "seat_calls"
    __table_args__ = (Index("ix_seat_calls_open", "ended_at", "heard_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_sid: Mapped[str] = mapped_column(String(64), unique=True)
    telephone: Mapped[str] = mapped_column(String(20), default="")
    """The number that it came from; empty when that was withheld."""
    turn: Mapped[int] = mapped_column(default=0)
    """How many questions before the sign-in were answered; a webhook of an earlier one counts no try."""
    agent_number: Mapped[str] = mapped_column(String(8), default="")
    """As it was keyed in; the PIN is kept nowhere."""
    tries: Mapped[int] = mapped_column(default=0)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seats.id"), index=True)
    """Whose seat it is, once they are let in."""
    began_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    """When the carrier last asked for its next turn."""
    ended_at: Mapped[datetime | None]


class WrongPin(Base):
    """A wrong PIN that was keyed in on a call to the seat number; what PIN it was is kept nowhere."""

    __tablename__ = "wrong_pins"
    __table_args__ = (
        Index("ix_wrong_pins_agent_number", "agent_number", "keyed_at"),
        Index("ix_wrong_pins_telephone", "telephone", "keyed_at"),
        Index("ix_wrong_pins_keyed_at", "keyed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_number: Mapped[str] = mapped_column(String(8))
    """As it was keyed in, whether it is anybody's or not."""
    telephone: Mapped[str] = mapped_column(String(20))
    """Empty for all that withhold their number."""
    is_strange: Mapped[bool]
    """It was no telephone by which the agent had come in before."""
    keyed_at: Mapped[datetime]


class SeatSpell(Base):
    """A stretch of time that an agent spent in one state: what handling times and occupancy are reckoned from."""

    __tablename__ = "seat_spells"
    __table_args__ = (Index("ix_seat_spells_ended", "state", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), index=True)
    state: Mapped[SeatState]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
