"""TwiML that can't be fetched or run: the error, the fallback URL, and what the caller hears at last."""

import time

import pytest
from flask import Response

from simulator.line import APOLOGY, MOST_FALLBACKS
from tests.simulator.conftest import ring_up, sentences

BAD = [
    ("<Sing>la</Sing>", 12200, "<Sing> is not allowed"),
    ('<Say volume="11">loud</Say>', 12200, "'volume'"),
    ("<Gather><Record/></Gather>", 12200, "<Record> is not allowed in <Gather>"),
    ('<Gather numDigits="many"/>', 12200, "numDigits"),
    ('<Record maxLength="0"/>', 12200, "maxLength"),
    ('<Gather input="speech"/>', 12200, "dtmf"),
    ('<Redirect method="PUT">/x</Redirect>', 12200, "PUT"),
    ('<Record recordingStatusCallback="/r" recordingStatusCallbackEvent="done"/>', 12200, "done"),
    ("hello", 12200, "text outside"),
    ("<Say>unfinished", 12100, "not XML"),
    (f"<Say>{'好' * 501}</Say>", 13521, "too long"),
    (f"<Say>{'a' * 4097}</Say>", 13521, "too long"),
    (f'<Say voice="Polly.Zhiyu">{"a" * 3001}</Say>', 13521, "too long"),
    (f"<!--{'x' * 65536}--><Say>hi</Say>", 11750, "65536"),
]


@pytest.mark.parametrize(("verbs", "code", "reason"), BAD, ids=[f"{code} {why}" for _, code, why in BAD])
def test_a_bad_document_is_an_error_and_the_fallback_takes_over(app, carrier, verbs, code, reason):
    app["/voice"] = verbs
    app["/fallback"] = "<Say>please leave a message</Say>"
    call = ring_up(carrier)
    (error,) = call.errors
    assert error.code == code
    assert reason in error.reason
    (params,) = app.params("/fallback")
    assert (params["ErrorCode"], params["ErrorUrl"]) == (str(code), app.url + "/voice")
    assert sentences(call) == ["please leave a message"]
    assert (carrier.errors[0].code, carrier.errors[0].call_sid) == (code, call.sid)


@pytest.mark.parametrize("text", ["好" * 500, "a" * 4096])
def test_a_sentence_of_the_longest_length_is_said(app, make_carrier, text):
    carrier = make_carrier(pace=2000.0)
    app["/voice"] = f"<Say>{text}</Say>"
    assert sentences(ring_up(carrier)) == [text]


def test_a_document_that_is_not_called_xml_is_refused(app, carrier):
    app["/voice"] = Response("<Response/>", mimetype="application/json")
    call = ring_up(carrier)
    assert call.errors[0].code == 12300


def test_the_root_must_be_a_response(app, carrier):
    app["/voice"] = Response("<Reply/>", mimetype="text/xml")
    assert ring_up(carrier).errors[0].code == 12100


def test_a_server_error_goes_to_the_fallback_without_a_retry(app, carrier):
    app["/voice"] = Response("oops", status=500)
    app["/fallback"] = "<Say>sorry</Say>"
    call = ring_up(carrier)
    assert len(app.params("/voice")) == 1
    assert app.params("/fallback")[0]["ErrorCode"] == "11200"
    assert sentences(call) == ["sorry"]


def test_a_refused_connection_is_tried_again_once_with_the_same_token(app, carrier):
    app["/voice"] = "<Redirect>http://127.0.0.1:9/nobody</Redirect>"
    app["/fallback"] = "<Say>sorry</Say>"
    call = ring_up(carrier)
    first, second = (request for request in call.requests if request.kind == "redirect")
    assert first.token == second.token
    assert first.status is None
    assert app.params("/fallback")[0]["ErrorCode"] == "11205"


def test_an_answer_that_takes_too_long_is_given_up(app, make_carrier):
    carrier = make_carrier(webhook_floor_seconds=0.2)
    app["/voice"] = lambda _: time.sleep(0.6) or "<Say>too late</Say>"
    app["/fallback"] = "<Say>sorry</Say>"
    call = ring_up(carrier)
    assert sentences(call) == ["sorry"]
    assert 0.2 <= call.requests[0].seconds < 0.6
    assert len(app.params("/voice")) == 1


