"""The expected wait at a place of the line."""

import math

import pytest

from routing.line.expected_wait import Pressure, expected_wait_seconds


def test_the_next_caller_waits_until_one_of_the_seats_is_free():
    assert expected_wait_seconds(0, Pressure(10, 200)) == pytest.approx(20)


def test_each_caller_ahead_adds_one_more_seat_that_must_become_free():
    assert expected_wait_seconds(5, Pressure(10, 200)) == pytest.approx(6 * 20)


def test_who_gives_up_ahead_makes_the_wait_shorter_but_not_who_rings_again():
    impatient = Pressure(10, 200, patience_seconds=100)
    assert expected_wait_seconds(2, impatient) == pytest.approx(1 / 0.07 + 1 / 0.06 + 1 / 0.05)
    back_again = Pressure(10, 200, patience_seconds=100, redial_share=1.0)
    assert expected_wait_seconds(2, back_again) == pytest.approx(60)


def test_the_more_urgent_make_the_wait_longer():
    assert expected_wait_seconds(0, Pressure(10, 200, overtaking_per_second=0.025)) == pytest.approx(40)


@pytest.mark.parametrize("pressure", [Pressure(0, 200), Pressure(10, 200, overtaking_per_second=0.05)])
def test_with_nobody_to_answer_the_wait_is_endless(pressure):
    assert expected_wait_seconds(0, pressure) == math.inf
