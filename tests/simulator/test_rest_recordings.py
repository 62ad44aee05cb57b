"""Recordings and messages of the REST API, asked for with Twilio's own client."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Phone, Speak
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, CITIZEN, HOTLINE, ring_up, twilio_client


@pytest.fixture
def client(carrier):
    with twilio_client(carrier) as client:
        yield client


@pytest.fixture
def call(app, carrier, words):
    """A call that left two recordings."""
    app["/voice"] = '<Record finishOnKey="#"  action="/again"/>'
    app["/again"] = '<Record finishOnKey="#"  action="/done"/>'
    app["/done"] = "<Hangup/>"
    return ring_up(carrier, Speak(words, end_key="#"), Speak(words, end_key="#"))


def media(carrier, sid, auth=(ACCOUNT_SID, AUTH_TOKEN)):
    url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings/{sid}.wav"
    return httpx.get(url, auth=auth, trust_env=False)


def test_recordings_are_listed_by_account_and_by_call(carrier, client, call):
    assert len(call.recording_sids) == 2
    newest_first = call.recording_sids[::-1]
    assert [item.sid for item in client.recordings.list()] == newest_first
    assert [item.sid for item in client.recordings.list(call_sid=call.sid)] == newest_first
    assert client.recordings.list(call_sid="CA" + "0" * 32) == []
    assert [item.sid for item in client.calls(call.sid).recordings.list()] == newest_first
    yesterday, tomorrow = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
    assert len(client.recordings.list(date_created_after=yesterday)) == 2
    assert client.recordings.list(date_created_after=tomorrow) == []


def test_one_recording_tells_what_it_is(carrier, client, call, words):
    (sid, _) = call.recording_sids
    recording = client.recordings(sid).fetch()
    assert (recording.call_sid, recording.status, recording.duration) == (call.sid, "completed", "2")
    assert (recording.source, recording.channels, recording.error_code) == ("RecordVerb", 1, None)
    assert recording.media_url.endswith(sid)
    assert media(carrier, sid).content == words.read_bytes()
    assert media(carrier, sid, auth=None).status_code == 401


def test_a_deleted_recording_is_gone_with_its_media(carrier, client, call, tmp_path):
    first, second = call.recording_sids
    assert client.recordings(first).delete()
    assert media(carrier, first).status_code == 404
    with pytest.raises(TwilioRestException) as missing:
        client.recordings(first).fetch()
    assert missing.value.status == 404
    with pytest.raises(TwilioRestException):
        client.recordings(first).delete()
    assert [item.sid for item in client.recordings.list()] == [second]
    assert [path.stem for path in (tmp_path / "carrier" / "recordings").iterdir()] == [second]


def test_a_message_is_sent_and_delivered(app, carrier, client):
    sent = client.messages.create(to=CITIZEN, from_=HOTLINE, body="请致电 12345。", status_callback=app.url + "/sms")
    assert (sent.status, sent.num_segments) == ("queued", "1")
    carrier.settle()
    assert [params["MessageStatus"] for params in app.params("/sms")] == ["sent", "delivered"]
    assert app.params("/sms")[0]["MessageSid"] == sent.sid
    fetched = client.messages(sent.sid).fetch()
    assert (fetched.status, fetched.body, fetched.error_code) == ("delivered", "请致电 12345。", None)
    assert fetched.date_sent
    assert [(message.to_number, message.body) for message in carrier.messages_sent] == [(CITIZEN, "请致电 12345。")]


def test_a_landline_gets_no_message(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, takes_messages=False))
    sent = client.messages.create(to=CITIZEN, from_=HOTLINE, body="hello", status_callback=app.url + "/sms")
    carrier.settle()
    assert app.params("/sms")[-1]["ErrorCode"] == "30006"
    assert client.messages(sent.sid).fetch().status == "undelivered"


def test_messages_are_listed_and_filtered(carrier, client):
    for body, to in (("one", CITIZEN), ("two", "+8613800138001"), ("长" * 71, CITIZEN)):
        client.messages.create(to=to, from_=HOTLINE, body=body)
    assert [message.num_segments for message in client.messages.list()] == ["2", "1", "1"]
    assert [message.body for message in client.messages.list(to="+8613800138001")] == ["two"]
    assert client.messages.list(from_=CITIZEN) == []
    assert client.messages.list(date_sent_after=datetime.now(UTC) + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"to": "110"}, 21211), ({"from_": CITIZEN}, 21606), ({"body": ""}, 21602), ({"body": "a" * 1601}, 21617)],
)
def test_a_message_that_cannot_be_sent_is_refused(carrier, client, change, code):
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**({"to": CITIZEN, "from_": HOTLINE, "body": "hello"} | change))
    assert refused.value.code == code
    assert carrier.messages_sent == []
