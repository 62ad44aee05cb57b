"""Agents as colleagues and supervisors see them, and the mark by which an agent's own desk knows that it is old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.models import LinePlace, Outgoing, PlaceState, SeatRow, SeatState
from routing.line.places import WITH_AGENT


@dataclass(frozen=True)
class SeatLine:
    """One agent, as colleagues and supervisors see them."""

    id: int
    name: str
    state: SeatState
    state_since: datetime
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    mark: str
    """Changes with everything that the agent's own desk shows of their seat and caller."""


def seat_lines(session: Session) -> tuple[SeatLine, ...]:
    """Return the agents who are on duty, by what they do and for how long."""
    there = select(SeatRow).where(SeatRow.state != SeatState.OFFLINE).order_by(SeatRow.state, SeatRow.state_since)
    held, beside = _held(session), _beside(session)
    return tuple(
        SeatLine(
            id=seat.id,
            name=seat.staff.name,
            state=seat.state,
            state_since=seat.state_since,
            languages=tuple(seat.languages),
            skills=tuple(seat.skills),
            mark=_mark(seat, held, beside),
        )
        for seat in session.scalars(there)
    )


def mark_of_seat(session: Session, seat: SeatRow) -> str:
    """Return one seat's mark, as `SeatLine` has it."""
    return _mark(seat, _held(session, LinePlace.seat_id == seat.id), _beside(session, LinePlace.seat_id == seat.id))


def _mark(seat: SeatRow, held: Mapping[int, str], beside: Mapping[int, int]) -> str:
    return f"{seat.revision}-{held.get(seat.id, '')}-{beside.get(seat.id, '')}"


def _held(session: Session, *conditions: ColumnElement[bool]) -> dict[int, str]:
    """Return what tells a change of the caller whom each seat has."""
    held = select(LinePlace.seat_id, LinePlace.id, LinePlace.revision).where(LinePlace.state.in_(WITH_AGENT))
    return {row.seat_id: f"{row.id}.{row.revision}" for row in session.execute(held.where(*conditions)) if row.seat_id}


def _beside(session: Session, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return what tells a change of the colleagues who are asked into each seat's talk, or have come."""
    asked_in = select(LinePlace.seat_id, func.sum(SeatRow.revision)).join_from(
        SeatRow, Outgoing, SeatRow.joins_id == Outgoing.id
    )
    talks = asked_in.join(LinePlace, LinePlace.outgoing_id == Outgoing.payload["joins"].as_integer())
    theirs = talks.where(LinePlace.state == PlaceState.TAKEN, *conditions).group_by(LinePlace.seat_id)
    return {seat_id: revisions for seat_id, revisions in session.execute(theirs) if seat_id}
