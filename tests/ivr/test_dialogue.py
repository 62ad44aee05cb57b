"""The conversation as a table: wherever a caller is and whatever they do, something leads on."""

from dataclasses import replace
from itertools import product

import pytest

from core.models import Urgency
from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.prompts import LANGUAGES, prompt
from ivr.steps import (
    AskKey,
    AskNumber,
    HangUp,
    Join,
    Keyed,
    OpenOrder,
    RangOut,
    Record,
    Ring,
    Said,
    Say,
    SayCode,
    Silent,
    Speaking,
    Spoke,
    SpokeNothing,
    TalkedOnDuty,
)
from tests.ivr.talking import EVERY_FACTS, FACTS, INPUTS, STAFFED, WITHHELD, at, last, talk_through, words

LEADS_ON = (AskKey, Record, Ring, HangUp, AskNumber, Join)
CHOICES = ("health-code-red", "health-code-yellow")


@pytest.mark.parametrize("silences", [0, *(pytest.param(often, marks=pytest.mark.full) for often in (1, 2))])
@pytest.mark.parametrize("voice", [False, True])
@pytest.mark.parametrize("place", Place)
def test_everything_leads_on(place, voice, silences):
    for facts, language, heard in product(EVERY_FACTS, LANGUAGES, INPUTS):  # articles are indexed when they change
        talk = at(place, silences=silences, language=language, voice=voice, choices=CHOICES)
        turn = next_turn(talk, heard, facts)
        *before, end = turn.steps
        assert isinstance(end, LEADS_ON)
        assert all(isinstance(step, Say) and step.text for step in before)
        if isinstance(end, HangUp):
            assert before[-1].text == prompt("goodbye", language)
            assert turn.conversation.place is Place.ENDED
        if isinstance(end, AskKey):
            assert end.seconds <= 5
            assert end.while_saying or (voice and isinstance(heard, Said | Speaking | Keyed))


@pytest.mark.parametrize(("place", "facts"), list(product(Place, [FACTS, STAFFED, WITHHELD])))
def test_key_nine_is_a_red_everywhere(place, facts):
    turn = next_turn(at(place), Keyed("9"), facts)
    assert turn.conversation.place is Place.DANGER
    if place is not Place.DANGER:
        assert turn.deeds == (OpenOrder(Urgency.RED, wants_person=True),)
        assert "120, 119, 110" in words(turn)


@pytest.mark.parametrize("place", [place for place in Place if place not in {Place.DANGER, Place.CANNOT_SPEAK}])
def test_key_zero_wants_a_person_everywhere(place):
    alone, rung = (next_turn(at(place), Keyed("0"), facts) for facts in (FACTS, STAFFED))
    assert alone.deeds == rung.deeds == (OpenOrder(wants_person=True),)
    assert rung.steps[-1] == Ring(urgent=False)
    assert prompt("nobody_free", "zh") in words(alone)


def test_key_zero_of_one_in_danger_rings_for_the_danger():
    assert next_turn(at(Place.DANGER), Keyed("0"), STAFFED).steps[-1] == Ring(urgent=True)


@pytest.mark.parametrize("heard", [Keyed("0"), Keyed("9"), Keyed("5"), Keyed("#")])
def test_any_key_of_one_who_cannot_speak_is_a_red(heard):
    turn = next_turn(at(Place.CANNOT_SPEAK), heard, FACTS)
    assert turn.conversation.place is Place.DANGER
    assert turn.deeds == (OpenOrder(Urgency.RED, wants_person=True),)
    assert words(turn).startswith(prompt("understood_need", "zh"))


def test_silence_gets_one_gentle_repeat_then_a_message_then_a_way_for_those_who_cannot_speak():
    nothing = (Silent(), Silent(), SpokeNothing(), SpokeNothing(), Silent())
    turns = talk_through(*nothing)
    greeting = words(turns[0])
    assert [words(turn) for turn in turns[1:]] == [
        prompt("once_more", "zh") + greeting,
        prompt("message", "zh"),
        prompt("message_again", "zh"),
        prompt("cannot_speak", "zh") * 2,
        prompt("silent_noted", "zh"),
    ]
    assert [turn.deeds for turn in turns[:5]] == [()] * 5
    assert turns[5].deeds == (OpenOrder(to_listen=True),)
    assert isinstance(turns[5].steps[-1], Record)
    assert last(*nothing, SpokeNothing()).steps[-1] == HangUp()


