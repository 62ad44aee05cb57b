"""Whole calls by voice alone, over real HTTP and WebSockets, in voices that the models never heard in training."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from core.models import Call as CallRow
from core.models import OrderEvent, RecordingState, ToldAnswer, Urgency, Utterance
from simulator import Call, Faults, HangUp, Press, SpeakUp
from simulator.events import Event, Pressed, Redirected, Said, Spoke
from simulator.script import Move
from tests.house import VOICES, RunningHouse


def says(name: str, at: str, **options: Any) -> SpeakUp:
    """Speak into a sentence, a little after it began."""
    return SpeakUp(VOICES / f"{name}.wav", at=at, over_prompt=True, **{"after_seconds": 1.5, **options})


LOSSES = Faults(stream_dropped_share=0.02, stream_doubled_share=0.02, stream_delayed_share=0.02, stream_seed=1)
CALLS: Mapping[str, tuple[tuple[Move, ...], Faults | None]] = {
    "a question": (
        (
            says("zh_health_code", "您好"),
            says("zh_yes", "您问的是"),
            says("zh_no", "还有别的事吗"),
        ),
        LOSSES,
    ),
    "a question in English": (
        (
            Press("8", over_prompt=True),
            says("en_school", "emergency hotline", after_seconds=7.0),
            says("en_slower", "You asked about"),
            says("en_no", "You asked about|. "),
            HangUp(at="other words"),
        ),
        None,
    ),
    "a danger": ((says("zh_chest_pain", "您好"), HangUp(at="您在哪里")), None),
    "a message": (
        (
            says("zh_no_vegetables", "您好"),
            Press("#", at="没有现成的答复", over_prompt=True),
            HangUp(at=r"\d，\d"),
        ),
        None,
    ),
    "a person": (
        (says("zh_health_code", "您好"), Press("0", at="您问的是", over_prompt=True), HangUp()),
        None,
    ),
    "cut short": ((says("zh_no_vegetables", "您好", cut_after_seconds=4.0, then_hang_up=True),), None),
}


@pytest.fixture(scope="module")
def played(live_house: RunningHouse) -> Mapping[str, Call]:
    """All the calls, at the same time."""
    return {
        name: live_house.start_call(*script, number=f"+86139000005{number:02}", faults=faults, patience=9)
        for number, (name, (script, faults)) in enumerate(CALLS.items())
    }


def times(call: Call, kind: type[Event], **values: object) -> list[float]:
    """Return when events of a kind happened, in simulated seconds."""
    return [
        event.at_seconds
        for event in call.events
        if isinstance(event, kind) and all(getattr(event, name) == value for name, value in values.items())
    ]


def moves(call: Call) -> list[str]:
    return [event.url.rpartition("/")[2] for event in call.events if isinstance(event, Redirected)]


def answers(house: RunningHouse, call: Call) -> list[tuple[str, bool | None]]:
    with house.house.database.reading() as session:
        rows = session.scalars(select(ToldAnswer).join(CallRow).where(CallRow.call_sid == call.sid))
        return [(row.version.article.slug, row.helped) for row in rows]


def test_a_danger_is_acted_on_before_the_sentence_ends_and_the_address_is_still_heard(
    live_house: RunningHouse, played: Mapping[str, Call]
) -> None:
    call = played["a danger"].wait(60)
    order = live_house.heard(call)
    assert (order.urgency, order.district, order.wants_person) == (Urgency.RED, "东城区", True)
    assert ["胸口疼", "heart"] in order.reasons["words"]
    with live_house.house.database.reading() as session:
        (utterance,) = session.scalars(select(Utterance).where(Utterance.call_id == order.call_id))
        wanted = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.event == "urgency_raised")
        (raised,) = session.scalars(wanted)
    assert raised.happened_at < utterance.said_at
    assert "东城区" in utterance.text
    (spoke,) = [event for event in call.events if isinstance(event, Spoke)]
    (numbers,) = [event for event in call.events if isinstance(event, Said) and "120" in event.text]
    assert numbers.at_seconds >= spoke.at_seconds + spoke.seconds - 0.5  # its last half second is silence
    assert live_house.recordings(call)[0].state is RecordingState.JUDGED


def test_a_question_is_answered_by_voice_alone_although_packets_are_lost(
    live_house: RunningHouse, played: Mapping[str, Call]
) -> None:
    call = played["a question"].wait(60)
    assert call.said("您问的是：健康码变红了怎么办")
    assert (call.heard[-1].text, call.ended_by) == ("感谢来电，再见。", "application")
    assert not times(call, Pressed)
    assert answers(live_house, call) == [("health-code-red", True)]
    assert live_house.order(call) is None


def test_what_a_caller_says_into_a_prompt_stops_it(played: Mapping[str, Call]) -> None:
    call = played["a question"].wait(60)
    assert moves(call)[:2] == ["speaking", "spoke"], call.log
    assert not call.heard[0].complete
    assert not any(sentence.complete for sentence in call.heard if sentence.text.startswith("您问的是"))


def test_an_english_caller_hears_it_slower_and_says_that_it_did_not_help(
    live_house: RunningHouse, played: Mapping[str, Call]
) -> None:
    call = played["a question in English"].wait(60)
    assert call.said("You asked about: When will school open again")
    assert answers(live_house, call) == [("school-closed", False)]
    assert call.said("other words")
    assert live_house.heard(call).language == "en"


def test_a_message_by_voice_has_its_text_and_its_code(live_house: RunningHouse, played: Mapping[str, Call]) -> None:
    call = played["a message"].wait(60)
    order = live_house.heard(call)
    assert "没有菜" in order.summary
    assert order.district == "南湖区"
    assert call.heard[-1].text == "，".join(order.code), call.log
    assert not call.recording_sids


def test_key_zero_in_the_middle_of_an_answer(live_house: RunningHouse, played: Mapping[str, Call]) -> None:
    call = played["a person"].wait(60)
    assert call.said("没有空闲的工作人员")
    assert [sentence.complete for sentence in call.heard if sentence.text.startswith("您问的是")] == [False]
    assert live_house.heard(call).wants_person


def test_hanging_up_in_mid_sentence_leaves_an_order_with_the_words(
    live_house: RunningHouse, played: Mapping[str, Call]
) -> None:
    call = played["cut short"].wait(60)
    assert "没有菜" in live_house.heard(call).summary
    assert "spoke" not in moves(call)
