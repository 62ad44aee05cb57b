"""Agents who dial in from any telephone and stay on the line: let in by number and PIN, and gone when they hang up.

Their calls are nobody's but their own: no citizen's call, no place in the line. Nothing is committed here.
"""

import enum
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import LinePlace, Outgoing, PlaceState, Role, SeatCall, SeatRow, SeatState, Staff
from core.settings import Settings
from routing.line.matching import match
from routing.line.seats import seat_of, set_state
from routing.line.talks import agent_hung_up

TRIES_A_CALL = 3
_FAILURES_UNTIL_LOCKED = 5
_LOCKED_FOR = timedelta(minutes=15)
_SILENT_FOR = timedelta(seconds=90)
"""Who stays on the line is heard of every twenty seconds, unless they are asked to take somebody, or talk."""
_TAKE_CALLS = (Role.AGENT, Role.SUPERVISOR)
_IN_A_CALL = (SeatState.RINGING, SeatState.TALKING)


class Entry(enum.StrEnum):
    """What became of one number and PIN."""

    IN = "in"
    WRONG = "wrong"
    LOCKED = "locked"
    BUSY = "busy"  # their seat has a call of its own: another telephone can't take its place now


def seat_call(session: Session, call_sid: str, now: datetime) -> SeatCall:
    """Return an agent's own call, noted when it is first heard of; nobody else changes it until the commit."""
    wanted = select(SeatCall).where(SeatCall.call_sid == call_sid).with_for_update(of=SeatCall)
    own = session.scalar(wanted.execution_options(populate_existing=True))
    if own is None:
        own = SeatCall(call_sid=call_sid, turn=0, agent_number="", tries=0, began_at=now, heard_at=now)
        session.add(own)
    own.heard_at = now
    session.flush()
    return own


def whose_number(session: Session, agent_number: str) -> Staff | None:
    """Return who has this agent number and may take calls by PIN."""
    wanted = select(Staff).where(Staff.agent_number == agent_number, Staff.active, Staff.role.in_(_TAKE_CALLS))
    found = session.scalar(wanted.with_for_update(of=Staff).execution_options(populate_existing=True))
    return found if found is not None and found.pin_hash else None


def locked_for(staff: Staff | None, now: datetime) -> timedelta:
    """Return for how long no PIN of theirs is looked at, right or wrong; nothing when it would be."""
    until = staff.pin_locked_until if staff else None
    return max(until - now, timedelta()) if until else timedelta()


def let_in(session: Session, own: SeatCall, staff: Staff | None, now: datetime, *, right: bool) -> Entry:
    """Take a PIN that was `right` or not: who is let in is available from now on and is asked on this very call.

    Three tries a call; five wrong PINs in a row lock the number for a quarter of an hour, whoever keyed them in, so
    that six digits can't be guessed by ringing again and again.
    """
    if locked_for(staff, now):
        return Entry.LOCKED
    if staff is None or not right:
        own.tries += 1
        return Entry.LOCKED if staff is not None and _failed(staff, now) else Entry.WRONG
    staff.pin_failures, staff.pin_locked_until = 0, None
    seat = session.get_one(SeatRow, seat_of(session, staff, now).id, with_for_update={"of": SeatRow})
    if seat.state in _IN_A_CALL:
        return Entry.BUSY
    own.seat_id, seat.dialled_in_sid = seat.id, own.call_sid
    set_state(session, seat, SeatState.AVAILABLE, now)
    session.flush()
    match(session, now)
    return Entry.IN


def seat_on_line(session: Session, own: SeatCall) -> SeatRow | None:
    """Return the seat that is served by this call; None before the sign-in, and when another serves it by now."""
    seat = session.get(SeatRow, own.seat_id, with_for_update={"of": SeatRow}) if own.seat_id else None
    return seat if seat is not None and seat.dialled_in_sid == own.call_sid else None


def asked_to_take(session: Session, seat: SeatRow) -> Outgoing | None:
    """Return what an agent on the line is asked just now, if the move that brings them there was lost."""
    wanted = select(LinePlace.outgoing_id).where(LinePlace.seat_id == seat.id, LinePlace.state == PlaceState.OFFERED)
    sent = session.get(Outgoing, session.scalar(wanted) or 0)
    return (
        sent if sent is not None and sent.attempt_id and sent.payload.get("call_sid") == seat.dialled_in_sid else None
    )


def sign_off(session: Session, seat: SeatRow, now: datetime) -> None:
    """Let an agent go home by telephone."""
    seat.dialled_in_sid, seat.next_state = None, None
    set_state(session, seat, SeatState.OFFLINE, now)


def left(session: Session, settings: Settings, call_sid: str, now: datetime) -> None:
    """Note that an agent has hung up: whom they were asked to take, or had and did not finish, goes back."""
    own = seat_call(session, call_sid, now)
    own.ended_at = own.ended_at or now
    seat = seat_on_line(session, own)
    held = select(LinePlace.outgoing_id).where(
        LinePlace.seat_id == own.seat_id, LinePlace.state.in_((PlaceState.OFFERED, PlaceState.TAKEN))
    )
    sent = session.get(Outgoing, (session.scalar(held) if own.seat_id else None) or 0)
    if sent is not None and sent.carrier_sid == call_sid:
        agent_hung_up(session, settings, sent, now)
    if seat is not None:
        sign_off(session, seat, now)
        match(session, now)


def forget_the_silent(session: Session, now: datetime) -> None:
    """Sign off agents of whom nothing was heard for long, and whose hanging up was never told."""
    silent = select(SeatCall).where(SeatCall.ended_at.is_(None), SeatCall.heard_at <= now - _SILENT_FOR)
    for own in session.scalars(silent).all():
        seat = seat_on_line(session, own)
        if seat is None or seat.state not in _IN_A_CALL:
            own.ended_at = now
            if seat is not None:
                sign_off(session, seat, now)


def _failed(staff: Staff, now: datetime) -> bool:
    """Count a wrong PIN; True when it was one too many."""
    staff.pin_failures += 1
    if staff.pin_failures < _FAILURES_UNTIL_LOCKED:
        return False
    staff.pin_failures, staff.pin_locked_until = 0, now + _LOCKED_FOR
    return True
