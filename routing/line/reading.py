"""What the screens read of the line: who waits how long, who is with whom, which callbacks are due; changes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.models import (
    Caller,
    Channel,
    LinePlace,
    Outgoing,
    PlaceState,
    SeatRow,
    SeatState,
    Staff,
    Urgency,
    WorkOrder,
    WrongPin,
)
from core.privacy import mask_number
from routing.line.wrong_pins import Guessed, guessed

OPEN = (PlaceState.WAITING, PlaceState.OFFERED, PlaceState.TAKEN, PlaceState.LATER, PlaceState.BY_HAND)
_WITH_AGENT = (PlaceState.OFFERED, PlaceState.TAKEN)
_WINDOW = timedelta(minutes=30)
_AT_ONCE = timedelta(seconds=15)
_MOST_RECENT = 1000
_UNTAKEN_RED = (LinePlace.state.in_(OPEN), LinePlace.state != PlaceState.TAKEN, LinePlace.urgency == Urgency.RED)
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


_LAST_WRONG_PIN = select(func.max(WrongPin.id)).scalar_subquery()


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


@dataclass(frozen=True)
class LineNow:
    """The line at one moment; the rows are the first of each kind, the counts are of all."""

    holding: tuple[PlaceLine, ...]
    callbacks: tuple[PlaceLine, ...]
    with_agents: tuple[PlaceLine, ...]
    seats: tuple[SeatLine, ...]
    waiting_by_urgency: dict[Urgency, int]
    """Who holds the telephone and has nobody yet."""
    longest_since: datetime | None
    """When the one who has waited for longest on the telephone first called."""
    callbacks_in_all: int
    red_callbacks: int
    callbacks_late: int
    by_hand: int
    """Callbacks that only a person can decide about."""
    at_once_share: float | None
    """Of those whom agents took in the last half hour: who waited no longer than 15 s (GB/T 33358-2016)."""
    reds: tuple[int, ...]
    """The places of red callers whom nobody has taken, whether they hold or are to be rung."""
    guessed: tuple[Guessed, ...]
    """The agents whose PIN somebody seems to look for."""

    @property
    def waiting(self) -> int:
        """All who hold the telephone and have nobody yet."""
        return sum(self.waiting_by_urgency.values())

    @property
    def seats_by_state(self) -> Counter[SeatState]:
        """How many agents do what."""
        return Counter(seat.state for seat in self.seats)


def line_mark(session: Session) -> str:
    """Return a short text that differs whenever anything in the line or of the seats has changed; cheap.

    Every change raises a revision, a place that ended never comes back, and a new one has a higher id.
    """
    places = select(func.count(), func.sum(LinePlace.revision), func.max(LinePlace.id))
    there = session.execute(places.where(LinePlace.state.in_(OPEN))).one()
    seats = session.execute(select(func.count(), func.sum(SeatRow.revision), _LAST_WRONG_PIN)).one()
    return "-".join(str(value or 0) for value in (*there, *seats))


def read_line(session: Session, now: datetime, rows: int = 100) -> LineNow:
    """Return the line as it is now, with at most so many rows of each kind."""
    is_holding = LinePlace.channel == Channel.HOLDING
    untaken = LinePlace.state.not_in(_WITH_AGENT)
    holding = [LinePlace.state.in_(OPEN), untaken, is_holding]
    calling_back = [LinePlace.state.in_(OPEN), untaken, ~is_holding]
    counted = session.execute(
        select(LinePlace.urgency, func.count(), func.min(LinePlace.first_called_at))
        .where(*holding)
        .group_by(LinePlace.urgency)
    ).all()
    held = {urgency: count for urgency, count, _ in counted}
    return LineNow(
        holding=_lines(session, rows, *holding),
        callbacks=_lines(session, rows, *calling_back),
        with_agents=_lines(session, rows, LinePlace.state.in_(_WITH_AGENT)),
        seats=_seats(session),
        waiting_by_urgency=held,
        longest_since=min((since for _, _, since in counted), default=None),
        callbacks_in_all=_count(session, *calling_back),
        red_callbacks=_count(session, *calling_back, LinePlace.urgency == Urgency.RED),
        callbacks_late=_count(session, *calling_back, LinePlace.promised_by < now),
        by_hand=_count(session, LinePlace.state == PlaceState.BY_HAND),
        at_once_share=_at_once_share(session, now),
        reds=tuple(session.scalars(select(LinePlace.id).where(*_UNTAKEN_RED).order_by(LinePlace.id).limit(rows))),
        guessed=guessed(session, now),
    )


def callbacks(session: Session, limit: int = 5000) -> tuple[PlaceLine, ...]:
    """Return everybody who is to be rung, in the line's order."""
    return _lines(session, limit, LinePlace.state.in_(OPEN), LinePlace.channel == Channel.CALLBACK)


