"""A call centre of two agents and two who dial in: what they choose, and who talked to whom."""

from sqlalchemy import select

from core.clock import now
from core.models import (
    LinePlace,
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
    Staff,
)
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from simulator import (
    Answer,
    Caller,
    Press,
    Talk,
)
from tests.house import RunningHouse, until

LI, CHEN = "+8613911120001", "+8613911120002"
SEATS, PIN = "+8657100000009", "739162"
TAKES = Answer(Caller([Press("1"), Talk(200, then_hang_up=False)], patience=9), ring_seconds=2)
ZERO = Press("0", barge_in=True)


def seats(house: RunningHouse, **states: SeatState) -> None:
    """What agents choose on their page."""
    with house.house.database.transaction() as session:
        for name, state in states.items():
            staff = session.scalars(select(Staff).where(Staff.sign_in == name)).one()
            choose_state(session, seat_of(session, staff, now()), state, now())


def state_of(house: RunningHouse, name: str) -> SeatState:
    with house.house.database.reading() as session:
        return session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == name)).one().state


def place_of(house: RunningHouse, number: str) -> LinePlace | None:
    with house.house.database.reading() as session:
        places = select(LinePlace).where(LinePlace.number == number)
        return session.scalar(places.order_by(LinePlace.id.desc()))


def talked(house: RunningHouse, one: str, other: str) -> bool:
    """Whether two telephones could hear each other."""
    numbers = {call.sid: {call.from_number, call.to_number} for call in house.carrier.calls}
    pairs = [numbers[first] | numbers[second] for first, second in (talk.call_sids for talk in house.carrier.talks)]
    return any({one, other} <= pair for pair in pairs)


def done(house: RunningHouse, number: str) -> LinePlace:
    """Wait for the end of a place in the line, in which somebody talked to the citizen."""
    place = until(lambda: (found := place_of(house, number)) and found.state is PlaceState.DONE and found)
    assert place.outcome is PlaceOutcome.TALKED
    return place