def test_the_time_limit_shrinks_with_the_pace(app, make_carrier):
    carrier = make_carrier(pace=30.0, webhook_floor_seconds=0.0)
    app["/voice"] = lambda _: time.sleep(0.9) or "<Say>too late</Say>"
    call = ring_up(carrier)
    assert 0.4 <= call.requests[0].seconds < 0.9


def test_an_answer_in_drops_is_given_up_after_the_same_time(app, make_carrier):
    carrier = make_carrier(webhook_floor_seconds=0.3)

    def drip():
        for _ in range(8):
            time.sleep(0.1)
            yield b" "

    app["/voice"] = lambda _: Response(drip(), mimetype="text/xml")
    call = ring_up(carrier)
    assert call.errors[0].code == 11200
    assert call.requests[0].seconds < 0.7


def test_overrides_in_the_url_change_the_retries(app, carrier):
    statuses = iter([500, 503, 200])
    app["/voice"] = "<Redirect>/shaky#rc=3&amp;rp=5xx</Redirect>"
    app["/shaky"] = lambda _: Response("<Response><Say>at last</Say></Response>", next(statuses), mimetype="text/xml")
    call = ring_up(carrier)
    assert sentences(call) == ["at last"]
    assert len({request.token for request in call.requests if request.kind == "redirect"}) == 1
    assert len(app.params("/shaky")) == 3
    assert all("#" not in request.url for request in call.requests)


def test_when_the_fallback_fails_too_the_caller_hears_an_apology(app, carrier):
    app["/voice"] = "<Sing/>"
    app["/fallback"] = "<Dance/>"
    call = ring_up(carrier)
    assert sentences(call) == [APOLOGY]
    assert (call.status, call.ended_by) == ("completed", "application error")
    assert [error.code for error in call.errors] == [12200, 12200]
    assert len(app.params("/fallback")) == 1


def test_an_error_later_in_the_call_also_goes_to_the_fallback(app, carrier):
    app["/voice"] = "<Say>welcome</Say><Redirect>/broken</Redirect>"
    app["/broken"] = "<Sing/>"
    app["/fallback"] = "<Redirect>/broken</Redirect>"
    call = ring_up(carrier)
    assert app.params("/fallback")[0]["ErrorUrl"] == app.url + "/broken"
    # once the fallback's own document has been left, another failure may come back to it, but not for ever
    assert len(app.params("/fallback")) == MOST_FALLBACKS
    assert sentences(call) == ["welcome", APOLOGY]


def test_speech_markup_is_heard_as_its_text(app, carrier):
    app["/voice"] = '<Say language="zh-CN">请拨<say-as interpret-as="digits">120</say-as><break/>。</Say>'
    assert sentences(ring_up(carrier)) == ["请拨120。"]


def test_a_sentence_can_be_said_again(app, carrier):
    app["/voice"] = '<Say loop="3">hold on</Say>'
    assert sentences(ring_up(carrier)) == ["hold on"] * 3


def test_a_sound_is_fetched_and_lasts_its_length(app, make_carrier, words):
    carrier = make_carrier(pace=20.0)
    app["/voice"] = "<Play>/tune.wav</Play>"
    app["/tune.wav"] = Response(words.read_bytes(), mimetype="audio/wav")
    call = ring_up(carrier)
    assert [(heard.text, heard.sound) for heard in call.heard] == [(app.url + "/tune.wav", True)]
    assert call.heard[0].at_seconds >= 2


def test_a_missing_sound_is_an_error_but_the_call_goes_on(app, carrier):
    app["/voice"] = "<Play>/tune.wav</Play><Say>still here</Say>"
    app["/tune.wav"] = Response("no", status=404)
    call = ring_up(carrier)
    assert call.errors[0].code == 11200
    assert sentences(call) == ["still here"]


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_is_never_answered(app, carrier, reason, status):
    app["/voice"] = f'<Reject reason="{reason}"/><Say>never</Say>'
    call = ring_up(carrier)
    assert (call.status, call.heard, call.duration_seconds) == (status, [], 0)
    assert app.params("/status")[0]["CallStatus"] == status
