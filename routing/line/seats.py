"""The agents' seats: what they can serve, what they are doing, and how long they did what; rings nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import SeatRow, SeatSpell, SeatState, Staff
from core.settings import Language
from routing.line.waiting import Seat

SERVING = (SeatState.AVAILABLE, SeatState.RINGING, SeatState.TALKING, SeatState.WRAP_UP)
"""The states of an agent who takes calls now, or will once this one is done."""


def seat_of(session: Session, staff: Staff, now: datetime) -> SeatRow:
    """Return an agent's seat, made on first use: their own language, every matter, offline."""
    row = session.scalar(select(SeatRow).where(SeatRow.staff_id == staff.id))
    if row is None:
        row = SeatRow(staff_id=staff.id, languages=[staff.language], skills=[], state_since=now)
        session.add(row)
        session.flush()
    return row


def set_state(session: Session, seat: SeatRow, state: SeatState, now: datetime) -> None:
    """Note what an agent is doing from now on, and for how long they did what they did before."""
    if seat.state is state:
        return
    session.add(SeatSpell(seat_id=seat.id, state=seat.state, began_at=seat.state_since, ended_at=now))
    seat.state, seat.state_since = state, now
    session.flush()


def can_be_rung(seat: SeatRow) -> bool:
    """Tell whether there is a way to ask an agent to take somebody."""
    return bool(seat.dialled_in_sid or seat.telephone)


def way_to(seat: SeatRow) -> dict[str, str | None]:
    """Return how an agent is asked, for the outbox: on the call by which they have dialled in, or by ringing them."""
    return {"call_sid": seat.dialled_in_sid} if seat.dialled_in_sid else {"to": seat.telephone}


def seat_value(row: SeatRow) -> Seat:
    """Return what an agent can serve, as the pure policy wants it."""
    return Seat(frozenset(cast("list[Language]", row.languages)), frozenset(row.skills))


def serving(session: Session) -> Sequence[SeatRow]:
    """Return the seats that take calls now."""
    return session.scalars(select(SeatRow).where(SeatRow.state.in_(SERVING)).order_by(SeatRow.state_since)).all()


def languages_served(session: Session) -> frozenset[str]:
    """Return the languages in which somebody takes calls now; asked at every turn of every call."""
    known = session.scalars(select(SeatRow.languages).where(SeatRow.state.in_(SERVING)))
    return frozenset(language for languages in known for language in languages)


def available(session: Session) -> Sequence[SeatRow]:
    """Return the agents who are free, the one who has been so for longest first; theirs to change until the commit."""
    free = select(SeatRow).where(SeatRow.state == SeatState.AVAILABLE).order_by(SeatRow.state_since, SeatRow.id)
    locked = free.with_for_update(of=SeatRow, skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()
