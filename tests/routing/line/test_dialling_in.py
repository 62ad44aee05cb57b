"""Agents who dial in, in both databases: who is let in, who is locked out, what becomes of callers when they go."""

from datetime import timedelta

import pytest

from core.models import OutgoingKind, PlaceState, Role, SeatState, Staff, Urgency, WrongPin
from core.settings import Settings
from routing.line.desk import choose_state
from routing.line.dialling_in import (
    ComparedPin,
    Entry,
    PinAsked,
    asked_to_take,
    forget_the_silent,
    left,
    let_in,
    may_try_here,
    pin_asked,
    seat_call,
    seat_on_line,
    wrong_meanwhile,
)
from routing.line.keeping import keep_line
from routing.line.matching import match, ring_everybody
from routing.line.seats import seat_of
from routing.line.talks import agent_lost, not_placed, take
from tests.factories import make_staff
from tests.routing.line.rows import a_place, a_seat, minutes, sent
from tests.rows import NOON

SETTINGS = Settings()
SID = "CA-own-call"
RIGHT, WRONG = (ComparedPin(PinAsked("1001", "a hash"), is_right) for is_right in (True, False))


def sun(session, **values):
    return make_staff(session, "sun", **{"agent_number": "1001", "pin_hash": "a hash", **values})


def a_call_of_sun(session, sid, telephone="+8613900139001", at=NOON):
    """A call on which her agent number was keyed in."""
    own = seat_call(session, sid, at, telephone)
    own.agent_number = "1001"
    session.flush()
    return own


def dialled_in(session, sid=SID, at=NOON):
    staff = session.query(Staff).filter_by(agent_number="1001").one_or_none() or sun(session)
    own = a_call_of_sun(session, sid, at=at)
    assert let_in(session, own, RIGHT, at) is Entry.IN
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
    own = a_call_of_sun(session, SID)
    assert pin_asked(session, SID, 0, NOON) == PinAsked("1001", None)
    nobody = ComparedPin(PinAsked("1001", None), is_right=True)
    assert let_in(session, own, nobody, NOON) is Entry.WRONG


def test_the_fifth_wrong_pin_locks_the_telephone_against_the_right_one_too(session):
    sun(session)
    calls = [a_call_of_sun(session, f"CA{number}") for number in range(2)]
    given = [let_in(session, calls[number > 2], WRONG, NOON) for number in range(5)]
    assert given == [Entry.WRONG] * 5
    assert [call.tries for call in calls] == [3, 2]
    assert may_try_here(session, calls[1], minutes(14)).locked_for == timedelta(minutes=1)
    assert let_in(session, calls[1], RIGHT, minutes(14)) is Entry.LOCKED
    elsewhere = a_call_of_sun(session, "CA-elsewhere", "+8613900139002")
    assert let_in(session, elsewhere, RIGHT, minutes(14)) is Entry.IN
    assert calls[1].tries == 2
    assert let_in(session, calls[1], RIGHT, minutes(15)) is Entry.IN


def test_the_right_pin_forgets_the_wrong_ones_of_this_telephone_and_tells_of_the_others(session):
    sun(session)
    let_in(session, a_call_of_sun(session, "CA-stranger", "+8613900139002"), WRONG, NOON)
    for _ in range(3):
        own = a_call_of_sun(session, SID)
        given = [let_in(session, own, compared, NOON) for compared in (WRONG, WRONG, RIGHT)]
        assert given == [Entry.WRONG, Entry.WRONG, Entry.IN]
        assert wrong_meanwhile(session, own) == 1
    again = a_call_of_sun(session, "CA-again", at=minutes(1))
    assert let_in(session, again, RIGHT, minutes(1)) is Entry.IN
    assert wrong_meanwhile(session, again) == 0


def test_what_was_compared_holds_only_if_nothing_has_changed_meanwhile(session):
    staff = sun(session)
    for compared in (None, ComparedPin(PinAsked("1001", "another hash"), True), ComparedPin(PinAsked("7", None), True)):
        own = a_call_of_sun(session, f"CA{compared}"[:64])
        assert (let_in(session, own, compared, NOON), own.tries) == (Entry.LATER, 1)
    staff.active = False
    session.flush()
    assert let_in(session, a_call_of_sun(session, "CA-off"), RIGHT, NOON) is Entry.LATER
    assert session.query(WrongPin).count() == 0


def test_of_many_strangers_who_try_at_once_only_one_learns_something_every_two_minutes(session):
    sun(session)
    calls = [a_call_of_sun(session, f"CA{number}", f"+86139001391{number:02}") for number in range(12)]
    assert [let_in(session, own, WRONG, NOON) for own in calls] == [Entry.WRONG] * 10 + [Entry.LATER] * 2
    assert let_in(session, calls[11], RIGHT, NOON) is Entry.LATER
    assert pin_asked(session, calls[11].call_sid, 0, minutes(1)) is None
    assert pin_asked(session, calls[11].call_sid, 0, minutes(2)) == PinAsked("1001", "a hash")
    assert let_in(session, calls[11], RIGHT, minutes(2)) is Entry.IN


def test_a_pin_is_compared_only_in_the_turn_that_asks_for_it(session):
    sun(session)
    own = a_call_of_sun(session, SID)
    assert pin_asked(session, SID, 0, NOON) == PinAsked("1001", "a hash")
    assert pin_asked(session, SID, 1, NOON) is None
    assert pin_asked(session, "CA-other", 0, NOON) is None
    own.agent_number = ""
    session.flush()
    assert pin_asked(session, SID, 0, NOON) is None
    own.agent_number, own.seat_id = "1001", seat_of(session, session.query(Staff).one(), NOON).id
    session.flush()
    assert pin_asked(session, SID, 0, NOON) is None


def test_a_seat_that_has_a_call_is_not_taken_over_and_else_the_newer_telephone_counts(session):
    first, seat = dialled_in(session)
    seat.state = SeatState.TALKING
    second = a_call_of_sun(session, "CA-second")
    assert let_in(session, second, RIGHT, NOON) is Entry.BUSY
    assert seat_on_line(session, first) is seat
    seat.state = SeatState.BREAK
    assert let_in(session, second, RIGHT, NOON) is Entry.IN
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
