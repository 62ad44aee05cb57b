"""A caller in danger: registered at once, listened to and rung for, never cut off, never offered a callback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import Urgency
from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.prompts import prompt
from ivr.steps import HangUp, Keyed, OpenOrder, RangOut, Record, Ring, Silent, Spoke, SpokeNothing
from tests.ivr.talking import EVERY_FACTS, INPUTS, STAFFED, at, last, talk_through, words

IN_DANGER = at(Place.DANGER)


def is_red(turn):
    return any(isinstance(deed, OpenOrder) and deed.urgency is Urgency.RED for deed in turn.deeds)


def test_where_and_what_is_asked_first_and_soon_somebody_is_rung():
    (record,) = last(Keyed("9"), facts=STAFFED).steps
    assert record.longest_seconds is not None
    assert record.longest_seconds <= 30
    assert words(last(Keyed("9"))) == prompt("danger", "zh", emergency_numbers="120, 119, 110")
    assert next_turn(IN_DANGER, Spoke(), STAFFED).steps[-1] == Ring(urgent=True)


@pytest.mark.parametrize("heard", [Keyed("5"), Keyed("9"), Silent(), Spoke(), Spoke("0"), SpokeNothing()])
def test_after_every_listening_somebody_is_rung_and_after_every_ringing_listened(heard):
    rung = next_turn(IN_DANGER, heard, STAFFED)
    assert rung.steps[-1] == Ring(urgent=True)
    listening = next_turn(rung.conversation, RangOut(answered=False), STAFFED)
    assert isinstance(listening.steps[-1], Record)
    assert listening.steps[-1].longest_seconds <= 30
    assert words(listening) == prompt("danger_listening", "zh")
    assert next_turn(listening.conversation, heard, STAFFED).steps[-1] == Ring(urgent=True)


def test_nobody_is_rung_for_one_who_has_left():
    assert isinstance(next_turn(IN_DANGER, Spoke(hung_up=True), STAFFED).steps[-1], Record)


def test_without_anyone_on_duty_the_caller_is_listened_to_on_and_on():
    for turn in talk_through(Keyed("9"), *[SpokeNothing()] * 20)[1:]:
        assert isinstance(turn.steps[-1], Record)
        assert turn.conversation.place is Place.DANGER


def test_a_person_who_has_talked_to_the_caller_ends_the_danger():
    turn = next_turn(IN_DANGER, RangOut(answered=True), STAFFED)
    assert turn.conversation.place is Place.AFTER_MESSAGE


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(INPUTS), max_size=40), st.sampled_from(EVERY_FACTS))
def test_a_red_never_hears_goodbye_nor_a_promise_to_call_back_before_a_person(inputs, facts):
    red = False
    turns = talk_through(*inputs, facts=facts)
    for heard, turn in zip([None, *inputs], turns, strict=True):
        red = (red and heard != RangOut(answered=True)) or is_red(turn)
        if red:
            assert turn.conversation.place is Place.DANGER
            assert HangUp() not in turn.steps
            assert prompt("nobody_free", turn.conversation.language) not in words(turn)
            assert prompt("registered", turn.conversation.language) not in words(turn)
    if Keyed("9") in inputs:
        assert any(is_red(turn) for turn in turns)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(INPUTS), max_size=40), st.sampled_from(EVERY_FACTS))
def test_words_are_never_taken_without_an_order(inputs, facts):
    """Every code that is spoken belongs to an order, and every message outside a danger opens or adds to one."""
    opened = False
    for heard, turn in zip([None, *inputs], talk_through(*inputs, facts=facts), strict=True):
        opened = opened or any(isinstance(deed, OpenOrder) for deed in turn.deeds)
        assert opened or "<code>" not in words(turn)
        if isinstance(heard, Spoke):
            assert opened
