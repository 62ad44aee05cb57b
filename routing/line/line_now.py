"""The line at one moment, as supervisors and the agents who wait for a caller see it, and whether it has changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.models import Channel, LinePlace, PlaceState, SeatRow, SeatState, Urgency, WrongPin
from routing.line.place_lines import PlaceLine, place_lines
from routing.line.places import OPEN, WITH_AGENT
from routing.line.seat_lines import SeatLine, seat_lines
from routing.line.wrong_pins import Guessed, guessed

_WINDOW = timedelta(minutes=30)
_AT_ONCE = timedelta(seconds=15)
_MOST_RECENT = 1000
_UNTAKEN_RED = (LinePlace.state.in_(OPEN), LinePlace.state != PlaceState.TAKEN, LinePlace.urgency == Urgency.RED)
_LAST_WRONG_PIN = select(func.max(WrongPin.id)).scalar_subquery()


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
    untaken = LinePlace.state.not_in(WITH_AGENT)
    holding = [LinePlace.state.in_(OPEN), untaken, is_holding]
    calling_back = [LinePlace.state.in_(OPEN), untaken, ~is_holding]
    counted = session.execute(
        select(LinePlace.urgency, func.count(), func.min(LinePlace.first_called_at))
        .where(*holding)
        .group_by(LinePlace.urgency)
    ).all()
    held = {urgency: count for urgency, count, _ in counted}
    return LineNow(
        holding=place_lines(session, rows, *holding),
        callbacks=place_lines(session, rows, *calling_back),
        with_agents=place_lines(session, rows, LinePlace.state.in_(WITH_AGENT)),
        seats=seat_lines(session),
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
