"""The carrier as a whole: its journal, what can be watched of a call, its pace, and that it ends."""

import gc
import json
import threading
import time

import httpx
import pytest

from simulator import Answer, Caller, Carrier, HangUp, Phone, Press, Speak, StaySilent
from simulator.events import Answered, AskedForKeys, Dialled, HungUp, Pressed, Said
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, CITIZEN, HOTLINE, dial_in, ring_up, twilio_client

AGENT = "+8613911110001"


def test_what_happened_is_kept_in_memory_and_as_lines(app, carrier, words, tmp_path):
    carrier.add_phone(Phone(AGENT, Answer(talk_seconds=1)))
    app["/voice"] = '<Record finishOnKey="#" action="/next"/>'
    app["/next"] = f'<Dial callerId="{HOTLINE}" action="/last">{AGENT}</Dial>'
    app["/last"] = "<Sing/>"
    call = ring_up(carrier, Speak(words, end_key="#"))
    with twilio_client(carrier) as client:
        client.messages.create(to=CITIZEN, from_=HOTLINE, body="请致电 12345。")
    carrier.settle()
    (words_left,) = carrier.words_left
    assert (words_left.call_sid, words_left.audio, words_left.duration_seconds) == (call.sid, str(words), 2)
    assert [placed.direction for placed in carrier.calls_placed] == ["inbound", "outbound-dial"]
    assert [(ended.call_sid, ended.status) for ended in carrier.calls_ended][-1] == (call.sid, "completed")
    assert [rung.outcome for rung in carrier.phones_rung] == ["answered"]
    lines = [json.loads(line) for line in (tmp_path / "carrier" / "journal.jsonl").read_text("utf-8").splitlines()]
    kinds = {line["event"] for line in lines}
    assert kinds == {"CallPlaced", "CallEnded", "WordsLeft", "PhoneRung", "MessageSent", "ErrorLogged"}
    assert next(line for line in lines if line["event"] == "MessageSent")["body"] == "请致电 12345。"


def test_a_call_can_be_watched_while_it_goes_on(app, carrier):
    seen = []
    app["/voice"] = '<Say language="zh-CN">您好</Say><Gather numDigits="1" action="/key"/>'
    app["/key"] = "<Hangup/>"
    call = dial_in(carrier, Press("1"), on_event=seen.append)
    followed = list(call.follow())
    call.wait(5)
    assert followed == seen == call.events
    assert [type(event) for event in seen] == [Dialled, Answered, Said, AskedForKeys, Pressed, HungUp]
    assert [(event.text, event.language) for event in seen if isinstance(event, Said)] == [("您好", "zh-CN")]
    assert [event.at_seconds for event in seen] == sorted(event.at_seconds for event in seen)
    assert any("Pressed digits=1" in line for line in call.log)


def test_the_carriers_observer_sees_all_calls(app, make_carrier):
    seen = []
    carrier = make_carrier(on_event=seen.append)
    calls = {ring_up(carrier).sid for _ in range(2)}
    assert {event.call_sid for event in seen} == calls


def test_each_request_is_remembered_with_its_answer(app, carrier):
    app["/voice"] = "<Say>hello</Say>"
    call = ring_up(carrier)
    voice, status = call.requests
    assert (voice.kind, voice.url, voice.status) == ("voice", app.url + "/voice", 200)
    assert "<Say>hello</Say>" in voice.body
    assert voice.params["CallStatus"] == "ringing"
    assert status.kind == "status"


@pytest.mark.parametrize("pace", [10.0, 40.0])
def test_time_passes_at_the_pace(app, make_carrier, pace):
    carrier = make_carrier(pace=pace)
    app["/voice"] = '<Pause length="8"/>'
    began = time.monotonic()
    call = ring_up(carrier)
    assert time.monotonic() - began == pytest.approx(8 / pace, abs=0.4)
    assert call.duration_seconds >= 8


def test_longer_sentences_take_longer(app, make_carrier):
    carrier = make_carrier(pace=50.0)
    app["/voice"] = f'<Say language="zh-CN">{"好" * 45}</Say><Say>{"word " * 30}</Say>'
    chinese, english = ring_up(carrier).heard
    assert chinese.at_seconds >= 10
    assert english.at_seconds - chinese.at_seconds >= 9.9


