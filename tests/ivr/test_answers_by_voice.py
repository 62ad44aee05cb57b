"""What a caller who speaks is answered: the question as understood, whether it helped, another question."""

from dataclasses import replace

import pytest

from core.models import ToldBy
from ivr.conversation import Place
from ivr.prompts import LANGUAGES, prompt
from ivr.steps import (
    HangUp,
    OpenOrder,
    Silent,
    Told,
    Took,
)
from tests.ivr.talking import hear, last, talk_through, words
from tests.ivr.talking_by_voice import LIVE, NO, RED_CODE, UNHEARD_OF, YES, opens, said_to


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_answered_with_the_question_as_understood(language):
    turn = said_to(language, hear(RED_CODE[language], language))
    assert turn.conversation.article == "health-code-red"
    assert words(turn).startswith({"zh": "您问的是", "en": "You asked about"}[language])
    assert prompt("helped_by_voice", language) in words(turn)
    assert not turn.conversation.words_left


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_it_helped_and_no_nothing_more_is_the_end(language):
    asked = hear(RED_CODE[language], language), hear(YES[language], language)
    assert words(said_to(language, *asked)).startswith(prompt("more", language))
    assert said_to(language, *asked).deeds == (Took(helped=True),)
    assert said_to(language, *asked, hear(NO[language], language)).steps[-1] == HangUp()
    assert said_to(language, *asked, Silent()).steps[-1] == HangUp()
    assert said_to(language, *asked, hear(RED_CODE[language], language)).conversation.place is Place.ANSWER


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_it_did_not_help_asks_once_for_other_words_then_takes_a_message(language):
    asked, no = hear(RED_CODE[language], language), hear(NO[language], language)
    once = said_to(language, asked, no)
    assert words(once).startswith(prompt("other_words", language))
    assert once.conversation.words_left
    assert once.deeds == (Took(helped=False),)
    twice = said_to(language, asked, no, asked, no)
    assert words(twice).startswith(prompt("no_answer", language) + prompt("message_by_voice", language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_answer_is_kept_as_the_beginning_of_a_message(language):
    turn = said_to(language, hear(UNHEARD_OF[language], language))
    assert turn.conversation.place is Place.MESSAGE
    assert words(turn) == prompt("no_answer", language) + prompt("message_by_voice", language)
    assert turn.conversation.words_left
    registered = said_to(language, hear(UNHEARD_OF[language], language), Silent())
    assert registered.deeds == (OpenOrder(),)
    assert words(registered).count("<code>") == 2


def test_what_is_told_is_written_down():
    articles = tuple(replace(article, version_id=number) for number, article in enumerate(LIVE.articles, 1))
    told = last(hear(RED_CODE["zh"]), facts=replace(LIVE, articles=articles))
    (version,) = [a.version_id for a in articles if (a.id, a.language) == ("health-code-red", "zh")]
    assert told.deeds == (Told(version, ToldBy.VOICE),)


def test_another_question_can_be_asked_at_once():
    turn = last(hear("健康码 变 红 了 怎么办"), hear("什么 时候 解封"), facts=LIVE)
    assert turn.conversation.article == "lockdown-end"


def test_an_answer_is_said_again_and_slower():
    asked = hear(RED_CODE["zh"])
    answer = words(last(asked, facts=LIVE))
    again, slower = last(asked, hear("再说一遍"), facts=LIVE), last(asked, hear("慢一点"), facts=LIVE)
    assert words(again) == words(slower) == answer
    assert {one.slowly for one in again.steps[0].while_saying} == {False}
    assert {one.slowly for one in slower.steps[0].while_saying} == {True}


def test_silence_after_an_answer_is_no_call_for_help():
    turns = talk_through(hear(RED_CODE["zh"]), Silent(), Silent(), Silent(), facts=LIVE)
    assert words(turns[2]).startswith(prompt("helped_by_voice", "zh"))
    assert words(turns[3]).startswith(prompt("more", "zh"))
    assert turns[4].steps[-1] == HangUp()
    assert turns[2].deeds == turns[3].deeds == (Took(helped=None),)
    assert not any(opens(turn) for turn in turns)
