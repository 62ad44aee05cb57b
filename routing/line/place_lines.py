"""Callers in the line as a screen shows them: one, those to be rung, or the first of any kind; changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.models import Caller, Channel, LinePlace, PlaceState, SeatRow, Staff, Urgency, WorkOrder
from core.privacy import mask_number
from routing.line.places import OPEN, WITH_AGENT

_COLUMNS = (
    LinePlace.id,
    LinePlace.revision,
    LinePlace.urgency,
    LinePlace.state,
    LinePlace.channel,
    LinePlace.matter,
    LinePlace.language,
    LinePlace.skill,
    LinePlace.number,
    LinePlace.first_called_at,
    LinePlace.due_at,
    LinePlace.promised_by,
    LinePlace.window_from,
    LinePlace.window_until,
    LinePlace.tries,
    LinePlace.seat_id,
    Caller.number.label("called_from"),
    WorkOrder.number.label("order_number"),
    Staff.name.label("agent"),
)


@dataclass(frozen=True)
class PlaceLine:
    """One row of the line."""

    id: int
    revision: int
    urgency: Urgency
    state: PlaceState
    channel: Channel
    matter: str
    language: str
    skill: str
    number: str
    """Where they are reached, masked."""
    has_number: bool
    first_called_at: datetime
    due_at: datetime | None
    promised_by: datetime | None
    window_from: datetime | None
    """With `window_until`: when the caller wants to be rung; None: as soon as it is their turn."""
    window_until: datetime | None
    tries: int
    agent: str | None
    """Who is rung for them, or has them."""
    order_number: str | None


def place_lines(session: Session, limit: int, *conditions: ColumnElement[bool]) -> tuple[PlaceLine, ...]:
    """Return at most `limit` places that fulfil these conditions, in the line's own order."""
    wanted = (
        select(*_COLUMNS)
        .join(Caller, Caller.id == LinePlace.caller_id)
        .outerjoin(WorkOrder, WorkOrder.call_id == LinePlace.call_id)
        .outerjoin(SeatRow, SeatRow.id == LinePlace.seat_id)
        .outerjoin(Staff, Staff.id == SeatRow.staff_id)
        .where(*conditions)
        .order_by(LinePlace.urgency_rank, LinePlace.first_called_at, LinePlace.id)
        .limit(limit)
    )
    return tuple(_line(row) for row in session.execute(wanted))


def callbacks(session: Session, limit: int = 5000) -> tuple[PlaceLine, ...]:
    """Return everybody who is to be rung, in the line's order."""
    return place_lines(session, limit, LinePlace.state.in_(OPEN), LinePlace.channel == Channel.CALLBACK)


def line_of_seat(session: Session, seat_id: int) -> PlaceLine | None:
    """Return the caller for whom an agent is being rung, or whom they have."""
    return next(iter(place_lines(session, 1, LinePlace.state.in_(WITH_AGENT), LinePlace.seat_id == seat_id)), None)


def line_of_place(session: Session, place_id: int) -> PlaceLine | None:
    """Return one place, whoever has it."""
    return next(iter(place_lines(session, 1, LinePlace.id == place_id)), None)


def whole_number(session: Session, place_id: int) -> str | None:
    """Return where somebody in the line is reached; for the few screens that show it, which log that they did."""
    place = session.get(LinePlace, place_id)
    return (place.number or place.caller.number) if place else None


def _line(row: Any) -> PlaceLine:
    return PlaceLine(
        id=row.id,
        revision=row.revision,
        urgency=row.urgency,
        state=row.state,
        channel=row.channel,
        matter=row.matter,
        language=row.language,
        skill=row.skill,
        number=mask_number(row.number or row.called_from),
        has_number=row.number is not None,
        first_called_at=row.first_called_at,
        due_at=row.due_at,
        promised_by=row.promised_by,
        window_from=row.window_from,
        window_until=row.window_until,
        tries=row.tries,
        agent=row.agent,
        order_number=row.order_number,
    )
