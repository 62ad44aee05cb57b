"""Wrong PINs in both databases: whose they count for, who is told, when they are forgotten."""

from datetime import timedelta

import pytest

from core.models import Role, SeatCall, WrongPin
from routing.line.dialling_in import seat_call
from routing.line.line_now import line_mark, read_line
from routing.line.pin_tries import MayTry
from routing.line.seats import seat_of
from routing.line.wrong_pins import (
    WITHHELD,
    Guessed,
    forget_all,
    forget_own,
    guessed,
    knows_telephone,
    may_try_now,
    note_wrong,
    wrong_since,
)
from tests.factories import make_staff
from tests.routing.line.rows import minutes
from tests.rows import NOON

HOME, STRANGE, STRANGER = "+8613900139001", "+8613900139002", "+8613900139003"


@pytest.fixture
def sun(session):
    """An agent who came in from home before."""
    sun = make_staff(session, "sun", agent_number="1001", pin_hash="a hash")
    seat_call(session, "CA-home", NOON, HOME).seat_id = seat_of(session, sun, NOON).id
    session.flush()
    return sun


def wrong(session, staff, times, telephone=STRANGER, number="1001", at=NOON):
    for _ in range(times):
        note_wrong(session, number, telephone, staff, at)


def may(session, staff, telephone, number="1001", at=NOON):
    return may_try_now(session, number, telephone, staff, at)


def test_a_stranger_locks_the_strangers_telephone_and_no_other(session, sun):
    wrong(session, sun, 5)
    assert may(session, sun, STRANGER).locked_for == timedelta(minutes=15)
    assert may(session, None, STRANGER, "2002") == MayTry()  # of another agent only five are counted anew
    assert may(session, sun, HOME) == MayTry()
    assert may(session, sun, STRANGE) == MayTry()
    wrong(session, None, 15, number="77")
    assert may(session, None, STRANGER, "2002").locked_for == timedelta(hours=1)


def test_many_strangers_slow_each_other_down_and_nobody_at_home(session, sun):
    for digit in range(5):
        wrong(session, sun, 2, f"+861390013901{digit}")
    assert may(session, sun, STRANGE) == MayTry(wait=timedelta(minutes=2))
    assert may(session, sun, WITHHELD).wait == timedelta(minutes=2)
    assert may(session, sun, HOME) == MayTry()
    assert may(session, None, STRANGE, "2002") == MayTry()


def test_all_who_withhold_their_number_are_one_telephone_that_is_never_locked(session, sun):
    wrong(session, sun, 5, WITHHELD)
    assert may(session, sun, WITHHELD) == MayTry(wait=timedelta(minutes=2))
    assert may(session, sun, WITHHELD, at=minutes(2)) == MayTry()


def test_an_agent_number_that_nobody_has_is_treated_as_one_that_somebody_has(session, sun):
    for number, staff in (("1001", sun), ("2002", None)):
        wrong(session, staff, 5, STRANGER, number)
        wrong(session, staff, 5, STRANGE, number)
    for telephone in (STRANGER, STRANGE, WITHHELD, "+8613900139009"):
        assert may(session, sun, telephone) == may(session, None, telephone, "2002")


def test_what_the_agent_keys_in_wrong_at_home_slows_nobody_down(session, sun):
    wrong(session, sun, 10, HOME)
    assert may(session, sun, STRANGE) == MayTry()


def test_a_telephone_is_known_by_which_they_came_in_or_which_their_seat_has(session, sun):
    other = make_staff(session, "chen", agent_number="1002", pin_hash="a hash")
    seat_of(session, other, NOON).telephone = STRANGE
    assert knows_telephone(session, other, STRANGE, NOON)
    assert not knows_telephone(session, other, HOME, NOON)
    assert not knows_telephone(session, None, HOME, NOON)
    seat_call(session, "CA-1", NOON, STRANGER)  # nobody came in by it
    seat_call(session, "CA-2", NOON).seat_id = seat_of(session, sun, NOON).id
    assert not knows_telephone(session, sun, STRANGER, NOON)
    assert not knows_telephone(session, sun, WITHHELD, NOON)
    assert knows_telephone(session, sun, HOME, NOON + timedelta(days=89))
    assert not knows_telephone(session, sun, HOME, NOON + timedelta(days=90))


def test_they_are_forgotten_with_the_right_pin_a_new_one_and_after_a_week(session, sun):
    wrong(session, sun, 2)
    wrong(session, sun, 3, HOME)
    wrong(session, None, 1, number="77")
    forget_own(session, "1001", HOME)
    assert wrong_since(session, "1001", NOON - timedelta(days=1)) == 2
    assert wrong_since(session, "1001", NOON) == 0
    forget_all(session, "1001")
    assert session.query(WrongPin).count() == 1
    wrong(session, sun, 1, at=NOON + timedelta(days=7))
    assert [row.agent_number for row in session.query(WrongPin)] == ["1001"]


def test_who_watches_the_line_reads_of_an_agent_whose_pin_is_guessed_and_of_no_other(session, sun):
    make_staff(session, "wang", role=Role.SUPERVISOR, agent_number="1003", pin_hash="a hash")
    before = line_mark(session)
    wrong(session, sun, 4)
    assert line_mark(session) != before
    wrong(session, None, 9, number="77")
    assert read_line(session, NOON).guessed == ()
    wrong(session, sun, 1, HOME, at=minutes(59))
    assert read_line(session, minutes(59)).guessed == (Guessed(sun.name, "1001", 5),)
    assert guessed(session, minutes(60)) == ()
    assert session.query(SeatCall).count() == 1
