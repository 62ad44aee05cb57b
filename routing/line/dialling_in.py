"""Agents who dial in from any telephone and stay on the line: let in by number and PIN, and gone when they hang up.

Their calls are nobody's but their own: no citizen's call, no place in the line. Nothing is committed here.
"""

import enum
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.models import LinePlace, Outgoing, PlaceState, Role, SeatCall, SeatRow, SeatState, Staff
from core.settings import Settings
from routing.line.matching import match
from routing.line.pin_tries import MayTry
from routing.line.seats import IN_A_CALL, seat_of, set_state
from routing.line.talks import agent_hung_up
from routing.line.wrong_pins import WITHHELD, forget_own, may_try_now, note_wrong, wrong_since

TRIES_A_CALL = 3
_SILENT_FOR = timedelta(seconds=90)
"""Who stays on the line is heard of every twenty seconds, unless they are asked to take somebody, or talk."""
_TAKE_CALLS = (Role.AGENT, Role.SUPERVISOR)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Entry(enum.StrEnum):
    """What became of one number and PIN."""

    IN = "in"
    WRONG = "wrong"
    LOCKED = "locked"  # this telephone was wrong too often
    LATER = "later"  # not looked at now: tries are slowed down, or the PIN was changed in this moment
    BUSY = "busy"  # their seat has a call of its own: another telephone can't take its place now


@dataclass(frozen=True)
class PinAsked:
    """What a PIN that was keyed in is to be compared with."""

    agent_number: str
    pin_hash: str | None
    """None: nobody has this agent number, which nobody is to learn."""


@dataclass(frozen=True)
class ComparedPin:
    """How a PIN compared before the transaction that acts on it; it holds only if nothing has changed meanwhile."""

    asked: PinAsked
    is_right: bool


def seat_call(session: Session, call_sid: str, now: datetime, telephone: str = WITHHELD) -> SeatCall:
    """Return an agent's own call, noted when it is first heard of; nobody else changes it until the commit."""
    wanted = select(SeatCall).where(SeatCall.call_sid == call_sid).with_for_update(of=SeatCall)
    own = session.scalar(wanted.execution_options(populate_existing=True))
    if own is None:
        own = SeatCall(call_sid=call_sid, telephone=telephone, turn=0, agent_number="", tries=0, began_at=now)
        session.add(own)
    own.heard_at = now
    session.flush()
    return own


def pin_asked(session: Session, call_sid: str, turn: int, now: datetime) -> PinAsked | None:
    """Return what a PIN that comes now is to be compared with; None when none is looked at. Locks nothing."""
    own = session.scalar(select(SeatCall).where(SeatCall.call_sid == call_sid))
    if own is None or own.seat_id or own.turn != turn or not own.agent_number:
        return None
    staff = session.scalar(_whose(own.agent_number))
    if not may_try_now(session, own.agent_number, own.telephone, staff, now).now:
        return None
    return PinAsked(own.agent_number, staff.pin_hash if staff else None)


def may_try_here(session: Session, own: SeatCall, now: datetime) -> MayTry:
    """Tell whether a PIN for the agent number that was keyed in is looked at on this call."""
    return may_try_now(session, own.agent_number, own.telephone, _locked(session, own.agent_number), now)


def let_in(session: Session, own: SeatCall, compared: ComparedPin | None, now: datetime) -> Entry:
    """Act on a PIN: who is let in is available from now on and is asked on this very call.

    Three tries a call; what a telephone and an agent number are allowed is in `pin_tries`. Whether it may be tried is
    asked again here, so that of many who try at once only as many learn something as may.
    """
    staff = _locked(session, own.agent_number)
    may = may_try_now(session, own.agent_number, own.telephone, staff, now)
    if may.locked_for:
        return Entry.LOCKED
    if compared is None or may.wait or compared.asked != PinAsked(own.agent_number, staff.pin_hash if staff else None):
        own.tries += 1
        return Entry.LATER
    if staff is None or not compared.is_right:
        own.tries += 1
        note_wrong(session, own.agent_number, own.telephone, staff, now)
        return Entry.WRONG
    seat = session.get_one(SeatRow, seat_of(session, staff, now).id, with_for_update={"of": SeatRow})
    if seat.state in IN_A_CALL:
        return Entry.BUSY
    forget_own(session, own.agent_number, own.telephone)
    own.seat_id, seat.dialled_in_sid = seat.id, own.call_sid
    set_state(session, seat, SeatState.AVAILABLE, now)
    session.flush()
    match(session, now)
    return Entry.IN


def wrong_meanwhile(session: Session, own: SeatCall) -> int:
    """Return how many wrong PINs were keyed in for an agent, since they came in the last time."""
    before = select(func.max(SeatCall.began_at)).where(SeatCall.seat_id == own.seat_id, SeatCall.id != own.id)
    return wrong_since(session, own.agent_number, session.scalar(before) or _LONG_AGO)


def seat_on_line(session: Session, own: SeatCall) -> SeatRow | None:
    """Return the seat that is served by this call; None before the sign-in, and when another serves it by now."""
    seat = session.get(SeatRow, own.seat_id, with_for_update={"of": SeatRow}) if own.seat_id else None
    return seat if seat is not None and seat.dialled_in_sid == own.call_sid else None


def asked_to_take(session: Session, seat: SeatRow) -> Outgoing | None:
    """Return what an agent on the line is asked just now, if the move that brings them there was lost."""
    if seat.state is not SeatState.RINGING:
        return None
    wanted = select(LinePlace.outgoing_id).where(LinePlace.seat_id == seat.id, LinePlace.state == PlaceState.OFFERED)
    sent = session.get(Outgoing, seat.joins_id or session.scalar(wanted) or 0)
    is_on_this_call = sent is not None and sent.attempt_id and sent.payload.get("call_sid") == seat.dialled_in_sid
    return sent if is_on_this_call else None


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
        if seat is None or seat.state not in IN_A_CALL:
            own.ended_at = now
            if seat is not None:
                sign_off(session, seat, now)


def _whose(agent_number: str) -> Select[Staff]:
    """Return the question who has this agent number and may take calls by PIN."""
    may_come = Staff.active & Staff.role.in_(_TAKE_CALLS) & Staff.pin_hash.is_not(None)
    return select(Staff).where(Staff.agent_number == agent_number, may_come)


def _locked(session: Session, agent_number: str) -> Staff | None:
    """Return who has an agent number; of two who try it at once the second waits."""
    theirs = _whose(agent_number).with_for_update(of=Staff).execution_options(populate_existing=True)
    return session.scalar(theirs)
