"""A citizen calls: what is asked of the program, and what the caller hears."""

from pathlib import Path

from twilio.request_validator import RequestValidator

from simulator import HangUp, Press, Speak, StaySilent
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, CITIZEN, HOTLINE, ring_up, sentences


def test_a_call_asks_for_twiml_says_it_and_ends(app, carrier):
    app["/voice"] = '<Say language="zh-CN">您好。</Say><Hangup/>'
    call = ring_up(carrier)
    assert [(heard.text, heard.language, heard.complete) for heard in call.heard] == [("您好。", "zh-CN", True)]
    assert (call.status, call.ended_by) == ("completed", "application")


def test_the_first_request_carries_twilios_fields(app, carrier):
    app["/voice"] = "<Hangup/>"
    call = ring_up(carrier)
    (params,) = app.params("/voice")
    expected = {
        "CallSid": call.sid,
        "AccountSid": ACCOUNT_SID,
        "From": CITIZEN,
        "To": HOTLINE,
        "Caller": CITIZEN,
        "Called": HOTLINE,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "FromCountry": "CN",
    }
    assert expected.items() <= params.items()
    assert call.sid.startswith("CA")
    assert len(call.sid) == 34


def test_every_request_is_signed_and_has_a_token_of_its_own(app, carrier):
    app["/voice"] = '<Gather numDigits="1" action="/key?lang=zh"/>'
    app["/key"] = "<Hangup/>"
    ring_up(carrier, Press("1"))
    validator = RequestValidator(AUTH_TOKEN)
    for path, query in (("/voice", ""), ("/key", "?lang=zh"), ("/status", "")):
        (headers,), (params,) = app.headers(path), app.params(path)
        posted = {name: value for name, value in params.items() if name != "lang"}
        assert validator.validate(app.url + path + query, posted, headers["X-Twilio-Signature"])
    tokens = [headers["I-Twilio-Idempotency-Token"] for _, _, headers in app.asked]
    assert len(set(tokens)) == len(tokens) == 3


def test_the_signature_of_a_get_covers_the_query(app, carrier):
    app["/voice"] = '<Redirect method="GET">/more?a=1</Redirect>'
    app["/more"] = "<Hangup/>"
    call = ring_up(carrier)
    (headers,) = app.headers("/more")
    request = next(request for request in call.requests if request.kind == "redirect")
    assert request.params["a"] == "1"
    assert RequestValidator(AUTH_TOKEN).validate(request.url, {}, headers["X-Twilio-Signature"])


def test_redirect_goes_on_with_another_document(app, carrier):
    app["/voice"] = "<Say>one</Say><Redirect>next</Redirect><Say>never</Say>"
    app["/next"] = "<Say>two</Say>"
    assert sentences(ring_up(carrier)) == ["one", "two"]


def test_the_status_callback_tells_the_end(app, carrier):
    app["/voice"] = '<Pause length="7"/>'
    call = ring_up(carrier)
    (params,) = app.params("/status")
    assert params["CallStatus"] == "completed"
    assert params["CallDuration"] == str(call.duration_seconds)
    assert 7 <= call.duration_seconds < 300
    assert params["Duration"] == str(-(-call.duration_seconds // 60))
    assert params["SequenceNumber"] == "0"
    assert params["Timestamp"].endswith("+0000")


def test_recorded_words_reach_the_action_and_the_callback(app, carrier, words):
    app["/voice"] = (
        '<Say>please speak</Say><Record action="/words" finishOnKey="#" recordingStatusCallback="/recording"/>'
    )
    app["/words"] = "<Say>thank you</Say>"
    call = ring_up(carrier, Speak(words, end_key="#"))
    carrier.settle()
    (params,), (status,) = app.params("/words"), app.params("/recording")
    assert sentences(call) == ["please speak", "thank you"]
    assert (params["RecordingDuration"], params["Digits"]) == ("2", "#")
    assert params["RecordingUrl"].startswith(carrier.api_url)
    assert params["RecordingUrl"].endswith(params["RecordingSid"])
    assert (status["RecordingStatus"], status["RecordingSid"]) == ("completed", params["RecordingSid"])
    assert Path(carrier.words_left[0].audio) == words


def test_a_script_answers_one_input_after_the_other(app, carrier):
    app["/voice"] = '<Gather numDigits="1" action="/key"><Say>menu</Say></Gather><Redirect>/voice</Redirect>'
    app["/key"] = "<Say>two it is</Say><Redirect>/voice</Redirect>"
    call = ring_up(carrier, StaySilent(), Press("2"), HangUp())
    assert sentences(call) == ["menu", "menu", "two it is", "menu"]
    assert call.ended_by == "caller"
    assert [params["Digits"] for params in app.params("/key")] == ["2"]
