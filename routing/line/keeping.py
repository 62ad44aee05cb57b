"""What the clock does about the line: callbacks come due, offers expire, seats that were forgotten go on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import LinePlace, Outgoing, PlaceState, SeatRow, SeatState
from core.settings import Settings
from routing.line.dialling_in import forget_the_silent
from routing.line.matching import match, ring_everybody
from routing.line.offering import decline, expired_offers
from routing.line.places import come_due, wait_for_next_window
from routing.line.ringing_citizens import kept_in_vain
from routing.line.seats import set_state

_FORGOTTEN = timedelta(seconds=90)
"""So long no telephone rings: a seat that still does has lost its call."""


def keep_line(session: Session, settings: Settings, now: datetime) -> int:
    """Do what is due with the line; returns how many telephones are rung."""
    come_due(session, now)
    wait_for_next_window(session, now, ZoneInfo(settings.time_zone))
    for place in expired_offers(session, now):
        if not kept_in_vain(session, settings, place, now):
            decline(session, place, now)
    _go_on(session, SeatState.RINGING, SeatState.BREAK, now - _FORGOTTEN, now)
    _end_talks(session, now)
    forget_the_silent(session, now)
    if settings.wrap_up_seconds:
        since = now - timedelta(seconds=settings.wrap_up_seconds)
        _go_on(session, SeatState.WRAP_UP, SeatState.AVAILABLE, since, now)
    return ring_everybody(session, settings, now) + match(session, now)


def _end_talks(session: Session, now: datetime) -> None:
    """Let agents go on whose caller has gone, if the carrier never told that their telephone is free."""
    busy = (LinePlace.state == PlaceState.TAKEN) | (LinePlace.closed_at > now - _FORGOTTEN)
    with_somebody = select(LinePlace.seat_id).where(busy, LinePlace.seat_id.is_not(None))
    asked_in = select(SeatRow.id).join(Outgoing, SeatRow.joins_id == Outgoing.id)
    beside_somebody = asked_in.join(LinePlace, LinePlace.outgoing_id == Outgoing.payload["joins"].as_integer())
    wanted = select(SeatRow).where(
        SeatRow.state == SeatState.TALKING,
        SeatRow.state_since <= now - _FORGOTTEN,
        SeatRow.id.not_in(with_somebody),
        SeatRow.id.not_in(beside_somebody.where(busy)),
    )
    for seat in session.scalars(wanted.with_for_update(of=SeatRow, skip_locked=True)).all():
        set_state(session, seat, seat.next_state or SeatState.WRAP_UP, now)
        seat.next_state = None


def _go_on(session: Session, state: SeatState, to: SeatState, since: datetime, now: datetime) -> None:
    """Change seats that have been in a state for too long, and have no live offer."""
    offered = select(LinePlace.seat_id).where(LinePlace.state == PlaceState.OFFERED, LinePlace.seat_id.is_not(None))
    wanted = select(SeatRow).where(SeatRow.state == state, SeatRow.state_since <= since, SeatRow.id.not_in(offered))
    for seat in session.scalars(wanted.with_for_update(of=SeatRow, skip_locked=True)).all():
        set_state(session, seat, seat.next_state or to, now)
        seat.next_state = None
