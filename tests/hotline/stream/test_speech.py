"""An utterance in the language that the caller has just left: heard again, or kept; never is a danger lost."""

import asyncio

import pytest

from asr.recogniser import HeardWord
from asr.stream import FinalText
from core.clock import now
from core.models import Urgency
from hotline.stream.own_voice import OwnVoice
from hotline.stream.speech import Speech
from hotline.stream.workshop import Workshop
from ivr.live_call import begin_listening


@pytest.fixture
def workshop(ears):
    opened = Workshop(ears.house)
    yield opened
    opened.close()


def said(workshop, call, *words, language="zh", can_hear_again):
    """Have one utterance taken by the speech of a call; returns whether all was heard, and what was asked for again."""
    asked = []

    def hear_again(text, wanted):
        asked.append((text.text, wanted))
        return can_hear_again

    async def take():
        with workshop.house.database.transaction() as session:
            live, prompt = begin_listening(session, call, f"MZ{call[2:]}", now())
        speech = Speech(workshop, live, OwnVoice(prompt, lambda: 30.0), lambda: None, hear_again)
        heard = tuple(HeardWord(word, 20.0 + place, 20.5 + place, 1.0) for place, word in enumerate(words))
        speech.take(FinalText("".join(words), heard, f"miniature-{language}", language, 25.0))
        await speech.books.drained()
        speech.close()
        return speech.was_all_heard

    return asyncio.run(take()), asked


def test_words_in_the_language_of_the_conversation_are_kept(ears, workshop):
    call = ears.greeted()
    assert said(workshop, call, "你好", can_hear_again=True) == (True, [])
    assert [row.text for row in ears.utterances(call)] == ["你好"]


def test_words_in_the_language_that_was_left_are_heard_again_and_not_kept(ears, workshop):
    call = ears.greeted(language="en")
    assert said(workshop, call, "妈妈", "零", can_hear_again=True) == (True, [("妈妈零", "en")])
    assert ears.utterances(call) == []


def test_what_can_not_be_heard_again_is_kept_and_transcribed_from_the_file(ears, workshop):
    call = ears.greeted(language="en")
    assert said(workshop, call, "妈妈", "零", can_hear_again=False) == (False, [("妈妈零", "en")])
    assert [row.text for row in ears.utterances(call)] == ["妈妈零"]


def test_a_danger_stays_told_in_whichever_language_it_was_heard(ears, workshop):
    call = ears.greeted(language="en")
    assert said(workshop, call, "胸口", "疼", can_hear_again=True) == (True, [])
    assert [row.is_danger for row in ears.utterances(call)] == [True]
    assert ears.order_of(call).urgency is Urgency.RED
