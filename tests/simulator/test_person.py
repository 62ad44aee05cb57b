"""When a person's next move is due, told without a call: what is waited for, speaking, silence, patience."""

from pathlib import Path

import pytest

from simulator import Caller, HangUp, Press, SpeakUp, Talk
from simulator.person import Person

WORDS = Path("words.wav")


def person(*moves, patience=1):
    made = Person(Caller(moves, patience=patience))
    made.picks_up(0.0)
    return made


def test_words_over_a_prompt_wait_for_the_beginning_of_their_sentence():
    citizen = person(SpeakUp(WORDS, at="menu", over_prompt=True, after_seconds=2))
    citizen.begins_to_hear("welcome", 1.0)
    assert citizen.due_at_seconds() is None
    citizen.hears("welcome", 3.0)
    citizen.begins_to_hear("the menu", 5.0)
    assert citizen.due_at_seconds() == 7.0
    assert citizen.take_due(6.9) is None
    assert citizen.take_due(7.0).audio == WORDS
    assert citizen.due_at_seconds() is None


def test_without_a_sentence_any_prompt_will_do_also_one_that_sounds_already():
    citizen = person(SpeakUp(WORDS, at="menu", over_prompt=True), SpeakUp(WORDS, over_prompt=True))
    citizen.begins_to_hear("menu", 5.0)
    citizen.take_due(6.0)
    citizen.speaks_until(8.0)
    assert citizen.due_at_seconds() == 8.0


def test_words_in_silence_wait_for_the_end_of_what_sounds():
    citizen = person(SpeakUp(WORDS, after_seconds=2))
    citizen.begins_to_hear("a long menu", 0.5)
    assert citizen.due_at_seconds() is None
    citizen.hears("a long menu", 20.0)
    assert citizen.due_at_seconds() == 22.0
    citizen.waited(1.5)
    assert citizen.due_at_seconds() == 23.5


def test_a_sentence_counts_for_one_move_only():
    citizen = person(SpeakUp(WORDS, at="menu"), SpeakUp(WORDS, at="menu"))
    citizen.hears("menu", 1.0)
    assert citizen.take_due(2.0)
    citizen.speaks_until(4.0)
    assert citizen.due_at_seconds() is None
    citizen.hears("the menu again", 6.0)
    assert citizen.due_at_seconds() == 7.0


def test_keys_over_a_prompt_are_pressed_only_where_keys_are_asked_for():
    citizen = person(Press("0", over_prompt=True))
    citizen.begins_to_hear("music", 1.0)
    assert citizen.due_at_seconds() is None
    citizen.keys_wanted = True
    assert citizen.due_at_seconds() == 2.0


def test_speaking_and_being_about_to_speak_use_up_no_patience():
    citizen = person(SpeakUp(WORDS), Press("1", at="never said"))
    citizen.waited_in_vain(0.5)
    assert citizen.take_due(1.0)
    citizen.speaks_until(12.0)
    citizen.waited_in_vain(6.0)
    assert citizen.next_move(13.0) is None
    citizen.waited_in_vain(18.0)
    assert citizen.next_move(18.0) == HangUp()


@pytest.mark.parametrize(("move", "left"), [(Talk(5), None), (Press("1", at="x"), HangUp())])
def test_who_waits_to_be_put_through_is_patient(move, left):
    citizen = person(move)
    citizen.waited_in_vain(5.0)
    assert citizen.next_move(6.0) == left


def test_the_next_move_comes_after_the_words():
    citizen = person(SpeakUp(WORDS), Press("1"))
    citizen.take_due(1.0)
    citizen.speaks_until(4.0)
    assert not citizen.is_ready(3.9)
    assert citizen.next_move(3.9) is None
    assert citizen.is_ready(4.0)
    assert citizen.next_move(4.0) == Press("1")
