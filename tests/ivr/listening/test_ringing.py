"""What is said while people are rung, and to a person."""

import pytest

from core.models import Urgency
from ivr.prompts import prompt
from tests.ivr.listening.spoken import DANGER, DANGER_PROMPT, QUESTION, talk
from tests.ivr.telephone import DUTY, new_sid, said, verbs


def test_words_while_people_are_rung_are_taken_with_the_end_of_the_ringing(staffed):
    staffed.begin()
    assert verbs(staffed.key("0")) == ["Say", "Dial", "Redirect"]
    assert talk(staffed)["ringing"]
    staffed.utter("我 在 花园街道")
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert prompt("nobody_free", "zh") in said(answer)
    assert not talk(staffed)["ringing"]
    assert said(staffed.wait()).startswith(prompt("message_again_by_voice", "zh"))


def test_a_danger_said_while_people_are_rung_is_a_red_at_the_end_of_the_ringing(staffed):
    staffed.begin()
    staffed.key("0")
    staffed.utter(DANGER)
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert DANGER_PROMPT in said(answer)
    assert staffed.telephone.order().urgency is Urgency.RED


def test_one_in_danger_who_speaks_while_people_are_rung_is_listened_to_next(staffed):
    staffed.begin()
    staffed.say(DANGER)
    assert verbs(staffed.say("在 花园街道")) == ["Say", "Dial", "Redirect"]
    staffed.utter(f"快 来 {DANGER}")
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert said(answer) == prompt("danger_listening_by_voice", "zh")
    assert verbs(staffed.wait()) == ["Say", "Dial", "Redirect"]


@pytest.mark.parametrize("text", [QUESTION, DANGER])
def test_what_was_said_to_a_person_is_no_question_to_us(staffed, text):
    staffed.begin()
    staffed.key("0")
    staffed.telephone.post(f"whisper/1/{staffed.turn}/person/keys", CallSid=new_sid(), To=DUTY, Digits="1")
    staffed.utter(text)
    answer = staffed.telephone.post(f"turns/{staffed.turn}/rang")
    assert prompt("person_left", "zh") in said(answer)
    staffed.hear()
    assert verbs(staffed.wait()) == ["Say", "Hangup"]