def test_one_silence_does_not_count_with_a_later_one():
    assert words(last(Silent(), Keyed("1"), Silent())).startswith(prompt("once_more", "zh"))


@pytest.mark.parametrize("facts", [FACTS, WITHHELD])
def test_the_code_is_spoken_twice_after_a_message(facts):
    turn = last(Keyed("2"), Spoke("#"), facts=facts)
    assert turn.deeds == (OpenOrder(),)
    assert words(turn).count("<code>") == 2
    (asked,) = turn.steps
    codes = [place for place, step in enumerate(asked.while_saying) if isinstance(step, SayCode)]
    assert codes[1] - codes[0] > 1  # something is said between


def test_more_can_be_added_and_the_code_heard_again():
    assert words(last(Keyed("2"), Spoke(), Keyed("1"), Spoke())).startswith(prompt("added", "zh"))
    assert words(last(Keyed("2"), Spoke(), Keyed("2"))).count("<code>") == 2
    assert last(Keyed("2"), Spoke(), Silent()).steps[-1] == HangUp()
    assert isinstance(last(Keyed("2"), Spoke(), Keyed("5")).steps[-1], AskKey)


def test_key_zero_after_words_keeps_them_and_gives_their_code_when_nobody_is_there():
    turn = last(Keyed("2"), Spoke("0"))
    assert turn.deeds == (OpenOrder(), OpenOrder(wants_person=True))
    assert words(turn).count("<code>") == 2
    assert prompt("message", "zh") not in words(turn)
    rung = talk_through(Keyed("2"), Spoke("0"), RangOut(answered=False), facts=STAFFED)
    assert rung[-2].steps[-1] == Ring(urgent=False)
    assert words(rung[-1]).count("<code>") == 2


def test_key_zero_without_words_asks_for_them_when_nobody_takes_the_call():
    turn = last(Keyed("0"), RangOut(answered=False), facts=STAFFED)
    assert words(turn) == prompt("nobody_free", "zh") + prompt("message", "zh")
    assert turn.conversation.place is Place.MESSAGE


def test_after_a_person_the_caller_may_add_something():
    turn = last(Keyed("0"), RangOut(answered=True), facts=STAFFED)
    assert words(turn).startswith(prompt("person_left", "zh"))
    assert turn.conversation.place is Place.AFTER_MESSAGE
    assert turn.deeds == (OpenOrder(wants_person=True), TalkedOnDuty())  # so that there is a code to say


def test_a_key_during_the_prompt_of_a_message():
    assert last(Keyed("2"), Keyed("#")).steps == (Record(),)
    assert words(last(Keyed("2"), Keyed("5"))) == prompt("unknown_key", "zh") + prompt("message", "zh")
    assert last(Keyed("2"), Keyed("9")).conversation.place is Place.DANGER


def test_a_withheld_caller_is_asked_for_a_number_and_promised_no_call():
    ways = [(Keyed("2"),), (Keyed("2"), Spoke()), (Keyed("0"),), (Keyed("9"),), (*[SpokeNothing()] * 5,)]
    for way in ways:
        spoken = words(last(*way, facts=WITHHELD))
        assert "回电" not in spoken
        assert "处理并联系您" not in spoken
        assert "再联系您" not in spoken
    for way in (ways[0], ways[2], ways[3]):
        assert prompt("message_no_number", "zh") in words(last(*way, facts=WITHHELD))
        assert prompt("message_no_number", "zh") not in words(last(*way))


# --- the menus ---


