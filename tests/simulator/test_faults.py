"""The traps of a network: doubled, late and lost requests, broken media, hidden numbers."""

import time

import httpx
import pytest

from simulator import WITHHELD_NUMBERS, Faults, Press, Speak
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, CITIZEN, ring_up, sentences

RECORD = '<Record finishOnKey="#" action="/words" recordingStatusCallback="/recording"/>'


@pytest.fixture
def left(app, carrier, words):
    """A call that leaves words under faults, and the recording's URL."""
    app["/voice"] = RECORD
    app["/words"] = "<Say>thanks</Say>"

    def leave(faults, **more):
        call = ring_up(carrier, Speak(words, **({"end_key": "#"} | more)), faults=faults)
        carrier.settle()
        return call

    return leave


def media(app):
    url = app.params("/words")[0]["RecordingUrl"] + ".wav"
    return httpx.get(url, auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False)


def test_every_webhook_can_come_twice(app, carrier):
    app["/voice"] = '<Gather numDigits="1" action="/key"/>'
    answers = iter(["<Say>lost</Say>", "<Say>heard</Say>"])
    app["/key"] = lambda _: next(answers)
    call = ring_up(carrier, Press("1"), faults=Faults(double_webhooks=True))
    for path in ("/voice", "/key", "/status"):
        first, second = app.headers(path)
        assert first["I-Twilio-Idempotency-Token"] == second["I-Twilio-Idempotency-Token"]
        assert app.params(path)[0] == app.params(path)[1]
    assert sentences(call) == ["heard"]


def test_recording_callbacks_can_come_twice(app, left):
    left(Faults(double_recording_callbacks=True))
    first, second = app.params("/recording")
    assert first == second
    assert len({headers["I-Twilio-Idempotency-Token"] for headers in app.headers("/recording")}) == 1
    assert len(app.params("/words")) == 1


def test_a_recording_callback_can_come_after_the_call(app, carrier, words):
    app["/voice"] = RECORD
    call = ring_up(carrier, Speak(words, end_key="#"), faults=Faults(recording_callback_delay_seconds=50))
    assert app.params("/status")
    assert app.params("/recording") == []
    carrier.settle()
    assert app.params("/recording")[0]["CallSid"] == call.sid


def test_callbacks_can_be_lost(app, left):
    left(Faults(no_recording_callbacks=True, no_status_callbacks=True))
    assert app.params("/recording") == app.params("/status") == []
    assert len(app.params("/words")) == 1


@pytest.mark.parametrize("then_hang_up", [False, True])
def test_the_action_can_come_late(app, left, then_hang_up):
    call = left(Faults(late_action_seconds=30), then_hang_up=then_hang_up, end_key="" if then_hang_up else "#")
    recorded = next(event.at_seconds for event in call.events if type(event).__name__ == "Recorded")
    asked = next(index for index, (path, _, _) in enumerate(app.asked) if path == "/words")
    assert app.asked.index(next(entry for entry in app.asked if entry[0] == "/recording")) < asked
    assert call.events[-1].at_seconds - recorded >= 30


@pytest.mark.parametrize("number", WITHHELD_NUMBERS)
def test_a_caller_can_hide_their_number(app, left, number):
    call = left(Faults(withheld_number=number))
    (params,) = app.params("/voice")
    assert (params["From"], params["Caller"], params["FromCountry"]) == (number, number, "")
    assert call.from_number == number
    assert CITIZEN not in str(app.asked)


def test_a_caller_can_be_cut_off_while_speaking(app, left):
    call = left(Faults(hang_up_in_recording=True))
    (params,) = app.params("/words")
    assert (params["Digits"], params["RecordingDuration"]) == ("hangup", "1")
    assert sentences(call) == []
    assert app.params("/recording")[0]["RecordingStatus"] == "completed"


@pytest.mark.parametrize(("kind", "content"), [("empty", b""), ("not audio", b"<html>")])
def test_media_can_be_broken(app, left, kind, content):
    left(Faults(media=kind))
    answer = media(app)
    assert answer.status_code == 200
    assert answer.content[: len(content) or None] == content


def test_media_can_be_missing_at_first(app, left, words):
    left(Faults(media_missing_first=2))
    assert [media(app).status_code for _ in range(3)] == [404, 404, 200]
    assert media(app).content == words.read_bytes()


def test_media_can_be_slow(app, left):
    left(Faults(media_delay_seconds=40))
    began = time.monotonic()
    assert media(app).status_code == 200
    assert time.monotonic() - began >= 0.2


def test_a_recording_can_be_lost_after_its_action(app, carrier, words):
    app["/voice"] = RECORD.replace("/>", ' recordingStatusCallbackEvent="completed absent"/>')
    ring_up(carrier, Speak(words, end_key="#"), faults=Faults(absent=True))
    carrier.settle()
    assert app.params("/words")[0]["RecordingSid"] == app.params("/recording")[0]["RecordingSid"]
    assert app.params("/recording")[0]["RecordingStatus"] == "absent"
    assert media(app).status_code == 404


def test_the_carriers_faults_hold_for_calls_without_their_own(app, make_carrier):
    carrier = make_carrier(faults=Faults(withheld_number="anonymous"))
    assert ring_up(carrier).from_number == "anonymous"
    assert ring_up(carrier, faults=Faults()).from_number == CITIZEN
    carrier.faults = Faults()
    assert ring_up(carrier).from_number == CITIZEN
