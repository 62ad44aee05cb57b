"""Danger in spoken words, ears that are lost, and what holds whatever a caller does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import Urgency
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
)
from knowledge.answers import Finding
from tests.ivr.talking import FACTS, INPUTS, STAFFED, hear, last, live, talk_through, words
from tests.ivr.talking_by_voice import DANGER, LIVE, LIVE_STAFFED, RED_CODE, UNHEARD_OF, opens


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
