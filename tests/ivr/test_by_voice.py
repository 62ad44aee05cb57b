"""The conversation by voice: an open question, an answer, and for everything else a message, a person or the red."""

import pytest

from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.prompts import prompt
from ivr.steps import (
    AskKey,
    HangUp,
    Keyed,
    OpenOrder,
    RangOut,
    Record,
    Ring,
    Silent,
    Speaking,
    StartStream,
)
from tests.ivr.talking import FACTS, STAFFED, hear, last, live, talk_through, words
from tests.ivr.talking_by_voice import LIVE, LIVE_STAFFED, RED_CODE, UNHEARD_OF


def test_who_can_be_heard_is_heard_from_the_first_moment_and_asked_what_they_need():
    start, asked = talk_through(facts=LIVE)[0].steps
    assert start == StartStream()
    assert asked.seconds <= 5
    assert words(talk_through(facts=LIVE)[0]).startswith(prompt("greeting_by_voice", "zh", city="杭州"))
    assert talk_through(facts=LIVE)[0].conversation.voice


def test_without_a_place_the_greeting_offers_keys():
    (asked,) = talk_through(facts=FACTS)[0].steps
    assert isinstance(asked, AskKey)
    assert words(talk_through()[0]).startswith(prompt("greeting", "zh", city="杭州"))


def test_the_stream_is_started_once_however_often_the_greeting_is_said():
    turns = talk_through(Keyed("8"), Keyed("8"), Keyed("1"), Keyed("*"), hear("再说一遍"), facts=LIVE)
    assert [StartStream() in turn.steps for turn in turns] == [True, *[False] * 5]


def test_the_keys_of_the_greeting_work_as_ever():
    assert last(Keyed("1"), facts=LIVE).conversation.place is Place.TOPICS
    assert last(Keyed("2"), facts=LIVE).conversation.place is Place.MESSAGE
    assert last(Keyed("8"), facts=LIVE).conversation.language == "en"
    answered = last(Keyed("1"), Keyed("1"), Keyed("1"), facts=LIVE)
    assert answered.conversation.place is Place.ANSWER
    assert prompt("helped_by_voice", "zh") in words(answered)


@pytest.mark.parametrize("text", ["[unk]", "第一个", "是的", "投诉"])
def test_what_says_too_little_is_asked_again_once_then_a_message_is_taken(text):
    turns = talk_through(hear(text), hear(text), facts=LIVE)
    assert words(turns[1]).startswith(prompt("not_understood", "zh") + prompt("other_language", "zh"))
    assert prompt("open_question", "zh") in words(turns[1])
    assert turns[2].conversation.place is Place.MESSAGE
    assert turns[1].conversation.words_left == (text == "投诉")


def test_who_draws_breath_after_the_first_words_is_not_talked_over():
    turns = talk_through(hear("我想问一下"), hear(RED_CODE["zh"]), facts=LIVE)
    assert turns[1].steps == (AskKey(seconds=4),)
    assert turns[2].conversation.article == "health-code-red"
    asked = talk_through(hear("我想问一下"), Silent(), facts=LIVE)[-1]
    assert words(asked).startswith(prompt("not_understood", "zh") + prompt("open_question", "zh"))
    assert last(hear("嗯"), hear("嗯"), facts=LIVE).conversation.place is Place.MESSAGE


def test_hello_is_asked_what_they_need():
    turns = talk_through(hear("你好"), hear("喂"), hear("喂"), facts=LIVE)
    assert words(turns[1]).startswith(prompt("open_question", "zh"))
    assert turns[3].conversation.place is Place.MESSAGE


def test_silence_gets_a_repeat_then_a_key_for_those_who_cannot_speak_then_a_recording():
    turns = talk_through(Silent(), Silent(), Silent(), facts=LIVE)
    assert words(turns[1]).startswith(prompt("once_more_by_voice", "zh") + prompt("open_question", "zh"))
    assert prompt("cannot_speak", "zh") in words(turns[2])
    assert turns[3].deeds == (OpenOrder(to_listen=True),)
    assert isinstance(turns[3].steps[-1], Record)
    assert not turns[3].conversation.voice  # perhaps it is we who are deaf


def test_silence_of_one_who_was_answered_before_is_no_call_for_help():
    asked = hear(RED_CODE["zh"]), hear("是的"), hear("别的问题")
    assert last(*asked, Silent(), Silent(), facts=LIVE).steps[-1] == HangUp()