def line_of_seat(session: Session, seat_id: int) -> PlaceLine | None:
    """Return the caller for whom an agent is being rung, or whom they have."""
    return next(iter(_lines(session, 1, LinePlace.state.in_(_WITH_AGENT), LinePlace.seat_id == seat_id)), None)


def line_of_place(session: Session, place_id: int) -> PlaceLine | None:
    """Return one place, whoever has it."""
    return next(iter(_lines(session, 1, LinePlace.id == place_id)), None)


def whole_number(session: Session, place_id: int) -> str | None:
    """Return where somebody in the line is reached; for the few screens that show it, which log that they did."""
    place = session.get(LinePlace, place_id)
    return (place.number or place.caller.number) if place else None


def _lines(session: Session, limit: int, *conditions: ColumnElement[bool]) -> tuple[PlaceLine, ...]:
    """Return places in the line's own order."""
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


def mark_of_seat(session: Session, seat: SeatRow) -> str:
    """Return one seat's mark, as `SeatLine` has it."""
    return _mark(seat, _held(session, LinePlace.seat_id == seat.id), _beside(session, LinePlace.seat_id == seat.id))


def _mark(seat: SeatRow, held: Mapping[int, str], beside: Mapping[int, int]) -> str:
    return f"{seat.revision}-{held.get(seat.id, '')}-{beside.get(seat.id, '')}"


def _held(session: Session, *conditions: ColumnElement[bool]) -> dict[int, str]:
    """Return what tells a change of the caller whom each seat has."""
    held = select(LinePlace.seat_id, LinePlace.id, LinePlace.revision).where(LinePlace.state.in_(_WITH_AGENT))
    return {row.seat_id: f"{row.id}.{row.revision}" for row in session.execute(held.where(*conditions)) if row.seat_id}


def _beside(session: Session, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """Return what tells a change of the colleagues who are asked into each seat's talk, or have come."""
    asked_in = select(LinePlace.seat_id, func.sum(SeatRow.revision)).join_from(
        SeatRow, Outgoing, SeatRow.joins_id == Outgoing.id
    )
    talks = asked_in.join(LinePlace, LinePlace.outgoing_id == Outgoing.payload["joins"].as_integer())
    theirs = talks.where(LinePlace.state == PlaceState.TAKEN, *conditions).group_by(LinePlace.seat_id)
    return {seat_id: revisions for seat_id, revisions in session.execute(theirs) if seat_id}


def _seats(session: Session) -> tuple[SeatLine, ...]:
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


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(LinePlace.id)).where(*conditions)) or 0


def _at_once_share(session: Session, now: datetime) -> float | None:
    """Callbacks are no part of it: whoever answers one is with their agent from the first moment."""
    recent = select(LinePlace.channel_since, LinePlace.taken_at).where(
        or_(LinePlace.closed_at > now - _WINDOW, LinePlace.state == PlaceState.TAKEN),
        LinePlace.channel == Channel.HOLDING,
        LinePlace.taken_at > now - _WINDOW,
        LinePlace.taken_at >= LinePlace.channel_since,
    )
    waits = [row.taken_at - row.channel_since for row in session.execute(recent.limit(_MOST_RECENT))]
    return _share(wait <= _AT_ONCE for wait in waits) if waits else None


def _share(fits: Iterable[bool]) -> float:
    counted: Sequence[bool] = tuple(fits)
    return sum(counted) / len(counted)
