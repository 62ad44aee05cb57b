"""The account's own numbers in the REST API, and machine detection of calls out."""

import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Answer, Caller, Phone, Press, Voicemail
from tests.simulator.conftest import CITIZEN, HOTLINE, ring_up, sentences, twilio_client


@pytest.fixture
def client(carrier):
    with twilio_client(carrier) as client:
        yield client


def test_a_number_says_where_its_calls_go(app, carrier, client):
    (number,) = client.incoming_phone_numbers.list(phone_number=HOTLINE)
    assert (number.phone_number, number.voice_url, number.voice_method) == (HOTLINE, app.url + "/voice", "POST")
    assert (number.voice_fallback_url, number.status_callback) == (app.url + "/fallback", app.url + "/status")
    assert number.sid.startswith("PN")
    assert client.incoming_phone_numbers(number.sid).fetch().phone_number == HOTLINE
    assert client.incoming_phone_numbers.list(phone_number="+1") == []


def test_a_changed_number_sends_its_calls_elsewhere(app, carrier, client):
    (number,) = client.incoming_phone_numbers.list()
    changed = client.incoming_phone_numbers(number.sid).update(
        voice_url=app.url + "/new", voice_method="GET", status_callback=app.url + "/new-status", friendly_name="hotline"
    )
    assert (changed.voice_url, changed.friendly_name) == (app.url + "/new", "hotline")
    assert changed.voice_fallback_url == app.url + "/fallback"
    app["/new"] = "<Say>new house</Say>"
    call = ring_up(carrier)
    assert sentences(call) == ["new house"]
    assert call.requests[0].method == "GET"
    assert len(app.params("/new-status")) == 1
    assert client.incoming_phone_numbers.list(friendly_name="hotline")[0].sid == number.sid


def test_a_number_of_another_account_is_not_found(carrier, client):
    with pytest.raises(TwilioRestException) as refused:
        client.incoming_phone_numbers("PN" + "0" * 32).fetch()
    assert refused.value.code == 20404


def call_out(client, app, carrier, behaviour, **more):
    carrier.add_phone(Phone(CITIZEN, behaviour))
    app["/out"] = "<Say>hello</Say>"
    made = client.calls.create(to=CITIZEN, from_=HOTLINE, url=app.url + "/out", **more)
    call = carrier.call(made.sid).wait(10)
    carrier.settle()
    return call


@pytest.mark.parametrize(
    ("behaviour", "mode", "answered_by"),
    [
        (Answer(Caller([Press("1")])), "Enable", "human"),
        (Voicemail(ring_seconds=2), "Enable", "machine_start"),
        (Voicemail(ring_seconds=2), "DetectMessageEnd", "machine_end_beep"),
        (Answer(detected_as="unknown"), "Enable", "unknown"),
    ],
)
def test_what_picked_up_is_told_with_the_first_request(app, carrier, client, behaviour, mode, answered_by):
    call = call_out(client, app, carrier, behaviour, machine_detection=mode)
    assert app.params("/out")[0]["AnsweredBy"] == answered_by
    assert client.calls(call.sid).fetch().answered_by == answered_by


@pytest.mark.parametrize("mode", [{}, {"machine_detection": "none"}])
def test_nothing_is_detected_unless_asked_for(app, carrier, client, mode):
    call = call_out(client, app, carrier, Voicemail(ring_seconds=2), **mode)
    assert "AnsweredBy" not in app.params("/out")[0]
    assert client.calls(call.sid).fetch().answered_by is None


def test_detection_in_the_background_is_told_later(app, carrier, client):
    app["/key"] = ""
    more = {"machine_detection": "Enable", "async_amd": "true", "async_amd_status_callback": app.url + "/amd"}
    carrier.add_phone(Phone(CITIZEN, Voicemail(ring_seconds=2)))
    app["/out"] = '<Pause length="40"/>'
    made = client.calls.create(to=CITIZEN, from_=HOTLINE, url=app.url + "/out", **more)
    carrier.call(made.sid).wait(10)
    carrier.settle()
    assert "AnsweredBy" not in app.params("/out")[0]
    (told,) = app.params("/amd")
    assert (told["AnsweredBy"], told["CallSid"]) == ("machine_start", made.sid)
    assert int(told["MachineDetectionDuration"]) == 4000
