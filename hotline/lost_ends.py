"""Ends of calls that nobody told us of: the carrier is asked, and what its webhook would have told is taken from there.

Without it a talk both of whose ends were lost would hold its agent until the next comparison of all lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import CarrierError
from core.house import House
from core.logs import get_logger
from core.models import Channel, LinePlace, Outgoing, PlaceState
from ivr.handling import handle_committed
from ivr.outbound import Carrier, carrier
from routing.line.citizen_first import callback_key

log = get_logger()

LOOKED_AT_AFTER = timedelta(seconds=60)
"""A talk that has lasted so long is looked at, and again in a minute: by then a webhook is not late any more."""
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True)
class Leg:
    """A call of a talk, and the webhook below /voice/ that tells its end."""

    call_sid: str
    path: str
    to: str = ""


def end_lost_talks(house: House) -> int:
    """Take the ends of talks that the carrier knows and we do not; returns how many calls had ended.

    A carrier that can't be asked is asked again in a minute.
    """
    with house.database.reading() as session:
        legs = list(_legs(session, house.settings.seat_number, now() - LOOKED_AT_AFTER))
    if not legs:
        return 0
    try:
        sender = carrier(house.settings)
        going_on = sender.calls_going_on()
        return sum(tell_end(house, sender, leg) for leg in legs if leg.call_sid not in going_on)
    except CarrierError as error:
        log.warning("talks_not_looked_at", reason=str(error))
        return 0


def tell_end(house: House, sender: Carrier, leg: Leg) -> bool:
    """Take the end of one call as if it had been told; False while it lasts. One that is unknown there is over.

    Raises:
        CarrierError: the carrier could not be asked.
    """
    status = sender.call_status(leg.call_sid) or "completed"
    if status not in _OVER:
        return False
    handle_committed(house, leg.path, {"CallSid": leg.call_sid, "CallStatus": status, "To": leg.to}, now())
    log.warning("end_never_told", call_sid=leg.call_sid)
    return True


def leg_of_move(path: str, call_sid: str, *, seat_number: str = "", dialled_in: bool = False) -> Leg:
    """Return the call that could not be moved to a path, whose end nobody has told."""
    if dialled_in:
        return Leg(call_sid, "status", seat_number)
    door, _, rest = path.partition("/")
    return Leg(call_sid, f"{door}/{rest.partition('/')[0]}/status") if door == "agents" else Leg(call_sid, "status")


def _legs(session: Session, seat_number: str, since: datetime) -> Iterator[Leg]:
    """Yield the citizens' calls first: who has talked is then not put back into the line by their agent's end."""
    talks = session.scalars(
        select(LinePlace).where(LinePlace.state == PlaceState.TAKEN, LinePlace.taken_at <= since)
    ).all()
    for place in talks:
        if place.channel is Channel.HOLDING:
            yield Leg(place.call.call_sid, "status")
        elif rung := session.scalar(select(Outgoing).where(Outgoing.idempotency_key == callback_key(place))):
            yield from _placed(rung, "callbacks")
    for place in talks:
        agents = session.get(Outgoing, place.outgoing_id) if place.outgoing_id else None
        if agents is not None and "call_sid" in agents.payload:
            yield Leg(agents.payload["call_sid"], "status", seat_number)
        elif agents is not None:
            yield from _placed(agents, "agents")


def _placed(call: Outgoing, door: str) -> Iterator[Leg]:
    if call.carrier_sid:
        yield Leg(call.carrier_sid, f"{door}/{call.attempt_id}/status")
