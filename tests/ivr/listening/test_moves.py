"""Moves that are lost, late or doubled, and callers who speak meanwhile: no word is lost or taken twice."""

import threading

from ivr.conversation import Place
from ivr.prompts import prompt
from tests.ivr.listening.spoken import NEED, QUESTION, talk
from tests.ivr.telephone import parse, said, verbs


def test_a_lost_move_is_made_good_by_the_time_out(caller):
    caller.begin()
    caller.utter(QUESTION)
    assert "您问的是" in said(caller.wait())
    assert talk(caller)["heard_up_to"] > 0


def test_a_doubled_move_takes_nothing_twice(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    first, again = caller.move("spoke", turn), caller.move("spoke", turn)
    assert first.data == again.data
    assert caller.turn == turn + 1


def test_a_move_whose_words_were_taken_already_says_the_newest_again(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    caller.wait()
    newest = caller.say("是 的")
    assert caller.move("spoke", turn).data == newest.data


def test_a_late_move_brings_its_words_into_the_present_turn(caller):
    caller.begin()
    turn = caller.utter(NEED)
    caller.key("2")
    caller.move("spoke", turn)
    assert talk(caller)["place"] == Place.MESSAGE
    assert talk(caller)["words_left"]


def test_words_said_between_the_first_move_and_the_second_are_not_lost(caller):
    """Both utterances were committed in the same turn, so both moves name it."""
    caller.begin()
    turn = caller.utter(NEED)
    caller.move("spoke", turn)
    caller.utter("在 花园街道")
    answer = caller.move("spoke", turn)
    assert said(answer) == ""
    assert talk(caller)["place"] == Place.MESSAGE
    assert caller.wait().data != answer.data


def test_the_same_move_many_times_at_once(caller):
    caller.begin()
    turn = caller.utter(QUESTION)
    answers, start = [], threading.Barrier(4)

    def move():
        start.wait()
        answers.append(caller.move("spoke", turn).data)

    threads = [threading.Thread(target=move) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert caller.turn == turn + 1


def test_a_key_beside_words_wins_and_the_words_come_next(caller):
    caller.begin()
    caller.utter(NEED)
    assert prompt("message_by_voice", "zh") in said(caller.key("2"))
    caller.move("spoke")
    assert talk(caller)["words_left"]


def test_nothing_is_said_over_one_who_speaks_and_the_words_are_waited_for(caller):
    caller.begin()
    answer = caller.move("speaking")
    assert (verbs(answer), said(answer)) == (["Gather", "Redirect"], "")
    assert parse(answer).find("Gather").get("timeout") == "2"
    caller.hear(speaking=True)
    answer = caller.wait()
    assert (said(answer), parse(answer).find("Gather").get("timeout")) == ("", "2")
    assert "您问的是" in said(caller.say(QUESTION))


def test_a_late_barge_in_stops_what_is_being_said_all_the_same(caller):
    caller.begin()
    caller.key("8")
    assert said(caller.move("speaking", 1)) == ""


def test_a_noise_is_no_caller_and_what_it_cut_off_is_said_again(caller):
    caller.begin()
    answer = said(caller.say(QUESTION))
    caller.move("speaking")
    assert said(caller.wait()) == answer
