"""Agents who dial in, in both databases: who is let in, who is locked out, what becomes of callers when they go."""

from datetime import timedelta

import pytest

from core.models import OutgoingKind, PlaceState, Role, SeatState, Urgency
from core.settings import Settings
from routing.line.desk import choose_state
from routing.line.dialling_in import (
    Entry,
    asked_to_take,
    forget_the_silent,
    left,
    let_in,
    locked_for,
    seat_call,
    seat_on_line,
    whose_number,
)
from routing.line.keeping import keep_line
from routing.line.matching import match, ring_everybody
from routing.line.seats import seat_of
from routing.line.talks import agent_lost, not_placed, take
from tests.factories import make_staff
from tests.routing.line.test_matching import sent
from tests.routing.line.test_places import a_place, a_seat
from tests.rows import NOON

SETTINGS = Settings()
SID = "CA-own-call"


def minutes(number):
    return NOON + timedelta(minutes=number)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def sun(session, **values):
    return make_staff(session, "sun", **{"agent_number": "1001", "pin_hash": "a hash", **values})


def dialled_in(session, sid=SID, at=NOON):
    staff = whose_number(session, "1001") or sun(session)
    own = seat_call(session, sid, at)
    assert let_in(session, own, staff, at, right=True) is Entry.IN
    return own, seat_of(session, staff, at)


def test_who_is_let_in_is_available_and_asked_on_their_own_call(session):
    place = a_place(session)
    own, seat = dialled_in(session)
    (call,) = sent(session)
    assert (seat.state, seat.telephone, seat_on_line(session, own)) == (SeatState.RINGING, None, seat)
    assert (call.payload["call_sid"], "to" in call.payload) == (SID, False)
    assert asked_to_take(session, seat) is call
    assert place.outgoing_id == call.id


@pytest.mark.parametrize(
    "values", [{"active": False}, {"role": Role.HANDLER}, {"pin_hash": None}, {"agent_number": "7"}]
)
def test_who_may_not_take_calls_by_pin_has_no_number(session, values):
    sun(session, **values)
    assert whose_number(session, "1001") is None


def test_five_wrong_pins_lock_a_number_for_a_quarter_of_an_hour_against_the_right_one_too(session):
    staff = sun(session)
    calls = [seat_call(session, f"CA{number}", NOON) for number in range(2)]
    given = [let_in(session, calls[number > 2], staff, NOON, right=False) for number in range(5)]
    assert given == [Entry.WRONG] * 4 + [Entry.LOCKED]
    assert [call.tries for call in calls] == [3, 2]
    assert let_in(session, calls[1], staff, minutes(14), right=True) is Entry.LOCKED
    assert (calls[1].tries, locked_for(staff, minutes(14))) == (2, timedelta(minutes=1))
    assert let_in(session, calls[1], staff, minutes(15), right=True) is Entry.IN


def test_the_right_pin_forgets_the_wrong_ones(session):
    staff = sun(session)
    for _ in range(3):
        own = seat_call(session, SID, NOON)
        for right in (False, False, True):
            assert let_in(session, own, staff, NOON, right=right) is not Entry.LOCKED


def test_a_seat_that_has_a_call_is_not_taken_over_and_else_the_newer_telephone_counts(session):
    first, seat = dialled_in(session)
    seat.state = SeatState.TALKING
    second = seat_call(session, "CA-second", NOON)
    assert let_in(session, second, seat.staff, NOON, right=True) is Entry.BUSY
    assert seat_on_line(session, first) is seat
    seat.state = SeatState.BREAK
    assert let_in(session, second, seat.staff, NOON, right=True) is Entry.IN
    assert (seat_on_line(session, first), seat_on_line(session, second)) == (None, seat)
    left(session, SETTINGS, SID, NOON)
    assert (seat.state, seat.dialled_in_sid) == (SeatState.AVAILABLE, "CA-second")


def test_who_hangs_up_while_asked_or_talking_gives_their_caller_back_and_is_gone(session):
    place = a_place(session)
    _, seat = dialled_in(session)
    sent(session)[0].carrier_sid = SID
    left(session, SETTINGS, SID, NOON)
    assert (place.state, seat.state, seat.dialled_in_sid) == (PlaceState.WAITING, SeatState.OFFLINE, None)
    _, seat = dialled_in(session, "CA-second")
    call = sent(session)[1]
    call.carrier_sid = "CA-second"
    assert take(session, SETTINGS, call, NOON) is place
    left(session, SETTINGS, "CA-second", NOON)
    assert (place.state, seat.state) == (PlaceState.WAITING, SeatState.OFFLINE)


def test_a_talk_that_breaks_off_leaves_an_agent_on_the_line_with_a_break(session):
    place = a_place(session)
    _, seat = dialled_in(session)
    take(session, SETTINGS, sent(session)[0], NOON)
    agent_lost(session, SETTINGS, place, NOON)
    assert (seat.state, seat.dialled_in_sid) == (SeatState.BREAK, SID)
    choose_state(session, seat, SeatState.AVAILABLE, NOON)
    assert seat.state is SeatState.RINGING


def test_an_agent_whose_call_can_no_longer_be_moved_is_signed_off_and_the_next_is_asked(session):
    place = a_place(session)
    _, seat = dialled_in(session)
    next_seat = a_seat(session)
    not_placed(session, SETTINGS, sent(session)[0], NOON)
    assert (seat.state, seat.dialled_in_sid) == (SeatState.OFFLINE, None)
    assert (place.state, place.seat_id) == (PlaceState.OFFERED, next_seat.id)


def test_who_is_not_heard_of_for_long_is_signed_off_but_not_while_they_talk(session):
    own, seat = dialled_in(session)
    forget_the_silent(session, minutes(1))
    assert seat.state is SeatState.AVAILABLE
    seat.state = SeatState.TALKING
    forget_the_silent(session, minutes(2))
    assert (seat.dialled_in_sid, own.ended_at) == (SID, None)
    seat.state = SeatState.BREAK
    keep_line(session, SETTINGS, minutes(2))
    assert (seat.state, seat.dialled_in_sid, own.ended_at) == (SeatState.OFFLINE, None, minutes(2))


def test_all_are_asked_for_a_red_who_is_alone_each_where_they_are(session):
    place = a_place(session, urgency=Urgency.RED)
    _, seat = dialled_in(session)
    seat.state, place.state = SeatState.AVAILABLE, PlaceState.WAITING
    rung = a_seat(session)
    session.flush()
    assert ring_everybody(session, SETTINGS, minutes(1)) == 2
    payloads = [row.payload for row in sent(session, OutgoingKind.AGENT_CALL) if row.payload.get("everybody")]
    ways = {(payload.get("to"), payload.get("call_sid"), payload["seat_id"]) for payload in payloads}
    assert ways == {(rung.telephone, None, rung.id), (None, SID, seat.id)}
    assert (seat.state, rung.state) == (SeatState.RINGING, SeatState.RINGING)
    assert match(session, minutes(1)) == 0
