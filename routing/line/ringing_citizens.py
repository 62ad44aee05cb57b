"""The citizen's side of a talk by callback: rung for an agent, there, missed, rung again; never while they ring us.

Nothing is committed here. Calls are moved and placed through the outbox.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.models import (
    Call,
    Caller,
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
)
from core.settings import Settings
from routing.line.callback_policy import Outcome
from routing.line.changing import change
from routing.line.citizen_first import (
    KEPT_FOR,
    ask_kept_agent,
    call_of_kept,
    callback_key,
    free_kept_agent,
    was_rung,
)
from routing.line.matching import match
from routing.line.moving import move_agent
from routing.line.offering import gone, tried
from routing.line.places import close, has_talked_since, place_of_sent
from routing.line.seats import set_state
from routing.line.whom_to_call import Way, way_to_call
from routing.orders import add_event, find_order

_LONGEST_OWN_CALL = timedelta(minutes=10)
"""A call whose end is not told for so long may be over; then they are rung after all."""
_RINGS_FOR = timedelta(seconds=60)
"""A call to a citizen rings for 25 seconds and asks for a key; the carrier has ten to take it on."""


def citizen_answered(session: Session, place: LinePlace, call: Call, now: datetime, zone: ZoneInfo) -> None:
    """Note that a citizen who was rung is there: from now on they are a caller like any other."""
    is_kept = call_of_kept(session, place) is not None
    if place.state is PlaceState.TAKEN:
        tried(session, place, Outcome.CONNECTED, now, zone)
        tell_order(session, place, now)
    has_agent = place.state in (PlaceState.TAKEN, PlaceState.OFFERED)
    open_states = (PlaceState.TAKEN, PlaceState.OFFERED, PlaceState.WAITING, PlaceState.LATER, PlaceState.BY_HAND)
    change(
        session,
        place,
        open_states,
        state=place.state if has_agent else PlaceState.WAITING,
        call_id=call.id,
        channel=Channel.HOLDING,
        channel_since=now,
        due_at=place.due_at if has_agent else None,
    )
    if is_kept:
        ask_kept_agent(session, place, now)
    match(session, now)


def citizen_missed(session: Session, settings: Settings, place: LinePlace, outcome: Outcome, now: datetime) -> None:
    """Note that a citizen was not reached: they are tried again as the rule says, and their agent is free."""
    if place.channel is not Channel.CALLBACK:
        return
    if call_of_kept(session, place) is not None:
        free_kept_agent(session, place, now)
    elif place.state is PlaceState.TAKEN:
        _free_agent(session, place, now)
    else:
        return
    tried(session, place, outcome, now, ZoneInfo(settings.time_zone))
    match(session, now)


def kept_in_vain(session: Session, settings: Settings, place: LinePlace, now: datetime) -> bool:
    """Go on when nothing was heard of a citizen for whom an agent was kept; False when the agent was being rung.

    One who may have been rung is tried again as if they had not answered; one who was not is rung at once.
    """
    call = call_of_kept(session, place)
    if call is None or place.channel is not Channel.CALLBACK:
        return False
    citizen_missed(session, settings, place, Outcome.NO_ANSWER if was_rung(call) else Outcome.AGENT_LOST, now)
    return True


def still_to_ring(session: Session, sent: Outgoing, now: datetime) -> bool:
    """Tell whether a citizen is still to be rung for the agent who took them, or is kept; locks the place.

    Not if that agent is gone, nor if the citizen has rung us meanwhile. An agent is kept for as long as it can ring.
    """
    place = place_of_sent(session, sent)
    if place.outgoing_id != sent.payload["agent_call"] or place.channel is not Channel.CALLBACK:
        return False
    if call_of_kept(session, place) is not None:
        return change(session, place, (PlaceState.OFFERED,), due_at=now + KEPT_FOR)
    return place.state is PlaceState.TAKEN


def put_off_while_they_ring_us(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> bool:
    """Let a citizen be who is on the telephone with us at this moment; True when they are.

    They would answer both, or miss the agent for their own call; and they would be rung again after the talk, as that
    call has a place of its own by then.
    """
    place = place_of_sent(session, sent)
    since = now - _LONGEST_OWN_CALL
    own = select(Call.id).join(Caller, Call.caller_id == Caller.id)
    theirs = (Caller.number == place.number) | (Call.caller_id == place.caller_id)
    live = own.where(theirs, Call.ended_at.is_(None), Call.started_at > since)
    if session.scalar(live.where(Call.id != place.call_id).limit(1)) is None:
        return False
    citizen_missed(session, settings, place, Outcome.RINGS_US, now)
    return True


def tell_order(session: Session, place: LinePlace, now: datetime) -> None:
    """Write on the caller's order that a person has them: alerts about a red end by it."""
    order = find_order(session, place.call)
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if order is not None:
        who = seat.staff.sign_in if seat else "duty"
        add_event(session, order, "person_connected", who, now, place=place.id)


def ring_citizen(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """Ring a citizen for the agent who has taken them; who can't be rung by us is left to a person.

    Not if they have talked to us since that call: of one whose webhooks are told late we may learn only after it.
    """
    if has_talked_since(session, place, place.call):
        _free_agent(session, place, now)
        close(session, place, PlaceOutcome.TALKED, now)
        return
    if place.channel is Channel.HOLDING:
        change(session, place, (PlaceState.TAKEN,), channel=Channel.CALLBACK, channel_since=now)
    if place.number is None:
        _free_agent(session, place, now)
        close(session, place, PlaceOutcome.UNREACHABLE, now)
    elif way_to_call(place.number, settings) is not Way.CARRIER:
        citizen_missed(session, settings, place, Outcome.REFUSED, now)
    else:
        payload = {"to": place.number, "place_id": place.id, "agent_call": place.outgoing_id}
        outbox.send(session, OutgoingKind.CALLBACK_CALL, callback_key(place), payload, now)


def ring_again(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """Let a citizen whose agent is gone be rung for another, but not while they may still be ringing for this one."""
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    may_ring_until = now + _RINGS_FOR if _may_ring(session, place) else now
    tried(session, place, Outcome.AGENT_LOST, now, ZoneInfo(settings.time_zone))
    change(session, place, (PlaceState.LATER,), due_at=may_ring_until)
    if seat is not None:
        set_state(session, seat, gone(seat), now)


def _may_ring(session: Session, place: LinePlace) -> bool:
    """Tell whether the citizen's telephone rings for the agent who has the place, or did or will for all we know."""
    asked = select(Outgoing.state).where(Outgoing.idempotency_key == callback_key(place))
    return session.scalar(asked) in (OutgoingState.PLACING, OutgoingState.SENT)


def _free_agent(session: Session, place: LinePlace, now: datetime) -> None:
    """Let an agent go who has taken a citizen in vain: they are available again once they have heard so."""
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    call = session.get(Outgoing, place.outgoing_id) if place.outgoing_id else None
    if seat is not None:
        seat.next_state = SeatState.AVAILABLE
    if call is not None:
        move_agent(session, call, "unreached", now)
