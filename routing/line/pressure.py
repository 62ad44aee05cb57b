"""What moves the line now, reckoned from its rows; from it the wait that a caller is told, and the promise they get."""

import math
from datetime import datetime, timedelta

from sqlalchemy import extract, func, or_, select
from sqlalchemy.orm import Session

from core.models import LinePlace, PlaceState, SeatSpell, SeatState
from routing.line.expected_wait import Pressure, expected_wait_seconds
from routing.line.offering import waiting_value
from routing.line.seats import seat_value, serving
from routing.line.waiting import can_serve

_WINDOW = timedelta(minutes=30)
_ENOUGH = 20
USUAL_HANDLING_SECONDS = 240.0
"""Until the last half hour tells better: a common mean handling time (AHT) of city hotlines."""
_BUSY = (SeatState.RINGING, SeatState.TALKING, SeatState.WRAP_UP)


def expected_wait(session: Session, place: LinePlace, now: datetime) -> float:
    """Return the seconds that a place will still wait; 0 when an agent is free, infinite when none serves at all."""
    seats = [row for row in serving(session) if can_serve(seat_value(row), waiting_value(place))]
    before = ahead_of(session, place)
    if sum(row.state is SeatState.AVAILABLE for row in seats) > before:
        return 0.0
    return expected_wait_seconds(before, _pressure(session, place, len(seats), now))


def ahead_of(session: Session, place: LinePlace) -> int:
    """Return how many places of the same language and skill come before this one."""
    before = or_(
        LinePlace.urgency_rank < place.urgency_rank,
        (LinePlace.urgency_rank == place.urgency_rank) & (LinePlace.first_called_at < place.first_called_at),
    )
    wanted = select(func.count()).where(
        LinePlace.state == PlaceState.WAITING,
        LinePlace.language == place.language,
        LinePlace.skill == place.skill,
        LinePlace.id != place.id,
        before,
    )
    return session.scalar(wanted) or 0


def _pressure(session: Session, place: LinePlace, seats: int, now: datetime) -> Pressure:
    overtaking = select(func.count()).where(
        LinePlace.first_called_at > now - _WINDOW,
        LinePlace.urgency_rank < place.urgency_rank,
        LinePlace.language == place.language,
    )
    return Pressure(
        seats=seats,
        handling_seconds=handling_seconds(session, now),
        redial_share=1.0,  # whoever hangs up keeps their place: nobody's wait gets shorter by it
        patience_seconds=math.inf,
        overtaking_per_second=(session.scalar(overtaking) or 0) / _WINDOW.total_seconds(),
    )


def handling_seconds(session: Session, now: datetime) -> float:
    """Return the agents' mean time for each caller served in the last half hour, tries in vain included."""
    since = now - _WINDOW
    served = session.scalar(select(func.count()).where(LinePlace.closed_at > since, LinePlace.taken_at.is_not(None)))
    if not served or served < _ENOUGH:
        return USUAL_HANDLING_SECONDS
    lasted = extract("epoch", SeatSpell.ended_at) - extract("epoch", SeatSpell.began_at)
    busy = session.scalar(
        select(func.sum(lasted)).where(SeatSpell.state.in_(_BUSY), SeatSpell.ended_at > since)
    )  # by the database: in a surge these are thousands of rows
    return float(busy or 0) / served
