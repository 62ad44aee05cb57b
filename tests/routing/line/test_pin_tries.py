"""How often a PIN may be tried: plain times in, a decision out."""

from datetime import timedelta

import pytest

from routing.line.pin_tries import MayTry, WrongPins, may_try
from tests.rows import NOON

_FREE = MayTry()


def ago(*minutes):
    return [NOON - timedelta(minutes=number) for number in sorted(minutes)]


def decide(*, is_known=False, is_withheld=False, **wrong):
    return may_try(WrongPins(**wrong), NOON, is_known=is_known, is_withheld=is_withheld)


def test_nobody_is_held_up_who_was_wrong_a_few_times():
    assert decide() == _FREE
    assert decide(here=ago(1, 2, 3, 4), from_telephone=ago(*range(19)), from_strangers=ago(*range(9))) == _FREE
    assert _FREE.now


@pytest.mark.parametrize("is_known", [True, False])
def test_the_fifth_wrong_pin_within_a_quarter_of_an_hour_locks_the_telephone_for_the_rest_of_it(is_known):
    locked = decide(here=ago(1, 2, 3, 4, 10), from_telephone=ago(1, 2, 3, 4, 10), is_known=is_known)
    assert (locked, locked.now) == (MayTry(locked_for=timedelta(minutes=5)), False)
    assert decide(here=ago(1, 2, 3, 4, 15)) == _FREE


def test_who_looks_for_an_agent_number_is_locked_after_twenty_in_an_hour_whatever_it_was():
    assert decide(from_telephone=ago(*range(1, 20), 50)) == MayTry(locked_for=timedelta(minutes=10))
    assert decide(from_telephone=ago(*range(1, 20), 60)) == _FREE


def test_the_longer_of_two_locks_holds():
    both = decide(here=ago(1, 2, 3, 4, 10), from_telephone=ago(*range(1, 20), 20))
    assert both == MayTry(locked_for=timedelta(minutes=40))


def test_ten_of_strangers_slow_down_all_who_are_strange_and_nobody_whom_the_agent_knows():
    many = ago(1, *range(10, 19))
    slowed = decide(from_strangers=many)
    assert (slowed, slowed.now) == (MayTry(wait=timedelta(minutes=1)), False)
    assert decide(from_strangers=many, is_known=True) == _FREE
    assert decide(from_strangers=ago(2, *range(10, 19))) == _FREE  # two minutes after the last anybody may try
    assert decide(from_strangers=ago(1, *range(10, 18), 60)) == _FREE


def test_who_withholds_their_number_is_slowed_down_as_one_and_never_locked():
    here = ago(1, 2, 3, 4, 5)
    assert decide(here=here, from_telephone=here, is_withheld=True) == MayTry(wait=timedelta(minutes=1))
    assert decide(here=ago(3, 4, 5, 6, 7), from_telephone=ago(3, 4, 5, 6, 7), is_withheld=True) == _FREE
    assert decide(here=here, from_telephone=ago(0, 1), is_withheld=True).wait == timedelta(minutes=2)
