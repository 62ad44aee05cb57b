"""Citizen-first dialling: the citizen is rung while an agent is kept for them, who is asked once they are there.

Each citizen who is rung has an agent of their own: there are never more calls than agents free. Nothing is committed.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.models import (
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PlaceState,
    SeatRow,
    SeatState,
    Urgency,
)
from core.settings import Settings
from routing.line.changing import change
from routing.line.matching import SECONDS_UNTIL_WITHDRAWN, ring_agent
from routing.line.offering import Offer
from routing.line.places import place_of_sent
from routing.line.seats import set_state
from routing.line.whom_to_call import Way, way_to_call

KEPT_FOR = timedelta(seconds=120)
"""Longer than a citizen's telephone can ring and be asked for its key: until then nobody else rings it."""


def callback_key(place: LinePlace) -> str:
    """Return what makes the call to a citizen, for the agent who is asked or has taken them, the only one."""
    return f"callback:{place.id}:{place.outgoing_id}"


def citizen_comes_first(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> bool:
    """Ring the citizen in place of the agent to whom their callback is offered; False: the agent is rung.

    A red never waits for an agent, so there the agent comes first, as for a number that the carrier does not take.
    """
    if settings.callback_dialling == "agent-first" or "joins" in sent.payload or "everybody" in sent.payload:
        return False
    place = place_of_sent(session, sent)
    is_asked = place.state is PlaceState.OFFERED and place.outgoing_id == sent.id
    if not is_asked or place.channel is not Channel.CALLBACK or place.urgency is Urgency.RED:
        return False
    if place.number is None or way_to_call(place.number, settings) is not Way.CARRIER:
        return False
    change(session, place, (PlaceState.OFFERED,), due_at=now + KEPT_FOR)
    payload = {"to": place.number, "place_id": place.id, "agent_call": sent.id}
    outbox.send(session, OutgoingKind.CALLBACK_CALL, callback_key(place), payload, now)
    return True


def call_of_kept(session: Session, place: LinePlace) -> Outgoing | None:
    """Return the call to a citizen for whom an agent is kept; None when it is the agent who is being rung."""
    if place.state is not PlaceState.OFFERED:
        return None
    return session.scalar(select(Outgoing).where(Outgoing.idempotency_key == callback_key(place)))


def ask_kept_agent(session: Session, place: LinePlace, now: datetime) -> bool:
    """Ask the agent who was kept, as the citizen is there; False when they are gone: the citizen waits in front."""
    seat = session.get(SeatRow, place.seat_id, with_for_update={"of": SeatRow}) if place.seat_id else None
    is_there = seat is not None and seat.state is SeatState.RINGING and seat.next_state in (None, SeatState.AVAILABLE)
    if seat is None or not is_there:
        free_kept_agent(session, place, now)
        change(session, place, (PlaceState.OFFERED,), state=PlaceState.WAITING, seat_id=None, due_at=None)
        return False
    until = now + timedelta(seconds=SECONDS_UNTIL_WITHDRAWN)
    change(session, place, (PlaceState.OFFERED,), due_at=until)
    ring_agent(session, Offer(place, seat, until), now)
    return True


def free_kept_agent(session: Session, place: LinePlace, now: datetime) -> None:
    """Let an agent go who was kept in vain: they were not rung, so they are what they chose, or available."""
    seat = session.get(SeatRow, place.seat_id, with_for_update={"of": SeatRow}) if place.seat_id else None
    if seat is not None and seat.state is SeatState.RINGING:
        set_state(session, seat, seat.next_state or SeatState.AVAILABLE, now)
        seat.next_state = None


def was_rung(call: Outgoing) -> bool:
    """Tell whether the citizen's telephone rang, or did for all we know."""
    return call.state in (OutgoingState.PLACING, OutgoingState.SENT)
