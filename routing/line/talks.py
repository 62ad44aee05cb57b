"""What becomes of a caller whom an agent is asked to take: taken, refused, talked to, lost; each told but once.

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
from routing.line.citizen_first import (
    KEPT_FOR,
    ask_kept_agent,
    call_of_kept,
    callback_key,
    free_kept_agent,
    was_rung,
)
from routing.line.matching import SECONDS_UNTIL_WITHDRAWN, match
from routing.line.offering import accept, decline, gone, lose_agent, take_first, tried
from routing.line.places import change, close
from routing.line.seats import set_state
from routing.line.whom_to_call import Way, way_to_call
from routing.orders import add_event, find_order

_LONGEST_OWN_CALL = timedelta(minutes=10)
"""A call whose end is not told for so long may be over; then they are rung after all."""
_OUT_OF_CONFERENCE_AFTER = timedelta(seconds=3)
_RINGS_FOR = timedelta(seconds=60)
"""A call to a citizen rings for 25 seconds and asks for a key; the carrier has ten to take it on."""


def place_offered(session: Session, sent: Outgoing) -> LinePlace | None:
    """Return the place that a call to an agent is about, if it is still theirs to take; locked until the commit."""
    place = _place(session, sent)
    if "joins" in sent.payload:
        with_us = place.state is PlaceState.TAKEN and place.outgoing_id == sent.payload["joins"]
        return place if with_us else None
    if place.state is PlaceState.OFFERED and place.outgoing_id == sent.id:
        return place
    is_free = place.state in (PlaceState.WAITING, PlaceState.OFFERED)
    return place if sent.payload.get("everybody") and is_free else None


def take(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> LinePlace | None:
    """Give the caller to the agent who has pressed 1, and bring both together; None when they came too late.

    Then the agent is free again as soon as their telephone is. The same key told twice is one. Who was rung for a
    three-way call comes in beside the agent.
    """
    place, seat = _place(session, sent), _seat(session, sent)
    if place.state is PlaceState.TAKEN and place.outgoing_id == sent.id:
        return place
    if "joins" in sent.payload:
        return place_offered(session, sent)
    if place_offered(session, sent) is None or not _accepted(session, place, seat, sent, now):
        came_too_late(session, sent)
        return None
    _bring_together(session, settings, place, now)
    return place


def came_too_late(session: Session, sent: Outgoing) -> None:
    """Note that an agent's caller was gone before they could be taken: the agent is available again after the call."""
    seat = _seat(session, sent)
    if seat is not None:
        seat.next_state = seat.next_state or SeatState.AVAILABLE


def agent_rings(session: Session, sent: Outgoing, now: datetime) -> None:
    """Count the time to accept from now on: a call that waits for its turn in the outbox is nobody's refusal."""
    place = _place(session, sent)
    if place.state is PlaceState.OFFERED and place.outgoing_id == sent.id:
        change(session, place, (PlaceState.OFFERED,), due_at=now + timedelta(seconds=SECONDS_UNTIL_WITHDRAWN))


def never_rung(session: Session, sent: Outgoing, now: datetime) -> None:
    """Let an agent go on whose caller was gone before their telephone rang: they have refused nobody."""
    came_too_late(session, sent)
    seat = _seat(session, sent)
    if seat is not None and seat.state is SeatState.RINGING:
        _telephone_is_free(session, seat, now)
        match(session, now)


def refuse(session: Session, sent: Outgoing, now: datetime) -> None:
    """Ask the next agent: this one pressed no key, or another one than 1."""
    place = _place(session, sent)
    if place.state is PlaceState.OFFERED and place.outgoing_id == sent.id:
        decline(session, place, now)
        match(session, now)


