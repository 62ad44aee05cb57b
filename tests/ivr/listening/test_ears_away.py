"""Without a sign of life of the ears a caller goes on by key and recording, and what was heard late counts."""

import threading

from core.models import Urgency
from ivr.prompts import prompt
from tests.ivr.listening.spoken import DANGER, NEED, QUESTION, talk
from tests.ivr.live_telephone import LiveTelephone
from tests.ivr.telephone import said, verbs
from tests.redis_process import RedisProcess


def test_without_a_sign_of_life_the_caller_goes_on_by_key_and_recording_at_once(caller):
    caller.begin()
    caller.go_deaf()
    answer = caller.wait()
    assert verbs(answer) == ["Gather", "Record", "Redirect"]
    assert said(answer).startswith(prompt("ears_lost", "zh"))
    assert not talk(caller)["voice"]
    caller.telephone.message(caller.turn)
    assert caller.telephone.counts()["recordings"] == 1


def test_words_that_came_before_the_ears_were_lost_are_taken_first(caller):
    caller.begin()
    caller.utter(QUESTION)
    caller.go_deaf()
    assert "您问的是" in said(caller.wait())
    assert said(caller.wait()).startswith(prompt("ears_lost", "zh"))


def test_moves_of_ears_that_come_back_change_nothing_but_a_danger_counts(caller):
    caller.begin()
    caller.key("2")
    caller.go_deaf()
    newest = caller.wait()
    assert caller.move("speaking").data == newest.data
    answer = caller.say(DANGER)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") in said(answer)
    assert caller.telephone.order().urgency is Urgency.RED


def test_a_danger_that_was_heard_late_counts_at_the_next_time_out(caller):
    caller.begin()
    caller.say(QUESTION)
    caller.go_deaf()
    assert verbs(caller.wait()) == ["Gather", "Redirect"]
    caller.utter(NEED)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") not in said(caller.wait())
    caller.utter(DANGER)
    assert prompt("danger", "zh", emergency_numbers="120, 119, 110") in said(caller.wait())


def test_silence_that_is_heard_is_silence(caller):
    caller.begin()
    assert said(caller.wait()).startswith(prompt("once_more_by_voice", "zh"))


def test_a_mute_redis_keeps_nobody_elses_call_waiting(make_telephone, tmp_path_factory):
    server = RedisProcess(tmp_path_factory.mktemp("mute"))
    other = make_telephone(database_wait_seconds=0.3)
    mute = LiveTelephone(make_telephone(redis_url=server.url))
    mute.begin()
    server.hang()
    waiting = threading.Thread(target=mute.wait)
    waiting.start()
    while waiting.is_alive():
        other.post("incoming")
    server.stop()
    assert not other.house.spool.path.exists()  # as it would, had the database been locked all the while
    assert not talk(mute)["voice"]
