"""The people on duty: connected by key 1 and nothing else, alerted once, confirmed once."""

import pytest
from sqlalchemy import select

from core.models import OrderEvent, Outgoing, OutgoingState
from ivr.prompts import prompt
from tests.ivr.telephone import DUTY, new_sid, parse, said, verbs


@pytest.fixture
def ringing(staffed):
    """A caller for whom the duty phone rings in turn 2."""
    staffed.post("incoming")
    staffed.key(1, "0")
    return staffed


def whisper(telephone, path="whisper/1/2/person", **fields):
    return telephone.post(path, CallSid=telephone.leg, To=DUTY, **fields)


@pytest.fixture(autouse=True)
def leg(staffed):
    staffed.leg = new_sid()


@pytest.mark.parametrize(("why", "sentence"), [("person", "whisper_person"), ("red", "whisper_red")])
def test_the_whisper_says_what_the_call_is_and_asks_for_key_one(ringing, why, sentence):
    answer = whisper(ringing, f"whisper/1/2/{why}")
    assert said(answer) == prompt(sentence, "zh") * 2
    assert verbs(answer) == ["Gather", "Hangup"]
    assert parse(answer)[0].get("action").endswith(f"/voice/whisper/1/2/{why}/keys")
    assert "person_connected" not in ringing.events()


def test_key_one_connects_once_however_often_it_is_told(ringing):
    for _ in range(3):
        assert verbs(whisper(ringing, "whisper/1/2/person/keys", Digits="1")) == []
    (event,) = [row for row in ringing.rows(OrderEvent) if row.event == "person_connected"]
    assert event.actor == "139****0000"
    assert prompt("person_left", "zh") in said(ringing.post("turns/2/rang", DialCallStatus="completed"))


@pytest.mark.parametrize("digits", ["0", "2", "9", "#", "*", "", "11", None])
def test_nothing_else_connects(ringing, digits):
    assert verbs(whisper(ringing, "whisper/1/2/person/keys", Digits=digits)) == ["Hangup"]
    assert "person_connected" not in ringing.events()


@pytest.mark.parametrize("status", ["completed", "answered", "busy", "no-answer", "failed", "canceled", "x", None])
def test_a_voicemail_that_answered_is_no_person_whatever_the_carrier_says(ringing, status):
    answer = ringing.post("turns/2/rang", DialCallStatus=status, DialBridged="false")
    assert prompt("nobody_free", "zh") in said(answer)


def test_a_person_of_an_earlier_ringing_is_not_one_of_this(ringing):
    whisper(ringing, "whisper/1/2/person/keys", Digits="1")
    ringing.post("turns/2/rang", DialCallStatus="completed")
    ringing.key(3, "0")
    answer = ringing.post("turns/4/rang", DialCallStatus="completed")
    assert prompt("nobody_free", "zh") in said(answer)
    whisper(ringing, "whisper/1/4/person/keys", Digits="1")
    assert ringing.events().count("person_connected") == 2


@pytest.mark.parametrize("path", ["whisper/99/1/red", "whisper/99/1/red/keys", "alerts/nothing", "alerts/nothing/keys"])
def test_there_is_nobody_to_connect_to(staffed, path):
    assert verbs(staffed.post(path, Digits="1")) == ["Hangup"]


def test_a_call_without_an_order_connects_nobody(staffed):
    staffed.post("incoming")
    assert verbs(whisper(staffed, "whisper/1/1/person/keys", Digits="1")) == ["Hangup"]


@pytest.fixture
def alerted(staffed):
    """A red order about which the duty phone is being called."""
    staffed.post("incoming")
    staffed.key(1, "9")
    with staffed.house.database.transaction() as session:
        (row,) = session.scalars(select(Outgoing))
        row.attempt_id, row.state = "an-attempt", OutgoingState.PLACING
    return staffed


def test_an_alert_names_the_code_and_asks_for_key_one(alerted):
    answer = alerted.post("alerts/an-attempt", CallSid=new_sid())
    assert verbs(answer) == ["Gather", "Hangup"]
    assert said(answer).count(" ".join(alerted.order().code)) == 2


def test_an_alert_is_confirmed_once(alerted):
    for _ in range(2):
        answer = alerted.post("alerts/an-attempt/keys", CallSid=new_sid(), Digits="1")
        assert said(answer) == prompt("alert_thanks", "zh")
        assert verbs(answer) == ["Say", "Hangup"]
    assert alerted.events().count("alert_confirmed") == 1


@pytest.mark.parametrize("digits", ["2", "", None])
def test_another_key_confirms_nothing(alerted, digits):
    assert verbs(alerted.post("alerts/an-attempt/keys", CallSid=new_sid(), Digits=digits)) == ["Hangup"]
    assert "alert_confirmed" not in alerted.events()


def test_staff_are_no_callers(alerted):
    """What a duty phone's own leg tells is never a call of a citizen."""
    alerted.post("alerts/an-attempt/keys", CallSid=new_sid(), Digits="1")
    assert alerted.counts()["calls"] == 1
