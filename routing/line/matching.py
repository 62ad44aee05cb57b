"""Brings waiting callers and free agents together, through the outbox: one telephone after the other, or all at once.

Called in the transaction in which somebody joins the line, becomes free or declines, and by the clock for the rest.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.models import RANK_OF_DANGER, Channel, ContactKind, LinePlace, OutgoingKind, PlaceState, SeatState, Urgency
from core.settings import Settings
from routing.line.changing import change
from routing.line.offering import Offer, offer_next
from routing.line.seats import available, can_be_rung, set_state, way_to
from routing.orders.whom_to_ring import contacts_now, on_duty

SECONDS_UNTIL_WITHDRAWN = 45
"""For ringing and the whisper together; the carrier tells sooner of a telephone that nobody picks up."""
_ALONE = timedelta(seconds=20)
_RING_ALL_AGAIN_SECONDS = 60
_STILL_ALONE = (PlaceState.WAITING, PlaceState.OFFERED)


def match(session: Session, now: datetime) -> int:
    """Offer the next caller to every agent who is free, the longest idle first; returns how many are being rung."""
    offers = [
        offer_next(session, seat, now, SECONDS_UNTIL_WITHDRAWN) for seat in available(session) if can_be_rung(seat)
    ]
    for offered in filter(None, offers):
        ring_agent(session, offered, now)
    return sum(offered is not None for offered in offers)


def ring_agent(session: Session, offered: Offer, now: datetime) -> None:
    """Write the call to an agent to whom a caller is offered."""
    place, seat = offered.place, offered.seat
    payload = {**way_to(seat), "place_id": place.id, "seat_id": seat.id}
    rank = RANK_OF_DANGER if place.urgency is Urgency.RED else None
    key = f"agent_call:{place.id}:{place.revision}"
    row = outbox.send(session, OutgoingKind.AGENT_CALL, key, payload, now, rank=rank)
    change(session, place, (PlaceState.OFFERED,), outgoing_id=row.id)


def ring_everybody(session: Session, settings: Settings, now: datetime) -> int:
    """Ring all free agents, the people on duty and the supervisors for each red who has been alone for 20 seconds.

    Again every minute; the first to press 1 has them. Returns how many telephones are rung.
    """
    alone = select(LinePlace).where(
        LinePlace.state.in_(_STILL_ALONE),
        LinePlace.urgency == Urgency.RED,
        LinePlace.channel == Channel.HOLDING,
        LinePlace.channel_since <= now - _ALONE,
    )
    return sum(_ring_all(session, settings, place, now) for place in session.scalars(alone).all())


def _ring_all(session: Session, settings: Settings, place: LinePlace, now: datetime) -> int:
    seats = {_where(way_to(seat)): seat for seat in available(session) if can_be_rung(seat)}
    duty = on_duty(session, settings, now)
    supervisors = [contact.phone for contact in contacts_now(session, ContactKind.SUPERVISOR, None, now)]
    ways = [{"to": phone} for phone in (*duty, *supervisors)] + [way_to(seat) for seat in seats.values()]
    turn = int((now - place.channel_since).total_seconds() // _RING_ALL_AGAIN_SECONDS)
    rung = set()
    for where, way in {_where(way): way for way in ways}.items():
        seat_id = seats[where].id if where in seats else None
        payload = {**way, "place_id": place.id, "seat_id": seat_id, "everybody": True}
        key = f"everybody:{place.id}:{turn}:{where}"
        row = outbox.send(session, OutgoingKind.AGENT_CALL, key, payload, now, rank=RANK_OF_DANGER)
        if row.written_at == now:
            rung.add(where)
    for where in rung & seats.keys():
        set_state(session, seats[where], SeatState.RINGING, now)
    return len(rung)


def _where(way: Mapping[str, str | None]) -> str | None:
    return way.get("call_sid") or way.get("to")
