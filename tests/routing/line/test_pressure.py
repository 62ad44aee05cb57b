"""The wait that a caller is told, from the rows of the line."""

import math
from datetime import timedelta

import pytest

from core.models import PlaceOutcome, SeatSpell, SeatState, Urgency
from routing.line.callback_policy import promise
from routing.line.offering import accept, offer
from routing.line.places import close
from routing.line.pressure import USUAL_HANDLING_SECONDS, ahead_of, expected_wait, handling_seconds
from routing.line.seats import available, seat_of, serving, set_state
from tests.factories import make_staff
from tests.routing.line.rows import a_place, a_seat, minutes
from tests.rows import NOON


def busy_seat(session, sign_in, **values):
    seat = a_seat(session, sign_in, **values)
    set_state(session, seat, SeatState.TALKING, NOON)
    return seat


def test_with_a_free_agent_nobody_waits_and_without_any_nobody_can_say(session):
    place = a_place(session)
    assert expected_wait(session, place, NOON) == math.inf
    a_seat(session)
    assert expected_wait(session, place, NOON) == 0
    a_seat(session, "anna", languages=("en",))
    second = a_place(session, number="+8613600136000", at=minutes(1))
    assert expected_wait(session, second, NOON) == USUAL_HANDLING_SECONDS * 2


def test_who_is_before_a_place(session):
    place = a_place(session)
    a_place(session, number="+8613600136001", at=minutes(-1))
    a_place(session, number="+8613600136002", at=minutes(5), urgency=Urgency.RED)
    a_place(session, number="+8613600136003", at=minutes(1))
    a_place(session, number="+8613600136004", at=minutes(-1), skill="medical")
    assert ahead_of(session, place) == 2


def test_the_wait_is_longer_by_what_overtakes(session):
    for name in "abcdefghij":
        busy_seat(session, name)
    place = a_place(session)
    quiet = expected_wait(session, place, NOON)
    assert quiet == pytest.approx(USUAL_HANDLING_SECONDS / 10)
    for number in range(30):
        red = a_place(session, number=f"+861360013{number:04d}", at=minutes(-1), urgency=Urgency.RED)
        close(session, red, PlaceOutcome.TALKED, NOON)
    assert expected_wait(session, place, NOON) == pytest.approx(1 / (10 / USUAL_HANDLING_SECONDS - 30 / 1800))


def test_the_handling_time_is_the_last_half_hours(session):
    seat = a_seat(session)
    for number in range(20):
        place = a_place(session, number=f"+861360013{number:04d}")
        set_state(session, seat, SeatState.AVAILABLE, NOON)
        offer(session, place, seat, NOON)
        accept(session, place, seat, NOON)
        assert handling_seconds(session, minutes(10)) == USUAL_HANDLING_SECONDS
        close(session, place, PlaceOutcome.TALKED, minutes(2))
        set_state(session, seat, SeatState.WRAP_UP, minutes(2))
        set_state(session, seat, SeatState.BREAK, minutes(3))
        seat.state_since = NOON
    spells = session.query(SeatSpell).all()
    assert {spell.state for spell in spells} == set(SeatState) - {SeatState.OFFLINE}
    assert handling_seconds(session, minutes(10)) == pytest.approx(180)
    assert handling_seconds(session, minutes(33)) == USUAL_HANDLING_SECONDS


def test_a_seat_is_made_once_and_serves_while_it_takes_calls(session):
    staff = make_staff(session, "zhao")
    seat = seat_of(session, staff, NOON)
    assert seat_of(session, staff, minutes(1)) is seat
    assert (seat.languages, seat.state) == (["zh"], SeatState.OFFLINE)
    assert serving(session) == []
    early = a_seat(session, "li")
    set_state(session, seat, SeatState.AVAILABLE, minutes(1))
    assert list(available(session)) == [early, seat]
    set_state(session, early, SeatState.BREAK, minutes(1))
    assert list(serving(session)) == [seat]
    set_state(session, seat, SeatState.AVAILABLE, minutes(9))
    assert seat.state_since == minutes(1)


def test_the_promise_is_the_next_quarter_of_an_hour():
    assert promise(301, NOON) == minutes(15)
    assert promise(900, NOON) == NOON + timedelta(minutes=30)
    assert promise(math.inf, NOON) is None
