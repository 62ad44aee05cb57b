"""Colleagues in a talk: asked in for three, left alone with the caller, or given the caller; rung or on the line alike.

Who is asked in is offered nobody else meanwhile, and is afterwards what they were. Nothing is committed here.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.errors import HotlineError
from core.models import Channel, LinePlace, Outgoing, OutgoingKind, PlaceState, SeatRow, SeatState
from routing.line.changing import change
from routing.line.desk import NotNowError, give_up
from routing.line.matching import SECONDS_UNTIL_WITHDRAWN, ring_agent
from routing.line.moving import call_now, move_agent, move_caller
from routing.line.offering import offer
from routing.line.ringing_citizens import tell_order
from routing.line.seats import can_be_rung, set_state, way_to

CAN_COME_IN = (SeatState.AVAILABLE, SeatState.BREAK, SeatState.WRAP_UP)
"""Whoever is there and on no telephone."""


class ColleagueBusyError(HotlineError):
    """The colleague can't be asked now: on the telephone, gone, or with no way to be asked."""


def ask_in(session: Session, place: LinePlace, colleague: SeatRow, now: datetime) -> None:
    """Ask a colleague into a talk (three-way call); they hear what it is about and press 1.

    Who has dialled in is asked on that very call.

    Raises:
        ColleagueBusyError: they are rung or talk, are not there, or there is no way to ask them.
    """
    if colleague.state not in CAN_COME_IN or not can_be_rung(colleague):
        raise ColleagueBusyError("This colleague can't be asked now.")
    payload = {**way_to(colleague), "place_id": place.id, "seat_id": colleague.id, "joins": place.outgoing_id}
    key = f"third:{place.id}:{place.outgoing_id}:seat{colleague.id}:{now.isoformat()}"
    row = outbox.send(session, OutgoingKind.AGENT_CALL, key[:120], payload, now)
    colleague.next_state, colleague.joins_id = colleague.state, row.id
    set_state(session, colleague, SeatState.RINGING, now)


def hand_to(session: Session, place: LinePlace, colleague: SeatRow, now: datetime) -> None:
    """Give a caller to a certain colleague (transfer), who is in the talk already or is asked before anybody else.

    Whoever is asked and does not take them passes them to the next, at the front of the line.

    Raises:
        NotNowError: nobody has this caller now.
        ColleagueBusyError: the colleague is not available.
    """
    if is_guest(session, place, colleague):
        _leave_with(session, place, colleague, now)
        return
    if colleague.state is not SeatState.AVAILABLE or not can_be_rung(colleague):
        raise ColleagueBusyError("This colleague is not available.")
    give_up(session, place, now)
    offered = offer(session, place, colleague, now, SECONDS_UNTIL_WITHDRAWN)
    if offered is None:
        raise ColleagueBusyError("This colleague is not available.")
    ring_agent(session, offered, now)


def leave_talk(session: Session, seat: SeatRow, now: datetime) -> None:
    """Let somebody out of a colleague's talk, into which they had come; the others go on.

    Raises:
        NotNowError: they are in none.
    """
    sent = session.get(Outgoing, seat.joins_id) if seat.joins_id else None
    if sent is None or seat.state is not SeatState.TALKING:
        raise NotNowError("Nobody has come into a colleague's talk here.")
    move_agent(session, sent, "came-out", now)


def is_guest(session: Session, place: LinePlace, colleague: SeatRow) -> bool:
    """Tell whether a colleague has come into the talk of a place."""
    sent = session.get(Outgoing, colleague.joins_id) if colleague.joins_id else None
    is_asked = sent is not None and sent.payload["joins"] == place.outgoing_id
    return is_asked and colleague.state is SeatState.TALKING and place.state is PlaceState.TAKEN


def place_joined(session: Session, seat: SeatRow) -> int | None:
    """Return the place into whose talk somebody is asked, or has come; None for whoever is in none."""
    sent = session.get(Outgoing, seat.joins_id) if seat.joins_id else None
    return sent.payload["place_id"] if sent is not None else None


def _leave_with(session: Session, place: LinePlace, colleague: SeatRow, now: datetime) -> None:
    """Let a caller and the colleague who has come in go on in a room of their own.

    The caller's move ends the old room for all three: the colleague then follows, and who had the caller is free.
    """
    agent = session.get_one(SeatRow, place.seat_id) if place.seat_id else None
    if agent is not None:
        agent.next_state = agent.next_state or SeatState.WRAP_UP
    values = {"seat_id": colleague.id, "outgoing_id": colleague.joins_id}
    if place.channel is not Channel.HOLDING or not change(session, place, (PlaceState.TAKEN,), **values):
        raise NotNowError("Nobody is talking to this caller.")
    colleague.next_state = None
    move_caller(session, call_now(session, place), "taken", place.outgoing_id, now)
    tell_order(session, place, now)
