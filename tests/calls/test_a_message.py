"""Whole calls: what a caller says becomes a work order, over real HTTP, with the real vosk, Redis and database."""

import re

import pytest

from core.models import Category, RecordingState, Urgency
from simulator import HangUp, Press, Speak
from tests.house import VOICES, RunningHouse

MESSAGE_ZH = (Press("2", barge_in=True),)
MESSAGE_EN = (Press("8", barge_in=True), Press("2", barge_in=True))


def test_a_red_message_in_mandarin_becomes_an_urgent_order(house: RunningHouse) -> None:
    call = house.call(*MESSAGE_ZH, Speak(VOICES / "zh_chest_pain.wav", end_key="#"), number="+8613900000001")
    order = house.heard(call)
    assert order.urgency is Urgency.RED
    assert order.category is Category.MEDICAL
    assert order.district == "东城区"
    assert "胸口" in order.summary
    assert ["胸口疼", "heart"] in order.reasons["words"]


def test_the_code_is_spoken_twice_before_anything_was_recognised(house: RunningHouse) -> None:
    call = house.call(*MESSAGE_ZH, Speak(VOICES / "zh_dialysis.wav", end_key="#"), number="+8613900000002")
    order = house.order(call)
    assert order is not None
    codes = [re.sub("，", "", sentence.text) for sentence in call.heard if re.fullmatch(r"(\d，){5}\d", sentence.text)]
    assert codes == [order.code, order.code]


def test_a_yellow_message_in_english(house: RunningHouse) -> None:
    call = house.call(*MESSAGE_EN, Speak(VOICES / "en_insulin.wav", end_key="#"), number="+8613900000003")
    order = house.heard(call)
    assert (order.urgency, order.category, order.language) == (Urgency.YELLOW, Category.MEDICAL, "en")
    assert "insulin" in order.summary
    assert any(sentence.language == "en-US" for sentence in call.heard)


def test_hanging_up_in_mid_sentence_loses_nothing_said(house: RunningHouse) -> None:
    call = house.call(*MESSAGE_ZH, Speak(VOICES / "zh_chest_pain.wav", then_hang_up=True), number="+8613900000004")
    assert house.heard(call).urgency is Urgency.RED


@pytest.mark.full
def test_more_can_be_added_to_the_same_order(house: RunningHouse) -> None:
    call = house.call(
        *MESSAGE_ZH,
        Speak(VOICES / "zh_no_vegetables.wav", end_key="#"),
        Press("1", barge_in=True),
        Speak(VOICES / "zh_chest_pain.wav", end_key="#"),
        number="+8613900000005",
    )
    order = house.heard(call)
    assert len(house.orders(call)) == 1
    assert len(order.summary.splitlines()) == 2
    assert order.urgency is Urgency.RED


def test_the_carriers_copy_is_erased_once_ours_is_committed(house: RunningHouse) -> None:
    call = house.call(*MESSAGE_ZH, Speak(VOICES / "zh_dialysis.wav", end_key="#"), number="+8613900000006")
    house.heard(call)
    (recording,) = house.recordings(call)
    assert recording.state is RecordingState.JUDGED
    audio = house.house.recordings.open(recording.id, recording.call.caller.key_id)
    assert audio[:4] == b"RIFF"
    stored = next((house.folder / "recordings").rglob(f"{recording.id}.rec")).read_bytes()
    assert b"RIFF" not in stored


def test_hanging_up_at_the_greeting_opens_no_order(house: RunningHouse) -> None:
    call = house.call(HangUp(), number="+8613900000007")
    house.carrier.settle()
    assert house.order(call) is None
