"""What becomes of a caller whom an agent is asked to take: taken, refused, talked to, lost; each told but once.

Nothing is committed here. Calls are moved and placed through the outbox.
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
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
)
from core.settings import Settings
from routing.line.callback_policy import Outcome
from routing.line.changing import change
from routing.line.matching import SECONDS_UNTIL_WITHDRAWN, match
from routing.line.moving import call_now, move_caller
from routing.line.offering import accept, decline, lose_agent, take_first
from routing.line.places import close, place_of_sent
from routing.line.ringing_citizens import citizen_missed, ring_again, ring_citizen, tell_order
from routing.line.seats import set_state

_OUT_OF_CONFERENCE_AFTER = timedelta(seconds=3)


def place_offered(session: Session, sent: Outgoing) -> LinePlace | None:
    """Return the place that a call to an agent is about, if it is still theirs to take; locked until the commit."""
    place = place_of_sent(session, sent)
    if "joins" in sent.payload:
        goes_on = place.state is PlaceState.TAKEN and place.outgoing_id == sent.payload["joins"]
        is_asked = sent.payload.get("seat_id") is None or _seat(session, sent) is not None
        return place if goes_on and is_asked else None
    if place.state is PlaceState.OFFERED and place.outgoing_id == sent.id:
        return place
    is_free = place.state in (PlaceState.WAITING, PlaceState.OFFERED)
    return place if sent.payload.get("everybody") and is_free else None


def take(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> LinePlace | None:
    """Give the caller to the agent who has pressed 1, and bring both together; None when they came too late.

    Then the agent is free again as soon as their telephone is. The same key told twice is one. Who was rung for a
    three-way call comes in beside the agent.
    """
    place, seat = place_of_sent(session, sent), _seat(session, sent)
    if place.state is PlaceState.TAKEN and place.outgoing_id == sent.id:
        return place
    if "joins" in sent.payload:
        return _come_in(session, sent, seat, now)
    if place_offered(session, sent) is None or not _accepted(session, place, seat, sent, now):
        came_too_late(session, sent)
        return None
    _bring_together(session, settings, place, now)
    return place


def _come_in(session: Session, sent: Outgoing, seat: SeatRow | None, now: datetime) -> LinePlace | None:
    """Let somebody in beside the agent; None when that talk is over, or is another's."""
    place = place_offered(session, sent)
    if place is not None and seat is not None:
        set_state(session, seat, SeatState.TALKING, now)
    return place


def came_too_late(session: Session, sent: Outgoing) -> None:
    """Note that an agent's caller was gone before they could be taken: the agent is available again after the call."""
    seat = _seat(session, sent)
    if seat is not None:
        seat.next_state = seat.next_state or SeatState.AVAILABLE


def agent_rings(session: Session, sent: Outgoing, now: datetime) -> None:
    """Count the time to accept from now on: a call that waits for its turn in the outbox is nobody's refusal."""
    place = place_of_sent(session, sent)
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
    place = place_of_sent(session, sent)
    if place.state is PlaceState.OFFERED and place.outgoing_id == sent.id:
        decline(session, place, now)
        match(session, now)


def agent_hung_up(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> None:
    """Note that an agent's telephone is free: what they had and did not finish goes back, and they go on.

    An agent who drops off while somebody talks to them, or waits for them, has lost the line, not finished.
    """
    place, seat = place_of_sent(session, sent), _seat(session, sent)
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
    if place.channel is Channel.HOLDING:
        lose_agent(session, place, now)
    else:
        ring_again(session, settings, place, now)
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
    if place.state is PlaceState.TAKEN and place.channel is Channel.HOLDING:
        ring_citizen(session, settings, place, now)


def not_placed(session: Session, settings: Settings, sent: Outgoing, now: datetime) -> None:
    """Go on after a call of the line that the carrier refused: the next agent, or a person rings the citizen."""
    if sent.kind is OutgoingKind.AGENT_CALL:
        agent_hung_up(session, settings, sent, now)
        _gone_from_the_line(session, sent, now)
        return
    place = place_of_sent(session, sent)
    if place.outgoing_id == sent.payload["agent_call"]:
        citizen_missed(session, settings, place, Outcome.REFUSED, now)


def _gone_from_the_line(session: Session, sent: Outgoing, now: datetime) -> None:
    """Sign off an agent who had dialled in and whose call is over, as the carrier says that it can't be moved."""
    seat = session.get(SeatRow, sent.payload["seat_id"]) if "call_sid" in sent.payload else None
    if seat is not None and seat.dialled_in_sid == sent.payload["call_sid"]:
        seat.dialled_in_sid = None
        set_state(session, seat, SeatState.OFFLINE, now)


def _call_out_of_the_conference(session: Session, place: LinePlace, sent: Outgoing, now: datetime) -> None:
    """Move a caller whom an agent left before entering the conference: it never began, so it ends by nothing else.

    Not at once: as a rule the conference has just ended for the caller too, who then goes on by themselves.
    """
    call = call_now(session, place)
    if call.dialogue.get("place") == "talking" and call.ended_at is None:
        payload = {"call_sid": call.call_sid, "path": f"turns/{call.turn}/talked", "if_still_in_turn": call.turn}
        out_at = now + _OUT_OF_CONFERENCE_AFTER
        outbox.send(session, OutgoingKind.MOVE_CALL, f"out:{place.id}:{sent.id}", payload, now, due_at=out_at)


def _bring_together(session: Session, settings: Settings, place: LinePlace, now: datetime) -> None:
    """Move the caller to their agent, or ring them if they wait for a callback."""
    call = call_now(session, place)
    if place.channel is Channel.HOLDING and call.ended_at is None:
        move_caller(session, call, "taken", place.outgoing_id, now)
        tell_order(session, place, now)
    else:  # or they came into the line by a webhook that was told after their end
        ring_citizen(session, settings, place, now)


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


def _seat(session: Session, sent: Outgoing) -> SeatRow | None:
    """Return the seat of whoever is called; None for other people, and for who was asked into another talk since."""
    seat_id = sent.payload.get("seat_id")
    if seat_id is None:
        return None
    wanted = select(SeatRow).where(SeatRow.id == seat_id).with_for_update(of=SeatRow)
    seat = session.scalar(wanted.execution_options(populate_existing=True))
    is_past = "joins" in sent.payload and seat is not None and seat.joins_id != sent.id
    return None if is_past else seat