def test_the_other_language_is_one_key_away_and_is_named_in_itself():
    greeting = talk_through()[0]
    other = greeting.steps[0].while_saying[-1]
    assert (other.language, other.text) == ("en", prompt("other_language", "zh"))
    turn = last(Keyed("8"))
    assert turn.conversation.language == "en"
    assert "Hangzhou" in words(turn)
    assert last(Keyed("8"), Keyed("8")).conversation.language == "zh"


def test_the_topics_are_read_with_their_keys():
    assert "政策请按1，出行请按2" in words(last(Keyed("1")))
    assert "for the rules, press 1, for travel, press 2" in words(last(Keyed("8"), Keyed("1")))


def test_a_question_gets_its_answer_and_can_be_heard_again():
    way = (Keyed("1"), Keyed("1"), Keyed("3"))
    assert "zh answer 3." in words(last(*way))
    assert words(last(*way, Keyed("3"))) == words(last(*way))
    assert last(*way, Keyed("1")).steps[-1] == HangUp()
    assert last(*way, Keyed("2")).conversation.place is Place.MESSAGE
    assert last(*way, Keyed("*")).conversation.place is Place.TOPICS


def test_questions_come_in_pages_of_five():
    first, second = last(Keyed("1"), Keyed("1")), last(Keyed("1"), Keyed("1"), Keyed("7"))
    assert "question 5" in words(first)
    assert "question 6" not in words(first)
    assert prompt("more_questions", "zh") in words(first)
    assert "question 5" not in words(second)
    assert "zh question 7?请按2" in words(second)
    assert prompt("more_questions", "zh") not in words(second)
    assert "zh answer 7." in words(next_turn(second.conversation, Keyed("2"), FACTS))
    past = next_turn(second.conversation, Keyed("7"), FACTS)
    assert words(past).startswith(prompt("unknown_key", "zh"))
    assert past.conversation.page == second.conversation.page


@pytest.mark.parametrize("key", ["3", "4", "5"])
def test_a_key_beyond_the_questions_read_is_told(key):
    second = last(Keyed("1"), Keyed("1"), Keyed("7")).conversation
    assert words(next_turn(second, Keyed(key), FACTS)).startswith(prompt("unknown_key", "zh"))


def test_star_goes_back_and_six_leaves_a_message():
    questions = (Keyed("1"), Keyed("1"))
    assert last(*questions, Keyed("*")).conversation.place is Place.TOPICS
    assert last(*questions, Keyed("6")).conversation.place is Place.MESSAGE
    assert last(Keyed("1"), Keyed("*")).conversation.place is Place.GREETING


def test_an_empty_topic_takes_a_message_instead():
    turn = last(Keyed("1"), Keyed("2"))
    assert words(turn) == prompt("no_questions", "zh") + prompt("message", "zh")
    assert isinstance(turn.steps[-1], Record)


@pytest.mark.parametrize("way", [(Keyed("1"),), (Silent(),), (Keyed("7"),)])
def test_articles_unpublished_in_mid_choice_take_a_message_instead(way):
    questions = last(Keyed("1"), Keyed("1"), Keyed("7")).conversation
    turn = next_turn(questions, way[0], replace(FACTS, articles=()))
    assert turn.conversation.place in {Place.MESSAGE, Place.QUESTIONS}
    assert prompt("no_questions", "zh") in words(turn)
    answer = last(Keyed("1"), Keyed("1"), Keyed("1")).conversation
    again = next_turn(answer, Keyed("3"), replace(FACTS, articles=()))
    assert words(again) == prompt("no_questions", "zh") + prompt("message", "zh")


def test_who_was_answered_and_falls_silent_is_no_call_for_help():
    answered = (Keyed("1"), Keyed("1"), Keyed("1"), Silent(), Silent())
    assert last(*answered).conversation.place is Place.MESSAGE
    assert last(*answered, SpokeNothing()).steps[-1] == HangUp()


def test_who_was_not_helped_and_falls_silent_may_be_one_who_cannot_speak():
    turns = talk_through(Keyed("1"), Keyed("1"), Keyed("1"), Keyed("2"), SpokeNothing(), SpokeNothing())
    assert turns[-1].conversation.place is Place.CANNOT_SPEAK
