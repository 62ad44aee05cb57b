"""Whole calls: those who can't speak, those in danger, those who want a person."""

import pytest

from core.models import Urgency
from simulator import HangUp, Press, Speak, StaySilent
from tests.house import VOICES, RunningHouse


def test_a_silent_caller_is_registered_for_a_person_to_look_into(house: RunningHouse) -> None:
    call = house.call(number="+8613900000201", patience=8)
    order = house.order(call)
    assert order is not None
    assert order.to_listen
    assert order.urgency is Urgency.UNKNOWN
    assert call.said("如果您不方便说话，请按任意键")


@pytest.mark.full
def test_any_key_of_one_who_cannot_speak_is_red(house: RunningHouse) -> None:
    call = house.call(Press("5", at="不方便说话"), number="+8613900000202", patience=7)
    order = house.order(call)
    assert order is not None
    assert order.urgency is Urgency.RED


def test_key_nine_registers_a_red_before_a_word_is_said(house: RunningHouse) -> None:
    call = house.call(Press("9", barge_in=True), HangUp(), number="+8613900000203")
    order = house.order(call)
    assert order is not None
    assert order.urgency is Urgency.RED
    assert call.said("120")


@pytest.mark.full
def test_a_caller_in_danger_is_listened_to_for_as_long_as_they_stay(house: RunningHouse) -> None:
    call = house.call(
        Press("8", barge_in=True),
        Press("9", barge_in=True),
        Speak(VOICES / "en_cannot_breathe.wav"),
        StaySilent(),
        Speak(VOICES / "en_insulin.wav"),
        number="+8613900000204",
        patience=2,
    )
    assert call.ended_by == "caller"
    order = house.heard(call)
    assert order.urgency is Urgency.RED
    assert len(house.recordings(call)) == 2
    assert "insulin" in order.summary


def test_key_zero_without_anyone_on_duty_registers_the_wish(house: RunningHouse) -> None:
    call = house.call(Press("0", barge_in=True), HangUp(), number="+8613900000205")
    order = house.order(call)
    assert order is not None
    assert order.wants_person
    assert call.said("没有空闲的工作人员")
