"""The conversation by voice: an open question, an answer, and for everything else a message, a person or the red."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import ToldBy, Urgency
from ivr.conversation import Place
from ivr.dialogue import next_turn
from ivr.prompts import LANGUAGES, prompt
from ivr.steps import (
    AskKey,
    EarsLost,
    HangUp,
    Keyed,
    OpenOrder,
    RangOut,
    Record,
    Ring,
    Say,
    Silent,
    Speaking,
    StartStream,
    Told,
    Took,
)
from knowledge.answers import Finding, answer_question
from knowledge.articles import Article
from tests.ivr import talking
from tests.ivr.talking import FACTS, INPUTS, STAFFED, hear, last, live, talk_through, words


def twin_articles():
    for language, east, west in (
        ("zh", "东图书馆几点开门？", "西图书馆几点开门？"),
        (
            "en",
            "When does the east library lend books on weekend evenings?",
            "When does the west library lend books on weekend evenings?",
        ),
    ):
        for slug, question in (("east", east), ("west", west)):
            yield Article(slug, language, "other", (), question, ("x",), f"{slug} answer.", 1)


LIVE = replace(talking.LIVE, articles=(*talking.LIVE.articles, *twin_articles()))
LIVE_STAFFED = replace(LIVE, can_ring=True)
RED_CODE = {"zh": "健康码 变 红 了 怎么办", "en": "my health code has turned red what can i do"}
UNHEARD_OF = {"zh": "路灯 坏 了 三 天", "en": "the street lamp has been broken for three days"}
YES, NO = {"zh": "是 的", "en": "yes"}, {"zh": "没有", "en": "no"}
DANGER = {"zh": "我 父亲 喘不上气", "en": "my child cannot breathe"}


def said_to(language, *inputs, facts=LIVE):
    return last(*inputs, facts=facts, start=live(language=language, voice=False))


def opens(turn):
    return any(isinstance(deed, OpenOrder) for deed in turn.deeds)


@cache
def vague(language="zh"):
    """Return words that leave two questions open: those of two twin articles, and ever more that no article has."""
    twins, strange = {
        "zh": ("图书馆 开门", ["喇叭", "裤子", "鹦鹉", "辣椒", "葫芦", "蚂蚁", "玻璃", "骆驼", "蘑菇", "蜻蜓"]),
        "en": (
            "library lend books weekend evenings",
            ["trumpet", "trousers", "parrot", "pepper", "gourd", "ant", "glass", "camel", "toad"],
        ),
    }[language]
    for count in range(len(strange)):
        text = " ".join([twins, *strange[:count]])
        finding = answer_question(LIVE.articles, text, language)
        if finding.kind == "ask" and len(finding.articles) == 2:
            return text, finding.articles
    raise AssertionError("no number of strange words makes it vague")


# --- the greeting ---


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


# --- answers ---


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


# --- do you mean ---


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


# --- a message ---


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


# --- not understood, silence, noise ---


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


# --- people, languages ---


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


# --- danger ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", [place for place in Place if place is not Place.DANGER])
def test_a_danger_in_the_words_comes_first_everywhere(place, language):
    heard = hear(DANGER[language], language)
    turn = next_turn(live(place, language=language), heard, LIVE)
    assert turn.deeds == (OpenOrder(Urgency.RED, wants_person=True, dangers=heard.dangers),)
    assert {reason.why for reason in heard.dangers} == {"breathing"}
    assert words(turn) == prompt("danger_by_voice", language, emergency_numbers="120, 119, 110")
    assert turn.conversation.place is Place.DANGER
    assert isinstance(turn.steps[-1], AskKey)


def test_two_pieces_may_tell_of_a_danger_together():
    assert not hear("我 父亲 胸口").is_danger
    assert not hear("疼").is_danger
    assert hear("我 父亲 胸口 疼").is_danger


def test_one_in_danger_is_heard_while_agents_ring_and_in_between():
    turns = talk_through(
        hear(DANGER["zh"]), hear("我在花园街道"), RangOut(answered=False), Silent(), facts=LIVE_STAFFED
    )
    assert turns[2].steps[-1] == Ring(urgent=True)
    assert turns[2].conversation.ringing
    assert words(turns[3]) == prompt("danger_listening_by_voice", "zh")
    assert turns[4].steps[-1] == Ring(urgent=True)


def test_without_anyone_on_duty_one_in_danger_is_not_talked_over():
    turns = talk_through(hear(DANGER["zh"]), hear("我在花园街道"), hear("快来"), Silent(), facts=LIVE)
    assert turns[2].steps == turns[3].steps == (AskKey(),)
    assert words(turns[4]) == prompt("danger_listening_by_voice", "zh")


def test_words_for_a_danger_reach_one_who_is_on_keys():
    turn = last(Keyed("2"), hear(DANGER["zh"]), facts=FACTS)
    assert [deed.urgency for deed in turn.deeds] == [Urgency.RED]
    assert isinstance(turn.steps[-1], Record)


# --- the ears ---


@pytest.mark.parametrize("place", [Place.GREETING, Place.CHOICE, Place.MESSAGE, Place.CANNOT_SPEAK])
def test_who_is_heard_no_more_is_told_and_recorded_with_the_danger_key_first(place):
    turn = next_turn(live(place), EarsLost(), LIVE)
    assert words(turn).startswith(prompt("ears_lost", "zh"))
    assert "按9" in prompt("ears_lost", "zh")
    assert isinstance(turn.steps[-1], Record)
    assert not turn.conversation.voice


@pytest.mark.parametrize("place", [Place.ANSWER, Place.AFTER_MESSAGE, Place.TOPICS, Place.QUESTIONS])
def test_who_is_heard_no_more_goes_on_by_key_where_keys_are_enough(place):
    turn = next_turn(live(place, category="policy", article="health-code-red"), EarsLost(), LIVE)
    assert words(turn).startswith(prompt("ears_lost", "zh"))
    assert words(turn).endswith(prompt("keys_always", "zh"))
    assert isinstance(turn.steps[-1], AskKey)


def test_what_was_said_before_the_ears_were_lost_has_its_order():
    turn = last(hear(UNHEARD_OF["zh"]), EarsLost(), facts=LIVE)
    assert turn.deeds == (OpenOrder(),)
    assert last(hear(RED_CODE["zh"]), EarsLost(), facts=LIVE).deeds == ()


def test_one_in_danger_who_is_heard_no_more_is_recorded():
    turn = last(hear(DANGER["zh"]), EarsLost(), facts=LIVE)
    assert isinstance(turn.steps[-1], Record)
    assert words(turn) == prompt("danger_listening", "zh")


def test_words_of_one_who_was_given_up_are_a_message():
    turn = last(Keyed("2"), EarsLost(), hear("路灯坏了"), facts=LIVE)
    assert turn.deeds == (OpenOrder(),)
    assert words(turn).count("<code>") == 2


# --- whatever happens ---

ANY_CALL = st.lists(st.sampled_from(INPUTS), max_size=25), st.sampled_from([LIVE, LIVE_STAFFED, FACTS, STAFFED])


@settings(max_examples=150)
@given(*ANY_CALL)
def test_a_person_and_the_red_are_always_one_key_away(inputs, facts):
    talk = talk_through(*inputs, facts=facts)[-1].conversation
    red = next_turn(talk, Keyed("9"), facts)
    assert red.conversation.place is Place.DANGER
    wish = next_turn(talk, Keyed("0"), facts)
    assert wish.conversation.place is Place.DANGER or OpenOrder(wants_person=True) in wish.deeds
    if facts.can_ring and talk.place is not Place.CANNOT_SPEAK:
        assert isinstance(wish.steps[-1], Ring)


@settings(max_examples=150)
@given(*ANY_CALL)
def test_no_call_is_hung_up_on_without_goodbye_nor_with_words_unregistered(inputs, facts):
    opened = False
    for turn in talk_through(*inputs, facts=facts):
        opened = opened or opens(turn)
        if HangUp() in turn.steps:
            assert isinstance(turn.steps[0], Say)
            assert turn.steps[0].text == prompt("goodbye", turn.conversation.language)
            assert opened or not turn.conversation.words_left


@settings(max_examples=100)
@given(*ANY_CALL)
def test_silence_alone_always_comes_to_an_end(inputs, facts):
    """From wherever a call stands it comes to a goodbye, a recording or a person, never to a circle of questions."""
    talk = talk_through(*inputs, facts=facts)[-1].conversation
    for _ in range(8):
        turn = next_turn(talk, Silent(), facts)
        if not isinstance(turn.steps[-1], AskKey):
            return
        talk = turn.conversation
    assert talk.place is Place.DANGER


def test_a_finding_has_the_kinds_that_the_conversation_knows():
    assert Finding.__annotations__["kind"].__args__ == ("answer", "ask", "none")
