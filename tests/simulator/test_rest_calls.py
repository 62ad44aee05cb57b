"""The REST API's calls, asked for with Twilio's own client."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import (
    Answer,
    Busy,
    Caller,
    NoAnswer,
    Phone,
    Press,
    Refuse,
    Speak,
    StaySilent,
    Talk,
    Voicemail,
)
from tests.simulator.conftest import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    CITIZEN,
    HOTLINE,
    dial_in,
    ring_up,
    sentences,
    sound,
    twilio_client,
)

EVENTS = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture
def client(carrier):
    with twilio_client(carrier) as client:
        yield client


def call_citizen(client, app, **more):
    options = {"to": CITIZEN, "from_": HOTLINE, "url": app.url + "/out", "status_callback": app.url + "/out-status"}
    return client.calls.create(**(options | more))


def test_a_call_out_rings_a_phone_and_runs_the_document(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, Answer(Caller([Press("1")]), ring_seconds=3)))
    app["/out"] = '<Gather numDigits="1" action="/key"><Say>press one if you are the caller</Say></Gather>'
    app["/key"] = "<Say>here is your answer</Say>"
    created = call_citizen(client, app, status_callback_event=EVENTS)
    assert (created.status, created.direction) == ("queued", "outbound-api")
    call = carrier.call(created.sid).wait(10)
    carrier.settle()
    assert sentences(call) == ["press one if you are the caller", "here is your answer"]
    told = sorted(app.params("/out-status"), key=lambda params: int(params["SequenceNumber"]))
    assert [params["CallStatus"] for params in told] == ["initiated", "ringing", "in-progress", "completed"]
    (params,) = app.params("/out")
    assert (params["Direction"], params["CallStatus"]) == ("outbound-api", "in-progress")
    assert (params["From"], params["To"]) == (HOTLINE, CITIZEN)


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Busy(), "busy"), (NoAnswer(), "no-answer"), (Refuse(), "no-answer"), (None, "failed")],
)
def test_a_call_out_that_reaches_nobody_asks_for_no_document(app, carrier, client, behaviour, status):
    if behaviour:
        carrier.add_phone(Phone(CITIZEN, behaviour))
    created = call_citizen(client, app, timeout=20)
    carrier.call(created.sid).wait(10)
    (told,) = app.params("/out-status")
    assert told["CallStatus"] == status
    assert "CallDuration" not in told
    assert app.params("/out") == []
    assert client.calls(created.sid).fetch().status == status


def test_ringing_ends_after_the_timeout_asked_for(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, Answer(ring_seconds=15)))
    assert carrier.call(call_citizen(client, app, timeout=10).sid).wait(10).status == "no-answer"
    assert carrier.call(call_citizen(client, app, timeout=30).sid).wait(10).status == "completed"


def test_a_machine_hears_the_call_out_and_presses_nothing(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, Voicemail(ring_seconds=5, listens_seconds=40)))
    app["/out"] = '<Gather numDigits="1" action="/key"><Say>please call back</Say></Gather><Redirect>/out</Redirect>'
    call = carrier.call(call_citizen(client, app).sid).wait(10)
    assert set(sentences(call)) == {"please call back"}
    assert app.params("/key") == []
    assert call.ended_by == "callee"
    assert 40 <= call.duration_seconds < 400


def test_a_call_out_can_bring_its_document_along(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, Answer()))
    created = client.calls.create(to=CITIZEN, from_=HOTLINE, twiml="<Response><Say>hello</Say></Response>")
    assert sentences(carrier.call(created.sid).wait(10)) == ["hello"]


def test_a_live_call_leaves_what_it_does_for_another_document(app, carrier, client):
    app["/voice"] = '<Say>welcome</Say><Pause length="3000"/><Say>never</Say>'
    app["/agent"] = "<Say>an agent is here</Say>"
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    updated = client.calls(call.sid).update(url=app.url + "/agent", method="GET")
    assert updated.status == "in-progress"
    call.wait(10)
    assert sentences(call) == ["welcome", "an agent is here"]
    assert [request.method for request in call.requests if "/agent" in request.url] == ["GET"]
    assert call.duration_seconds < 1000


def test_a_live_call_can_be_given_twiml(app, carrier, client):
    app["/voice"] = '<Say>welcome</Say><Pause length="3000"/>'
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    client.calls(call.sid).update(twiml="<Response><Say>in person</Say></Response>")
    assert sentences(call.wait(10)) == ["welcome", "in person"]


def test_a_sentence_cut_off_by_an_update_was_not_heard_to_its_end(app, make_carrier):
    carrier = make_carrier(pace=20.0)
    app["/voice"] = f"<Say>welcome</Say><Say>{'long ' * 500}</Say>"
    app["/next"] = "<Say>now</Say>"
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    with twilio_client(carrier) as client:
        client.calls(call.sid).update(url=app.url + "/next")
    call.wait(10)
    assert [heard.complete for heard in call.heard] == [True, False, True]


def test_a_live_call_can_be_hung_up(app, carrier, client):
    app["/voice"] = '<Say>welcome</Say><Pause length="3000"/>'
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    client.calls(call.sid).update(status="completed")
    assert (call.wait(5).status, call.ended_by) == ("completed", "application")
    assert app.params("/status")[0]["CallStatus"] == "completed"


@pytest.mark.parametrize("change", ["canceled", "completed"])
def test_a_ringing_call_can_be_cancelled_but_not_redirected(app, carrier, client, change):
    carrier.add_phone(Phone(CITIZEN, NoAnswer()))
    created = call_citizen(client, app, timeout=600)
    with pytest.raises(TwilioRestException) as refused:
        client.calls(created.sid).update(url=app.url + "/agent")
    assert refused.value.code == 21220
    client.calls(created.sid).update(status=change)
    assert carrier.call(created.sid).wait(5).status == "canceled"


def test_cancelling_does_not_touch_a_call_in_progress(app, carrier, client):
    app["/voice"] = '<Say>welcome</Say><Pause length="90"/><Say>still here</Say>'
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    client.calls(call.sid).update(status="canceled")
    assert sentences(call.wait(10)) == ["welcome", "still here"]


def test_a_call_that_is_over_cannot_be_changed(app, carrier, client):
    call = ring_up(carrier)
    for change in ({"url": app.url + "/agent"}, {"status": "completed"}):
        with pytest.raises(TwilioRestException) as refused:
            client.calls(call.sid).update(**change)
        assert (refused.value.status, refused.value.code) == (400, 21220)


def test_a_live_talk_can_be_taken_apart(app, carrier, client):
    agent = "+8613911110001"
    carrier.add_phone(Phone(agent, Answer(Caller([Talk(3000)]))))
    app["/voice"] = f'<Dial callerId="{HOTLINE}" action="/dialled">{agent}</Dial>'
    app["/hold"] = "<Say>please hold</Say>"
    call = dial_in(carrier).wait_until_put_through(5)
    client.calls(call.sid).update(url=app.url + "/hold")
    assert sentences(call.wait(10)) == ["please hold"]
    carrier.settle()
    (leg,) = [other for other in carrier.calls if other.parent_sid == call.sid]
    assert leg.ended_by == "other party"
    assert app.params("/dialled") == []


def test_the_callee_of_a_live_talk_can_be_moved_too(app, carrier, client):
    agent = "+8613911110001"
    carrier.add_phone(Phone(agent, Answer(Caller([Talk(3000)]))))
    app["/voice"] = f'<Dial callerId="{HOTLINE}" action="/dialled">{agent}</Dial>'
    app["/dialled"] = "<Say>the agent has gone</Say>"
    app["/note"] = "<Say>take a note</Say>"
    call = dial_in(carrier).wait_until_put_through(5)
    (leg,) = [other for other in carrier.calls if other.parent_sid == call.sid]
    client.calls(leg.sid).update(url=app.url + "/note")
    assert sentences(call.wait(10)) == ["the agent has gone"]
    assert sentences(leg.wait(10)) == ["take a note"]


def test_words_being_recorded_are_kept_when_the_call_is_moved(app, make_carrier, tmp_path):
    carrier = make_carrier(pace=20.0)
    app["/voice"] = '<Say>speak</Say><Record action="/words" recordingStatusCallback="/recording"/>'
    app["/agent"] = "<Say>an agent is here</Say>"
    call = dial_in(carrier, Speak(sound(tmp_path / "long.wav", 60.0)))
    for event in call.follow():
        if type(event).__name__ == "Spoke":
            break
    call.wait_until(lambda: call.now_seconds > 8, 5)
    with twilio_client(carrier) as client:
        client.calls(call.sid).update(url=app.url + "/agent")
    call.wait(10)
    carrier.settle()
    assert sentences(call) == ["speak", "an agent is here"]
    assert app.params("/words") == []
    (told,) = app.params("/recording")
    assert 1 <= int(told["RecordingDuration"]) < 40


def test_calls_are_listed_newest_first_and_filtered(app, carrier, client):
    carrier.add_phone(Phone(CITIZEN, Busy()))
    inbound = ring_up(carrier, StaySilent())
    outbound = carrier.call(call_citizen(client, app).sid).wait(10)
    yesterday, tomorrow = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
    assert [call.sid for call in client.calls.list()] == [outbound.sid, inbound.sid]
    assert [call.sid for call in client.calls.list(to=CITIZEN)] == [outbound.sid]
    assert [call.sid for call in client.calls.list(from_=CITIZEN)] == [inbound.sid]
    assert [call.sid for call in client.calls.list(status="busy")] == [outbound.sid]
    assert len(client.calls.list(start_time_after=yesterday)) == 2
    assert client.calls.list(start_time_after=tomorrow) == []
    assert len(client.calls.list(start_time_before=tomorrow)) == 2
    assert client.calls.list(start_time_before=yesterday) == []


def test_lists_come_in_pages(app, carrier, client):
    sids = [ring_up(carrier).sid for _ in range(5)]
    assert [call.sid for call in client.calls.list(page_size=2)] == sids[::-1]
    url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json?PageSize=2&Page=1"
    page = httpx.get(url, auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False).json()
    assert [call["sid"] for call in page["calls"]] == sids[::-1][2:4]
    assert (page["page"], page["page_size"], page["start"], page["end"]) == (1, 2, 2, 3)
    assert "Page=2" in page["next_page_uri"]
    assert "Page=0" in page["previous_page_uri"]


def test_a_finished_call_has_its_times(app, carrier, client):
    app["/voice"] = '<Pause length="5"/>'
    call = ring_up(carrier)
    fetched = client.calls(call.sid).fetch()
    assert fetched.status == "completed"
    assert int(fetched.duration) == call.duration_seconds >= 5
    assert fetched.start_time <= fetched.end_time
    assert fetched.answered_by is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "110"}, 21211),
        ({"from_": "+15005550006"}, 21210),
        ({"url": "not a url"}, 21205),
        ({"status_callback_event": ["finished"]}, 21626),
    ],
)
def test_a_call_that_cannot_be_placed_is_refused(app, carrier, client, change, code):
    with pytest.raises(TwilioRestException) as refused:
        call_citizen(client, app, **change)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert carrier.calls == []


@pytest.mark.parametrize(
    ("missing", "code"), [("To", 21201), ("From", 21213), ("Url", 21205)], ids=["to", "from", "url"]
)
def test_a_call_needs_two_numbers_and_a_document(app, carrier, missing, code):
    form = {"To": CITIZEN, "From": HOTLINE, "Url": app.url + "/out"}
    del form[missing]
    url = f"{carrier.api_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
    answer = httpx.post(url, data=form, auth=(ACCOUNT_SID, AUTH_TOKEN), trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_blocked_country_cannot_be_called(app, make_carrier):
    carrier = make_carrier(blocked_prefixes=("+86",))
    with twilio_client(carrier) as client, pytest.raises(TwilioRestException) as refused:
        call_citizen(client, app)
    assert refused.value.code == 21215


def test_calls_out_wait_for_their_turn(app, make_carrier):
    carrier = make_carrier(pace=20.0, calls_per_second=0.5)
    carrier.add_phone(Phone(CITIZEN, Busy()))
    with twilio_client(carrier) as client:
        calls = [carrier.call(call_citizen(client, app).sid) for _ in range(3)]
    carrier.settle()
    ends = [call.events[-1].at_seconds for call in calls]
    assert ends[1] - ends[0] > 1
    assert ends[2] >= 4