def test_no_call_lasts_for_ever(app, make_carrier):
    carrier = make_carrier(time_limit_seconds=60)
    app["/voice"] = "<Say>hello</Say><Redirect>/voice</Redirect>"
    call = ring_up(carrier)
    assert (call.status, call.ended_by) == ("completed", "time limit")
    assert 60 <= call.duration_seconds < 600


def test_fifty_calls_at_once(app, make_carrier, words):
    carrier = make_carrier(pace=20.0)
    app["/voice"] = '<Gather numDigits="1" action="/key"><Say>menu</Say></Gather>'
    app["/key"] = '<Record finishOnKey="#" action="/done" recordingStatusCallback="/recording"/>'
    app["/done"] = "<Say>thank you</Say>"
    caller = Caller([Press("1"), Speak(words, end_key="#")])
    calls = [
        carrier.place_call(from_number=f"+86138001380{i:02d}", to_number=HOTLINE, caller=caller) for i in range(50)
    ]
    with twilio_client(carrier) as client:
        assert len(client.calls.list()) == 50
    for call in calls:
        call.wait(20)
        assert [heard.text for heard in call.heard] == ["menu", "thank you"]
        assert call.errors == []
    carrier.settle()
    assert len(carrier.words_left) == len(app.params("/recording")) == 50
    assert len({params["From"] for params in app.params("/voice")}) == 50


def test_stopping_ends_calls_threads_and_the_port(app, tmp_path):
    before = set(threading.enumerate())
    carrier = Carrier(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, folder=tmp_path / "other", pace=10.0)
    with carrier:
        carrier.add_number(HOTLINE, voice_url=app.url + "/voice", status_callback_url=app.url + "/status")
        app["/voice"] = '<Say>hello</Say><Pause length="3000"/>'
        call = dial_in(carrier).wait_until_heard("hello", 5)
        url = carrier.api_url
    assert (call.ended, call.ended_by) == (True, "carrier")
    assert {thread for thread in set(threading.enumerate()) - before if "carrier" in thread.name} == set()
    assert not any(thread.name.startswith("call") for thread in set(threading.enumerate()) - before)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    with pytest.raises(RuntimeError, match="not running"):
        dial_in(carrier)
    gc.collect()  # a socket or file left open would be a ResourceWarning, and so an error


def test_waiting_in_vain_says_what_happened_last(app, carrier):
    app["/voice"] = '<Say>hello</Say><Pause length="600"/>'
    call = dial_in(carrier).wait_until_heard("hello", 5)
    with pytest.raises(TimeoutError, match="Said text=hello"):
        call.wait(0.1)
    with pytest.raises(TimeoutError):
        carrier.settle(0.1)
    call.hang_up()
    assert call.wait(5).ended_by == "caller"
    with pytest.raises(TimeoutError):
        call.wait_until_heard("goodbye", 5)


def test_a_script_that_cannot_be_played_is_told_to_who_waits(app, carrier, tmp_path, caplog):
    app["/voice"] = '<Record action="/words"/>'
    with pytest.raises(RuntimeError, match="no such"):
        ring_up(carrier, Speak(tmp_path / "no such.wav"))
    carrier.settle()
    assert "no such" in caplog.text
    assert app.params("/status")[0]["CallStatus"] == "completed"


def test_an_unknown_number_cannot_be_called(carrier):
    with pytest.raises(KeyError):
        carrier.place_call(from_number=CITIZEN, to_number="+15005550006", caller=Caller())


def test_one_script_serves_many_calls(app, carrier):
    app["/voice"] = '<Gather numDigits="1" action="/key"/><Redirect>/voice</Redirect>'
    script = Caller([StaySilent(), Press("3"), HangUp()])
    for _ in range(2):
        app.asked.clear()
        ring_up(carrier, caller=script)
        assert [params["Digits"] for params in app.params("/key")] == ["3"]


def test_a_pace_must_be_above_zero(tmp_path):
    with pytest.raises(ValueError, match="pace"):
        Carrier(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, folder=tmp_path, pace=0)
