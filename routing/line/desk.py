"""What agents and supervisors do by hand with the line: their own state, whom they take, how a talk ends.

The verbs of the agent desk; each changes the state of record and rings through the outbox, nothing is committed.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.errors import HotlineError
from core.models import (
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
)
from routing.line.changing import change
from routing.line.matching import SECONDS_UNTIL_WITHDRAWN, match, ring_agent
from routing.line.moving import move_agent
from routing.line.offering import offer
from routing.line.places import close
from routing.line.seats import IN_A_CALL, can_be_rung, set_state
from routing.line.talks import talk_over

_CHOSEN = (SeatState.AVAILABLE, SeatState.BREAK, SeatState.OFFLINE, SeatState.WRAP_UP)


class NotNowError(HotlineError):
    """What was asked for can't be done in this moment; the sentence says why."""


def choose_state(session: Session, seat: SeatRow, state: SeatState, now: datetime) -> None:
    """Set what an agent is doing; while they are rung or talk it holds as soon as their telephone is free.

    Raises:
        NotNowError: ringing and talking are not chosen but happen; or there is no telephone to ring.
    """
    if state not in _CHOSEN:
        raise NotNowError("Nobody can choose to be rung or to talk.")
    if state is SeatState.AVAILABLE and not can_be_rung(seat):
        raise NotNowError("Without a telephone nobody can be rung.")
    if seat.state in IN_A_CALL:
        seat.next_state = state
        return
    set_state(session, seat, state, now)
    match(session, now)


def choose_telephone(session: Session, seat: SeatRow, telephone: str, languages: Sequence[str], now: datetime) -> None:
    """Set by which telephone (E.164) an agent is rung, and which languages they serve.

    Raises:
        NotNowError: they are being rung or talk: the telephone of a call that is going on can't be another.
    """
    if seat.state in IN_A_CALL:
        raise NotNowError("The telephone can't be changed during a call.")
    seat.telephone, seat.languages = telephone, list(languages)
    session.flush()
    match(session, now)


def take_by_hand(session: Session, seat: SeatRow, place: LinePlace, now: datetime) -> None:
    """Ring an agent for a certain place, before everybody else's turn; anybody in the line may be taken first.

    Raises:
        NotNowError: the agent is not available, or the caller is gone or with somebody.
    """
    offered = offer(session, place, seat, now, SECONDS_UNTIL_WITHDRAWN) if can_be_rung(seat) else None
    if offered is None:
        raise NotNowError("You are not available, or somebody else has this caller.")
    ring_agent(session, offered, now)


def finish(session: Session, place: LinePlace, now: datetime) -> None:
    """End a talk that the caller does not end; both hear so, and the agent makes their notes.

    Raises:
        NotNowError: nobody has this caller now.
    """
    agents_call = _agents_call(session, place)
    if agents_call is None or not talk_over(session, place, now):
        raise NotNowError("Nobody is talking to this caller.")
    move_agent(session, agents_call, "left", now)


def back_to_the_line(session: Session, place: LinePlace, now: datetime, *, skill: str | None = None) -> None:
    """Give a caller back to the line, to the front or into the queue of another skill (transfer to whoever knows).

    Raises:
        NotNowError: nobody has this caller now.
    """
    give_up(session, place, now, **({"skill": skill} if skill is not None else {}))
    match(session, now)


def give_up(session: Session, place: LinePlace, now: datetime, **values: str) -> None:
    """Let an agent's caller wait again, at the front; for this room, which says who is asked next.

    Raises:
        NotNowError: nobody has this caller now.
    """
    agents_call, seat = _agents_call(session, place), session.get(SeatRow, place.seat_id) if place.seat_id else None
    if place.channel is not Channel.HOLDING or agents_call is None:
        raise NotNowError("Nobody is talking to this caller.")
    if not change(session, place, (PlaceState.TAKEN,), state=PlaceState.WAITING, seat_id=None, **values):
        raise NotNowError("Nobody is talking to this caller.")
    if seat is not None:
        seat.next_state = seat.next_state or SeatState.WRAP_UP
    move_agent(session, agents_call, "left", now)


def bring_in(session: Session, place: LinePlace, telephone: str, now: datetime) -> None:
    """Ring a third person into the talk (three-way call); they hear what it is about and press 1.

    Raises:
        NotNowError: nobody has this caller now.
    """
    if place.state is not PlaceState.TAKEN:
        raise NotNowError("Nobody is talking to this caller.")
    payload = {"to": telephone, "place_id": place.id, "joins": place.outgoing_id}
    key = f"third:{place.id}:{place.outgoing_id}:{telephone}:{now.isoformat()}"
    outbox.send(session, OutgoingKind.AGENT_CALL, key[:120], payload, now)


def settle_by_hand(session: Session, place: LinePlace, now: datetime, outcome: PlaceOutcome) -> None:
    """End a place that a person has dealt with in another way, e.g. by a telephone of their own.

    Raises:
        NotNowError: it has ended already, or somebody is being rung for it or talks.
    """
    if not close(session, place, outcome, now, only_from=(PlaceState.WAITING, PlaceState.LATER, PlaceState.BY_HAND)):
        raise NotNowError("It has ended already, or somebody has this caller.")


def _agents_call(session: Session, place: LinePlace) -> Outgoing | None:
    return session.get(Outgoing, place.outgoing_id) if place.outgoing_id else None
