"""Erlang's formulas against values that are known or follow from elsewhere."""

import math

import pytest

from routing.line.erlang import Load, abandonment, answered_within, mean_wait_seconds, seats_needed, waits_at_all

TEN_ERLANGS = Load(arrivals_per_second=10 / 180, handling_seconds=180, seats=14)


def test_one_seat_is_the_textbook_queue():
    """M/M/1: whoever comes waits with the chance that the seat is taken, on average for a / (1 - a) calls."""
    half = Load(0.5, 1.0, 1)
    assert waits_at_all(half) == pytest.approx(0.5)
    assert mean_wait_seconds(half) == pytest.approx(1.0)
    assert answered_within(half, 2.0) == pytest.approx(1 - 0.5 * math.exp(-1))


def test_ten_erlangs_on_fourteen_seats():
    """The table value of Erlang C."""
    assert waits_at_all(TEN_ERLANGS) == pytest.approx(0.1741, abs=0.0005)


def test_an_overloaded_line_never_answers():
    overloaded = Load(1.0, 10.0, 10)
    assert waits_at_all(overloaded) == 1
    assert answered_within(overloaded, 3600) == 0
    assert mean_wait_seconds(overloaded) == math.inf


def test_abandonment_when_everybody_is_as_patient_as_a_call_is_long():
    """With equal rates the system is M/M/∞ with one seat: its callers are Poisson(1), so e⁻¹ of them leave."""
    assert abandonment(Load(1.0, 1.0, 1), 1.0) == pytest.approx(math.exp(-1))


def test_abandonment_of_the_patient_and_of_the_hopelessly_overloaded():
    assert abandonment(TEN_ERLANGS, 1e9) == pytest.approx(mean_wait_seconds(TEN_ERLANGS) / 1e9, rel=1e-3)
    assert abandonment(Load(10.0, 100.0, 100), 60) == pytest.approx(0.9, abs=0.001)
    assert abandonment(Load(0.0, 100.0, 1), 60) == 0


def test_a_large_load_neither_overflows_nor_takes_for_ever():
    assert abandonment(Load(200.0, 300.0, 50_000), 100) == pytest.approx(1 - 50_000 / 60_000, abs=0.001)


@pytest.mark.parametrize("erlangs", [0.5, 10, 300])
def test_the_seats_needed_are_just_enough(erlangs):
    load = Load(erlangs / 180, 180, 0)
    seats = seats_needed(load, 15, 0.95)
    assert answered_within(Load(erlangs / 180, 180, seats), 15) >= 0.95
    assert answered_within(Load(erlangs / 180, 180, seats - 1), 15) < 0.95
