"""Plain factories of the line: places, seats, a talk of both; and what was sent out for them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from core.models import Call, Caller, Outgoing, OutgoingKind, Role, SeatRow, SeatState, Urgency
from core.settings import Settings
from routing.line.matching import match
from routing.line.offering import offer_next
from routing.line.places import choose_callback, join
from routing.line.talks import take
from tests.factories import make_staff
from tests.rows import NOON

CITY = ZoneInfo("Asia/Shanghai")
NUMBER = "+8613800138000"
DUTY = "+8613911110000"
SETTINGS = Settings(duty_phones=(DUTY,))
NUMBERS = [f"+861380013800{digit}" for digit in range(10)]


def minutes(number):
    return NOON + timedelta(minutes=number)


def seconds(number):
    return NOON + timedelta(seconds=number)


def a_call(session, number=NUMBER, at=NOON):
    caller = session.query(Caller).filter_by(number=number).one_or_none() if number else None
    serial = session.query(Call).count()
    caller = caller or Caller(number=number, key_id=f"key{serial}")
    call = Call(call_sid=f"CA{serial:032d}", caller=caller, dialogue={}, started_at=at)
    session.add(call)
    session.flush()
    return call


def a_place(session, number=NUMBER, at=NOON, urgency=Urgency.GREEN, **values):
    return join(session, a_call(session, number, at), language="zh", urgency=urgency, now=at, **values)


def promised(session, place, by):
    """Let a caller choose a callback to their own number, by a moment that they are told."""
    assert choose_callback(session, place, number=place.number, promised_by=by, now=NOON, zone=CITY)


def a_seat(session, sign_in="li", languages=("zh",), skills=()):
    seat = SeatRow(
        staff_id=make_staff(session, sign_in, role=Role.AGENT).id,
        telephone="+8613900139000",
        languages=list(languages),
        skills=list(skills),
        state=SeatState.AVAILABLE,
        state_since=NOON,
    )
    session.add(seat)
    session.flush()
    return seat


def offered(session, seat, now=NOON):
    got = offer_next(session, seat, now)
    assert got is not None
    return got.place


def sent(session, kind=OutgoingKind.AGENT_CALL):
    rows = session.query(Outgoing).filter_by(kind=kind).order_by(Outgoing.id).all()
    for row in rows:
        row.carrier_sid, row.attempt_id = row.carrier_sid or f"CA-out-{row.id}", row.attempt_id or f"attempt{row.id}"
    session.flush()
    return rows


def taken(session, **values):
    """A place that the agent `li` has."""
    seat, place = a_seat(session), a_place(session, **values)
    match(session, NOON)
    (call,) = sent(session)
    assert take(session, SETTINGS, call, NOON) is place
    return seat, place, call


def moves(session):
    return [row.payload["path"] for row in sent(session, OutgoingKind.MOVE_CALL)]
