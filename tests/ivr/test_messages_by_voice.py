"""A message that is heard live: until a pause, from its first word an order; and what follows its code."""

import pytest

from ivr.prompts import prompt
from ivr.steps import (
    AskKey,
    HangUp,
    Keyed,
    OpenOrder,
    Record,
    Silent,
)
from tests.ivr.talking import hear, last, talk_through, words
from tests.ivr.talking_by_voice import LIVE


def test_a_live_message_goes_on_until_a_pause_and_has_its_order_from_the_first_word():
    turns = talk_through(Keyed("2"), hear("路灯坏了"), hear("在花园街道"), Silent(), facts=LIVE)
    for turn in turns[2:4]:
        assert turn.steps == (AskKey(seconds=4),)
        assert turn.deeds == (OpenOrder(),)
    assert words(turns[4]).count("<code>") == 2
    assert not any(isinstance(turn.steps[-1], Record) for turn in turns)


@pytest.mark.parametrize("heard", [Keyed("#"), hear("没有了"), hear("谢谢")])
def test_a_live_message_can_be_ended_at_once(heard):
    turn = last(Keyed("2"), hear("路灯坏了"), heard, facts=LIVE)
    assert words(turn).count("<code>") == 2


def test_a_yes_or_no_in_a_message_is_part_of_it():
    for text in ("是的", "没有", "第一个"):
        assert last(Keyed("2"), hear(text), facts=LIVE).conversation.words_left


def test_words_after_the_code_are_added_to_the_order():
    turns = talk_through(Keyed("2"), hear("路灯坏了"), Silent(), hear("它是白色的"), Silent(), facts=LIVE)
    assert turns[4].conversation.words_left
    assert turns[4].deeds == (OpenOrder(),)
    assert words(turns[5]).startswith(prompt("added", "zh"))


@pytest.mark.parametrize("text", ["没有了", "谢谢", "没有"])
def test_nothing_to_add_is_the_end(text):
    assert last(Keyed("2"), hear("路灯坏了"), Silent(), hear(text), facts=LIVE).steps[-1] == HangUp()


@pytest.mark.parametrize("text", ["是的", "留言"])
def test_yes_i_have_something_to_add_is_asked_for_it(text):
    turn = last(Keyed("2"), hear("路灯坏了"), Silent(), hear(text), facts=LIVE)
    assert words(turn) == prompt("message_by_voice", "zh")


def test_hello_after_a_prompt_is_told_it_again():
    assert words(last(Keyed("2"), hear("喂"), facts=LIVE)) == prompt("message_by_voice", "zh")
    assert words(last(Keyed("2"), hear("路灯坏了"), Silent(), hear("喂"), facts=LIVE)).count("<code>") == 2


def test_the_code_is_said_again_when_asked_for():
    registered = Keyed("2"), hear("路灯坏了"), Silent()
    assert words(last(*registered, hear("再说一遍"), facts=LIVE)).count("<code>") == 2
    assert words(last(*registered, Keyed("2"), facts=LIVE)).count("<code>") == 2


def test_from_a_message_back_to_a_question_keeps_what_was_said():
    turn = last(Keyed("2"), hear("路灯坏了"), hear("别的问题"), facts=LIVE)
    assert words(turn).startswith(prompt("open_question", "zh"))
    assert turn.conversation.words_left
