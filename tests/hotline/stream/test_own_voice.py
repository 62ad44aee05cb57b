"""Our own prompt is told by when its words came, not by when a busy machine found the time to decode them."""

from datetime import timedelta

from core.clock import now
from hotline.stream.own_voice import OwnVoice
from ivr.last_prompt import LastPrompt

PROMPT = "您好，这里是应急热线，请说您要问什么。"
HEARD = ("您好", "这里", "是", "应急", "热线")


def a_voice(come_seconds, given_seconds_ago=0.0):
    at = now() - timedelta(seconds=given_seconds_ago)
    return OwnVoice(LastPrompt(1, "zh", PROMPT, at, may_be_moved=True), lambda: come_seconds[0])


def test_an_echo_is_an_echo_however_late_it_is_decoded():
    come_seconds = [0.0]
    voice = a_voice(come_seconds)
    come_seconds[0] = 60.0
    assert voice.find_in(HEARD, "zh", 3.0, final=True).is_all


def test_the_same_words_long_after_the_prompt_are_the_callers():
    come_seconds = [0.0]
    voice = a_voice(come_seconds)
    come_seconds[0] = 60.0
    assert not voice.find_in(HEARD, "zh", 60.0, final=True).places
    assert not voice.may_sound("zh")


def test_a_prompt_given_while_the_stream_goes_on_sounds_from_there():
    come_seconds = [60.0]
    voice = a_voice(come_seconds, given_seconds_ago=60)
    assert not voice.may_sound("zh")
    voice.says(LastPrompt(2, "zh", PROMPT, now(), may_be_moved=True))
    come_seconds[0] = 63.0
    assert voice.may_sound("zh")
    assert voice.find_in(HEARD, "zh", 63.0, final=True).is_all


def test_a_prompt_that_is_told_again_began_when_it_did():
    come_seconds = [0.0]
    voice = a_voice(come_seconds)
    come_seconds[0] = 60.0
    voice.says(voice.prompt)
    assert not voice.may_sound("zh")