def test_who_was_not_understood_is_not_greeted_again_when_asking_to_hear_it_again():
    assert words(last(hear("[unk]"), hear("再说一遍"), facts=LIVE)).startswith(prompt("open_question", "zh"))
    assert words(last(hear("再说一遍"), facts=LIVE)).startswith(prompt("greeting_by_voice", "zh", city="杭州"))


def test_words_into_the_goodbye_are_heard():
    assert next_turn(live(Place.ENDED), hear("谢谢"), LIVE).steps[-1] == HangUp()
    assert next_turn(live(Place.ENDED), hear(RED_CODE["zh"]), LIVE).conversation.place is Place.ANSWER


def test_an_answer_refused_by_key_leaves_what_was_said():
    answered = live(Place.ANSWER, article="health-code-red", answered=True, heard_up_to=3)
    assert next_turn(answered, Keyed("2"), LIVE).conversation.words_left
    by_key = live(Place.ANSWER, article="health-code-red", answered=True)
    assert not next_turn(by_key, Keyed("2"), LIVE).conversation.words_left


def test_silence_of_one_on_keys_is_recorded_even_when_there_is_a_person():
    turn = next_turn(live(Place.CANNOT_SPEAK, voice=False), Silent(), STAFFED)
    assert isinstance(turn.steps[-1], Record)


def test_silence_is_put_through_to_a_person_when_there_is_one():
    turn = last(Silent(), Silent(), Silent(), facts=LIVE_STAFFED)
    assert turn.deeds == (OpenOrder(to_listen=True), OpenOrder(wants_person=True))
    assert turn.steps[-1] == Ring(urgent=False)


def test_silence_of_one_who_has_said_something_is_no_silent_call():
    turns = talk_through(hear(RED_CODE["zh"]), hear("没有"), Silent(), Silent(), facts=LIVE)
    assert turns[-1].deeds == (OpenOrder(),)
    assert words(turns[-1]).count("<code>") == 2


@pytest.mark.parametrize("place", Place)
def test_nothing_is_said_over_a_caller_who_speaks(place):
    turn = next_turn(live(place), Speaking(), LIVE)
    assert turn.steps == (AskKey(seconds=2),)
    assert (turn.conversation.place, turn.deeds) == (place, ())


def test_what_a_noise_cut_off_is_said_again():
    asked = hear(RED_CODE["zh"])
    answer = words(last(asked, facts=LIVE))
    assert words(last(asked, Speaking(), Silent(), facts=LIVE)) == answer
    assert words(last(asked, Speaking(), Speaking(), Silent(), Silent(), facts=LIVE)) != answer
    code = last(Keyed("2"), hear("路灯坏了"), Silent(), Speaking(), Silent(), facts=LIVE)
    assert words(code).count("<code>") == 2


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.DANGER])
def test_a_person_is_a_word_away_everywhere(place):
    assert next_turn(live(place), hear("转人工"), LIVE_STAFFED).steps[-1] == Ring(urgent=False)


def test_nobody_free_keeps_what_was_said_and_gives_its_code():
    turn = last(hear(UNHEARD_OF["zh"]), hear("人工"), facts=LIVE)
    assert words(turn).startswith(prompt("nobody_free", "zh"))
    assert words(turn).count("<code>") == 2


def test_a_ringing_is_known_as_long_as_it_lasts_and_begun_anew_when_words_broke_it_off():
    ringing = last(Keyed("0"), facts=LIVE_STAFFED).conversation
    assert ringing.ringing
    assert next_turn(ringing, hear("快一点"), LIVE_STAFFED).steps[-1] == Ring(urgent=False)
    broken = next_turn(ringing, Speaking(), LIVE_STAFFED).conversation
    assert not broken.ringing
    assert next_turn(broken, Silent(), LIVE_STAFFED).steps[-1] == Ring(urgent=False)
    over = next_turn(ringing, RangOut(answered=False), LIVE_STAFFED)
    assert not over.conversation.ringing
    assert words(over).startswith(prompt("nobody_free", "zh"))
    assert over.steps[-1] == AskKey(over.steps[-1].while_saying)


def test_the_other_language_is_a_word_away():
    assert "Hangzhou" in words(last(hear("英语"), facts=LIVE))
    message = last(Keyed("2"), hear("英语"), facts=LIVE)
    assert words(message) == prompt("message_by_voice", "en")
    code = last(Keyed("2"), hear("路灯坏了"), Silent(), hear("英语"), facts=LIVE)
    assert prompt("registered", "en") in words(code)
    danger = last(Keyed("9"), hear("英语"), facts=LIVE)
    assert words(danger) == prompt("danger_by_voice", "en", emergency_numbers="120, 119, 110")
