"""A small surge under the virtual clock."""

from dataclasses import replace

import pytest

from hotline.drill.day import Day, Staffing
from hotline.drill.people import people
from hotline.drill.virtual import VirtualDay
from routing.line.erlang import Load, answered_within

SMALL = replace(Day(), calls=3000)
FEW = Staffing(seats=4, english_seats=1)


def played(*, with_callbacks, seed=1):
    return VirtualDay(SMALL, FEW, with_callbacks=with_callbacks, seed=seed).run()


def test_a_seed_gives_the_same_day_again():
    assert people(SMALL, 7) == people(SMALL, 7)
    assert people(SMALL, 7) != people(SMALL, 8)
    assert played(with_callbacks=True).hours == played(with_callbacks=True).hours


def test_the_peak_hour_and_the_shares_are_the_days():
    everybody = people(replace(Day(), calls=20_000), 1)
    at_ten = sum(10 * 3600 <= person.calls_at_seconds < 11 * 3600 for person in everybody)
    assert at_ten == pytest.approx(2000, rel=0.06)
    assert sum(person.wish.value == "answer" for person in everybody) == pytest.approx(20_000 * 0.475, rel=0.03)
    assert sum(person.wish.value == "message" for person in everybody) == pytest.approx(2000, rel=0.08)


@pytest.mark.parametrize("with_callbacks", [True, False])
def test_every_call_ends_in_exactly_one_way(with_callbacks):
    figures = played(with_callbacks=with_callbacks)
    assert figures.unserved == 0
    ends = ("answered_by_machine", "messages", "connected", "lost", "left_to_a_person")
    assert sum(figures.total(name) for name in ends) == figures.total("calls") == 3000
    assert figures.total("hung_up") > 0


def test_with_callbacks_nobody_is_lost_and_without_them_some_are():
    with_them, without = played(with_callbacks=True), played(with_callbacks=False)
    assert with_them.total("lost") == 0
    assert with_them.total("rescued") == with_them.total("hung_up")
    assert with_them.total("callbacks_in_time") > 0.8 * with_them.total("callbacks_promised") > 0
    assert without.total("lost") > 50
    assert without.total("callbacks_promised") == without.total("callbacks_reached") == 0


def test_without_a_surge_the_drill_agrees_with_erlang():
    """A steady load, endless patience: the share answered within 15 s is what Erlang C says."""
    steady = replace(
        Day(),
        calls=20_000,
        share_by_hour=(1 / 24,) * 24,
        common_question_share=0,
        message_share=0,
        red_share=0,
        english_share=0,
        patience_seconds=1e9,
    )
    figures = VirtualDay(steady, Staffing(seats=54, english_seats=0), with_callbacks=False).run()
    expected = answered_within(Load(20_000 / 86_400, steady.handling_seconds, 54), 15)
    assert 0.7 < expected < 0.9
    assert figures.total("connected_at_once") / 20_000 == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("seats", "english"), [(0, 0), (3, 4), (3, -1)])
def test_a_staffing_that_can_not_be(seats, english):
    with pytest.raises(ValueError, match="at least one seat"):
        Staffing(seats=seats, english_seats=english)