def agent_hung_up(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> None:
    """Note that an agent's telephone is free: what they had and did not finish goes back, and they go on.

    An agent who drops off while somebody talks to them, or waits for them, has lost the line, not finished.
    """
    place, seat = _place(session, sent), _seat(session, sent)
    if place.outgoing_id == sent.id and place.state is PlaceState.OFFERED:
        decline(session, place, now)
    elif place.outgoing_id == sent.id and place.state is PlaceState.TAKEN:
        agent_lost(session, settings, place, now)
        _call_out_of_the_conference(session, place, sent, now)
    if seat is not None:
        if sent.payload.get("everybody") and place.outgoing_id != sent.id:
            seat.next_state = seat.next_state or SeatState.AVAILABLE  # somebody else was quicker
        _telephone_is_free(session, seat, now)
    match(session, now)


def agent_lost(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """Put a caller whose agent is gone back to the front; a citizen who was to be rung is rung again.

    Not before their telephone can no longer ring for the agent who is gone: whoever answers it waits at the front.
    """
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if place.channel is Channel.HOLDING:
        lose_agent(session, place, now)
    else:
        may_ring_until = now + _RINGS_FOR if _may_ring(session, place) else now
        tried(session, place, Outcome.AGENT_LOST, now, ZoneInfo(settings.time_zone))
        change(session, place, (PlaceState.LATER,), due_at=may_ring_until)
        if seat is not None:
            set_state(session, seat, gone(seat), now)
    match(session, now)


def talk_over(session: Session, place: LinePlace, now: datetime) -> bool:
    """End a place whose caller has talked to an agent; False when it had ended before.

    The agent makes their notes from when their own telephone is free: until then it would be busy.
    """
    if not close(session, place, PlaceOutcome.TALKED, now, only_from=(PlaceState.TAKEN,)):
        return False
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if seat is not None and seat.state is SeatState.TALKING:
        seat.next_state = seat.next_state or SeatState.WRAP_UP
    return True


def caller_gone(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """A caller hung up after an agent had taken them and before they could talk: they are rung at once."""
    if place.state is not PlaceState.TAKEN or place.channel is not Channel.HOLDING:
        return
    change(session, place, (PlaceState.TAKEN,), channel=Channel.CALLBACK, channel_since=now)
    _bring_together(session, settings, place, now)


def citizen_answered(session: Session, place: LinePlace, call: Call, now: datetime, zone: ZoneInfo) -> None:
    """Note that a citizen who was rung is there: from now on they are a caller like any other."""
    is_kept = call_of_kept(session, place) is not None
    if place.state is PlaceState.TAKEN:
        tried(session, place, Outcome.CONNECTED, now, zone)
        _tell_order(session, place, now)
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


def not_placed(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> None:
    """Go on after a call of the line that the carrier refused: the next agent, or a person rings the citizen."""
    if sent.kind is OutgoingKind.AGENT_CALL:
        agent_hung_up(session, settings, sent, now)
        _gone_from_the_line(session, sent, now)
        return
    place = _place(session, sent)
    if place.outgoing_id == sent.payload["agent_call"]:
        citizen_missed(session, settings, place, Outcome.REFUSED, now)


def _gone_from_the_line(session: Session, sent: Outgoing, now: datetime) -> None:
    """Sign off an agent who had dialled in and whose call is over, as the carrier says that it can't be moved."""
    seat = _seat(session, sent) if "call_sid" in sent.payload else None
    if seat is not None and seat.dialled_in_sid == sent.payload["call_sid"]:
        seat.dialled_in_sid = None
        set_state(session, seat, SeatState.OFFLINE, now)


def _call_out_of_the_conference(session: Session, place: LinePlace, sent: Outgoing, now: datetime) -> None:
    """Move a caller whom an agent left before entering the conference: it never began, so it ends by nothing else.

    Not at once: as a rule the conference has just ended for the caller too, who then goes on by themselves.
    """
    call = place.call
    if call.dialogue.get("place") == "talking" and call.ended_at is None:
        payload = {"call_sid": call.call_sid, "path": f"turns/{call.turn}/talked", "if_still_in_turn": call.turn}
        out_at = now + _OUT_OF_CONFERENCE_AFTER
        outbox.send(session, OutgoingKind.MOVE_CALL, f"out:{place.id}:{sent.id}", payload, now, due_at=out_at)


def _bring_together(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """Move the caller to their agent, or ring them if they wait for a callback."""
    call = place.call
    if place.channel is Channel.HOLDING and call.ended_at is None:
        _move(session, call.call_sid, f"turns/{call.turn}/taken", place.outgoing_id, now)
        _tell_order(session, place, now)
        return
    if place.channel is Channel.HOLDING:  # they came into the line by a webhook that was told after their end
        change(session, place, (PlaceState.TAKEN,), channel=Channel.CALLBACK, channel_since=now)
    if place.number is None:
        _free_agent(session, place, now)
        close(session, place, PlaceOutcome.UNREACHABLE, now)
    elif way_to_call(place.number, settings) is not Way.CARRIER:
        citizen_missed(session, settings, place, Outcome.REFUSED, now)
    else:
        payload = {"to": place.number, "place_id": place.id, "agent_call": place.outgoing_id}
        outbox.send(session, OutgoingKind.CALLBACK_CALL, callback_key(place), payload, now)


def still_to_ring(session: Session, sent: Outgoing, now: datetime) -> bool:
    """Tell whether a citizen is still to be rung for the agent who took them, or is kept; locks the place.

    Not if that agent is gone, nor if the citizen has rung us meanwhile. An agent is kept for as long as it can ring.
    """
    place = _place(session, sent)
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
    place = _place(session, sent)
    since = now - _LONGEST_OWN_CALL
    own = select(Call.id).join(Caller, Call.caller_id == Caller.id)
    theirs = (Caller.number == place.number) | (Call.caller_id == place.caller_id)
    live = own.where(theirs, Call.ended_at.is_(None), Call.started_at > since)
    if session.scalar(live.where(Call.id != place.call_id).limit(1)) is None:
        return False
    citizen_missed(session, settings, place, Outcome.RINGS_US, now)
    return True


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
    if call is not None and call.carrier_sid:
        _move(session, call.carrier_sid, f"agents/{call.attempt_id}/unreached", call.id, now)


def _accepted(session: Session, place: LinePlace, seat: SeatRow | None, sent: Outgoing, now: datetime) -> bool:
    if sent.payload.get("everybody") or seat is None:
        return take_first(session, place, seat, sent.id, now)
    return accept(session, place, seat, now)


def _telephone_is_free(session: Session, seat: SeatRow, now: datetime) -> None:
    """Go on as was asked for; else who was rung in vain has a break, and who has talked makes their notes."""
    if seat.next_state is not None:
        set_state(session, seat, seat.next_state, now)
        seat.next_state = None
    elif seat.state is SeatState.RINGING:
        set_state(session, seat, SeatState.BREAK, now)


def _tell_order(session: Session, place: LinePlace, now: datetime) -> None:
    """Write on the caller's order that a person has them: alerts about a red end by it."""
    order = find_order(session, place.call)
    seat = session.get(SeatRow, place.seat_id) if place.seat_id else None
    if order is not None:
        who = seat.staff.sign_in if seat else "duty"
        add_event(session, order, "person_connected", who, now, place=place.id)


def _move(session: Session, call_sid: str, path: str, key: int | None, now: datetime) -> None:
    payload = {"call_sid": call_sid, "path": path}
    outbox.send(session, OutgoingKind.MOVE_CALL, f"move:{key}:{path}"[:120], payload, now)


def _place(session: Session, sent: Outgoing) -> LinePlace:
    wanted = select(LinePlace).where(LinePlace.id == sent.payload["place_id"]).with_for_update(of=LinePlace)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def _seat(session: Session, sent: Outgoing) -> SeatRow | None:
    seat_id = sent.payload.get("seat_id")
    if seat_id is None:
        return None
    wanted = select(SeatRow).where(SeatRow.id == seat_id).with_for_update(of=SeatRow)
    return session.scalar(wanted.execution_options(populate_existing=True))
