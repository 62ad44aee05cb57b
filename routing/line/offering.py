"""Brings the next caller and a free agent together; of two agents, and of agent and hanging up, exactly one wins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.models import Channel, LinePlace, Outgoing, OutgoingState, PlaceState, SeatRow, SeatState, Urgency
from routing.line.callback_policy import NextTry, Outcome, next_try
from routing.line.changing import change
from routing.line.next_caller import offer_first
from routing.line.places import in_window
from routing.line.seats import seat_value, set_state
from routing.line.waiting import Waiting, queues_of

SECONDS_TO_ACCEPT = 10
"""No key within ten seconds of the whisper is no answer: the next agent is asked."""

_LONG_ENOUGH_TO_HELP = timedelta(seconds=30)


@dataclass(frozen=True)
class Offer:
    """A place offered to a seat, to be accepted until a moment."""

    place: LinePlace
    seat: SeatRow
    until: datetime


def waiting_value(row: LinePlace) -> Waiting:
    """Return a place as the pure policy wants it."""
    return Waiting(row.id, row.urgency, row.first_called_at, row.language, row.skill)


def offer_next(
    session: Session, seat: SeatRow, now: datetime, seconds_to_accept: int = SECONDS_TO_ACCEPT
) -> Offer | None:
    """Offer the next caller to an agent who is available; None when nobody waits whom they can serve.

    The first of each (language, skill) queue is a candidate, found by an index whatever the line's length.
    """
    if seat.state is not SeatState.AVAILABLE:
        return None
    until = now + timedelta(seconds=seconds_to_accept)
    place = offer_first(session, queues_of(seat_value(seat)), seat.id, until)
    if place is None:
        return None
    set_state(session, seat, SeatState.RINGING, now)
    return Offer(place, seat, until)


def offer(
    session: Session, place: LinePlace, seat: SeatRow, now: datetime, seconds_to_accept: int = SECONDS_TO_ACCEPT
) -> Offer | None:
    """Offer a certain place to an agent, who may take anybody first; None when the place or the agent is gone."""
    until = now + timedelta(seconds=seconds_to_accept)
    waits = (PlaceState.WAITING, PlaceState.LATER, PlaceState.BY_HAND)
    if seat.state is not SeatState.AVAILABLE:
        return None
    if not change(session, place, waits, state=PlaceState.OFFERED, seat_id=seat.id, due_at=until):
        return None
    set_state(session, seat, SeatState.RINGING, now)
    return Offer(place, seat, until)


def accept(session: Session, place: LinePlace, seat: SeatRow, now: datetime) -> bool:
    """Take an offered place (key 1 after the whisper); False when it was withdrawn, or the caller has gone."""
    if place.seat_id != seat.id or not change(
        session, place, (PlaceState.OFFERED,), state=PlaceState.TAKEN, due_at=None, taken_at=now
    ):
        return False
    set_state(session, seat, SeatState.TALKING, now)
    return True


def take_first(session: Session, place: LinePlace, seat: SeatRow | None, outgoing_id: int, now: datetime) -> bool:
    """Take a caller for whom everybody is rung at once, as the first to press 1; without a seat: a person on duty."""
    from_states = (PlaceState.WAITING, PlaceState.OFFERED)
    seat_id = seat.id if seat else None
    taken = {"seat_id": seat_id, "outgoing_id": outgoing_id, "taken_at": now, "due_at": None}
    if not change(session, place, from_states, state=PlaceState.TAKEN, **taken):
        return False
    if seat is not None:
        set_state(session, seat, SeatState.TALKING, now)
    return True


def decline(session: Session, place: LinePlace, now: datetime) -> bool:
    """Put an offered place back where it was: no key in time, or refused; the agent is on a break until they say so.

    An agent whose telephone is not answered would otherwise be rung for every caller in turn.
    """
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if not change(session, place, (PlaceState.OFFERED,), state=PlaceState.WAITING, seat_id=None, due_at=None):
        return False
    if seat is not None and seat.state is SeatState.RINGING:
        set_state(session, seat, SeatState.BREAK, now)
    return True


def expired_offers(session: Session, now: datetime) -> list[LinePlace]:
    """Return the places whose agent has not accepted in time; no time runs before their telephone can ring."""
    unplaced = exists().where(Outgoing.id == LinePlace.outgoing_id, Outgoing.state == OutgoingState.WAITING)
    expired = select(LinePlace).where(LinePlace.state == PlaceState.OFFERED, LinePlace.due_at <= now, ~unplaced)
    return list(session.scalars(expired))


def lose_agent(session: Session, place: LinePlace, now: datetime) -> bool:
    """Put a caller back whose agent dropped off in mid-talk: to the front, since they called before the others.

    After a talk of half a minute the agent has more likely hung up than been cut off: they make their notes.
    """
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if not change(session, place, (PlaceState.TAKEN,), state=PlaceState.WAITING, seat_id=None, due_at=None):
        return False
    if seat is not None:
        has_hung_up = may_be_done(place, now) and not seat.dialled_in_sid
        set_state(session, seat, SeatState.WRAP_UP if has_hung_up else gone(seat), now)
    return True


def may_be_done(place: LinePlace, now: datetime) -> bool:
    """Tell whether an agent had a caller for long enough to help them, and nothing is known of a danger."""
    is_danger = place.urgency is Urgency.RED or place.danger_words
    if place.taken_at is None or is_danger:
        return False
    return now - max(place.taken_at, place.channel_since) >= _LONG_ENOUGH_TO_HELP


def gone(seat: SeatRow) -> SeatState:
    """Return what an agent is whose talk broke off: not there, unless the call is theirs and tells of its own end."""
    return SeatState.BREAK if seat.dialled_in_sid else SeatState.OFFLINE


def tried(session: Session, place: LinePlace, outcome: Outcome, now: datetime, zone: ZoneInfo) -> NextTry:
    """Note how ringing a citizen ended and what follows: another try, or a person who decides; returns it."""
    counts = outcome not in (Outcome.AGENT_LOST, Outcome.RINGS_US)
    follows = next_try(place.urgency, place.tries + counts, outcome, now, zone)
    state = PlaceState.LATER if follows.due_at else PlaceState.BY_HAND if follows.by_hand else PlaceState.TAKEN
    change(
        session,
        place,
        (PlaceState.OFFERED, PlaceState.TAKEN),
        state=state,
        **(in_window(place, follows.due_at, zone) if follows.due_at else {"due_at": None}),
        tries=place.tries + counts,
        channel=Channel.CALLBACK,
        **({} if state is PlaceState.TAKEN else {"seat_id": None}),
    )
    return follows
