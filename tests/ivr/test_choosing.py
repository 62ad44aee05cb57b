"""A question that may mean two things is asked back, and one of them chosen by key or voice."""

import pytest

from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.prompts import LANGUAGES, prompt
from ivr.steps import (
    Keyed,
    Silent,
)
from tests.ivr.talking import hear, last, live, talk_through, words
from tests.ivr.talking_by_voice import LIVE, RED_CODE, said_to, vague


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_mean_two_things_is_asked_back(language):
    text, (first, second) = vague(language)
    turn = said_to(language, hear(text, language))
    assert turn.conversation.place is Place.CHOICE
    assert words(turn).startswith(prompt("choice_of_two", language, first=first.question, second=second.question))


@pytest.mark.parametrize(
    ("heard", "number"), [(Keyed("1"), 0), (Keyed("2"), 1), (hear("第一个"), 0), (hear("第二个"), 1)]
)
def test_the_first_or_the_second_by_key_or_voice(heard, number):
    text, articles = vague()
    assert last(hear(text), heard, facts=LIVE).conversation.article == articles[number].id


@pytest.mark.parametrize(("text", "slug"), [("东", "east"), ("西", "west"), ("西边", "west")])
def test_a_word_of_one_of_them_chooses_it(text, slug):
    assert last(hear(vague()[0]), hear(text), facts=LIVE).conversation.article == slug


@pytest.mark.parametrize("text", ["图", "喇叭"])
def test_a_word_of_both_or_neither_chooses_nothing(text):
    assert words(last(hear(vague()[0]), hear(text), facts=LIVE)).startswith(prompt("not_understood", "zh"))


def test_of_two_asked_about_before_the_one_that_is_found_again_is_meant():
    turn = next_turn(live(Place.CHOICE, choices=("health-code-red", "west")), hear(vague()[0]), LIVE)
    assert turn.conversation.article == "west"


def test_neither_asks_once_for_other_words():
    text, _ = vague()
    assert words(last(hear(text), hear("都不是"), facts=LIVE)).startswith(prompt("other_words", "zh"))
    assert last(hear(text), hear(RED_CODE["zh"]), facts=LIVE).conversation.article == "health-code-red"


def test_one_choice_is_taken_by_yes_and_of_two_yes_says_nothing():
    text, (first, _) = vague()
    one = live(Place.CHOICE, choices=(first.id,))
    assert next_turn(one, hear("是的"), LIVE).conversation.article == first.id
    assert words(next_turn(one, Silent(), LIVE)).startswith(
        prompt("once_more_by_voice", "zh") + prompt("choice_of_one", "zh", first=first.question)
    )
    assert words(last(hear(text), hear("是的"), facts=LIVE)).startswith(prompt("not_understood", "zh"))


def test_asking_the_same_again_ends_in_a_message_not_in_a_circle():
    text, _ = vague()
    turns = talk_through(*[hear(text)] * 4, facts=LIVE)
    assert [turn.conversation.place for turn in turns[1:4]] == [Place.CHOICE, Place.GREETING, Place.CHOICE]
    assert turns[4].conversation.place is Place.MESSAGE


def test_a_choice_withdrawn_in_the_meantime_takes_a_message():
    for heard, choices in ((Keyed("1"), ("gone", "too")), (Silent(), ("east", "gone")), (hear("再说一遍"), ("gone",))):
        turn = next_turn(live(Place.CHOICE, choices=choices), heard, LIVE)
        assert prompt("no_questions", "zh") in words(turn)
        assert turn.conversation.place is Place.MESSAGE


def test_silence_at_a_choice_gets_one_repeat_then_a_message():
    text, _ = vague()
    turns = talk_through(hear(text), Silent(), Silent(), facts=LIVE)
    assert [turn.conversation.place for turn in turns[2:]] == [Place.CHOICE, Place.MESSAGE]
