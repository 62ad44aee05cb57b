"""Whole calls whose ears are lost: killed or frozen in mid-sentence, or never reached; keys and a recording go on."""

import signal
from collections.abc import Iterator
from itertools import takewhile

import pytest

from core.settings import Settings
from ivr.conversation import Conversation, keep_quiet
from ivr.prompts import prompt
from ivr.steps import AskKey
from simulator import Call, Press, Speak, SpeakUp
from simulator.events import AskedForKeys, Event, RecordingStarted, Redirected, Said
from tests.house import VOICES, RunningHouse, until

LONGEST_DEAD_AIR_SECONDS = 6
LOST = prompt("ears_lost", "zh")
QUIET = keep_quiet(Conversation("zh", voice=True)).steps[0].seconds
RECORDED = (Press("#", at=LOST, over_prompt=True), Speak(VOICES / "zh_no.wav", then_hang_up=True))


@pytest.fixture
def mortal_house(live_house: RunningHouse) -> Iterator[RunningHouse]:
    """A house whose stream process a test may kill or freeze."""
    yield live_house
    if "stream" in live_house.processes:
        live_house.pause("stream", signal.SIGCONT)
    else:
        live_house.start_process("stream")
    live_house.wait_until_heard_live()


def test_no_setting_makes_anybody_wait_longer_than_six_seconds() -> None:
    (limit,) = [rule.le for rule in Settings.model_fields["heartbeat_seconds"].metadata if hasattr(rule, "le")]
    assert limit + QUIET <= LONGEST_DEAD_AIR_SECONDS
    assert AskKey().seconds <= LONGEST_DEAD_AIR_SECONDS


def waited_before(sentence: str, call: Call) -> float:
    """Return how long the call was made to wait in silence before a sentence: by what it was asked, not by a clock."""
    events: list[Event] = list(call.events)
    at = next(place for place, event in enumerate(events) if isinstance(event, Said) and event.text == sentence)
    silent = takewhile(lambda event: not isinstance(event, Said), reversed(events[: at - 1]))
    return sum(event.timeout_seconds for event in silent if isinstance(event, AskedForKeys))


@pytest.mark.full
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_ears_lost_in_mid_sentence(mortal_house: RunningHouse, how: signal.Signals) -> None:
    speaks = SpeakUp(VOICES / "zh_no_vegetables.wav", at="您好", over_prompt=True)
    call = mortal_house.start_call(speaks, *RECORDED, number=f"+86139000006{how:02}", patience=9)
    call.wait_until(lambda: any(isinstance(e, Redirected) and e.url.endswith("speaking") for e in list(call.events)))
    mortal_house.kill("stream") if how is signal.SIGKILL else mortal_house.pause("stream")
    call.wait(60)
    beats = mortal_house.settings.heartbeat_seconds * call.pace.factor
    assert 0 < waited_before(LOST, call) <= beats + QUIET, call.log
    assert any(isinstance(event, RecordingStarted) for event in call.events)
    until(lambda: (order := mortal_house.order(call)) and "不是" in order.summary)


def test_ears_that_are_never_reached(house: RunningHouse) -> None:
    house.house.live.announce(10, 0)  # it died right after it said that it had room
    call = house.call(*RECORDED, number="+8613900000601", patience=9)
    assert waited_before(LOST, call) <= LONGEST_DEAD_AIR_SECONDS
    assert house.heard(call).summary == "不是"
    house.house.live.announce(0, 0)  # the next caller of this house is not to be heard live either
