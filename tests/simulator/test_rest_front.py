"""The REST API's front: credentials, errors, fields checked against Twilio's own shapes."""

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from simulator import Faults, Silence, shapes
from tests.simulator.conftest import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    CITIZEN,
    HOTLINE,
    dial_in,
    ring_up,
    sentences,
    twilio_client,
)

AUTH = (ACCOUNT_SID, AUTH_TOKEN)


def ask(carrier, path, method="GET", auth=AUTH, account=ACCOUNT_SID, **more):
    url = f"{carrier.api_url}/2010-04-01/Accounts/{account}/{path}"
    return httpx.request(method, url, auth=auth, trust_env=False, **more)


@pytest.mark.parametrize("auth", [None, (ACCOUNT_SID, "guess"), ("AC" + "1" * 32, AUTH_TOKEN)])
def test_without_the_right_credentials_nothing_is_told(carrier, auth):
    answer = ask(carrier, "Calls.json", auth=auth)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    error = answer.json()
    assert (error["code"], error["status"]) == (20003, 401)
    assert set(error) == {"code", "message", "more_info", "status"}
    assert carrier.errors[0].code == 20003


@pytest.mark.parametrize("path", ["Calls/CA0.json", "Messages/SM0.json", "Recordings/RE0.json", "Recordings/RE0.wav"])
def test_what_is_not_there_is_not_found(carrier, path):
    answer = ask(carrier, path)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_other_paths_methods_and_accounts_are_refused_in_the_same_form(carrier):
    assert ask(carrier, "Queues.json").json()["code"] == 20404
    assert ask(carrier, "Recordings.json", "POST").json()["code"] == 20004
    assert ask(carrier, "Calls.json", account="AC" + "1" * 32).json()["code"] == 20404


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "Calls.json", {"To": CITIZEN, "From": HOTLINE, "Url": "http://x/", "Loudness": "11"}),
        ("POST", "Calls.json", {"To": CITIZEN, "From": HOTLINE, "Url": "http://x/", "Timeout": "soon"}),
        ("POST", "Calls.json", {"To": CITIZEN, "From": HOTLINE, "Url": "http://x/", "Record": "maybe"}),
        ("POST", "Calls.json", {"To": [CITIZEN, CITIZEN], "From": HOTLINE, "Url": "http://x/"}),
        ("POST", "Messages.json", {"To": CITIZEN, "From": HOTLINE, "Text": "hello"}),
        ("GET", "Calls.json", {"Colour": "red"}),
        ("GET", "Calls.json", {"Status": "lost"}),
        ("GET", "Calls.json", {"StartTime>": "yesterday"}),
        ("GET", "Recordings.json", {"Longest": "1"}),
    ],
)
def test_a_field_twilio_does_not_have_is_an_error(app, carrier, method, path, fields):
    ring_up(carrier)
    answer = ask(carrier, path, method, **({"data": fields} if method == "POST" else {"params": fields}))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert carrier.errors[-1].code == 20001
    assert len(carrier.calls) == 1


def test_answers_have_every_field_of_the_schema(app, carrier):
    call = ring_up(carrier)
    fields = ask(carrier, f"Calls/{call.sid}.json").json()
    assert set(fields) == set(shapes.fill("call", {}))
    assert {"group_sid", "trunk_sid", "price"} <= {name for name, value in fields.items() if value is None}


@pytest.mark.parametrize("values", [{"colour": "red"}, {"sid": 7}, {"status": "lost"}])
def test_the_simulator_can_not_answer_what_twilio_would_not(values):
    with pytest.raises(shapes.ShapeError):
        shapes.fill("call", values)


def test_the_first_requests_can_fail(make_carrier):
    carrier = make_carrier(faults=Faults(api_failures=(429, 500)))
    first, second, third = (ask(carrier, "Calls.json") for _ in range(3))
    assert (first.status_code, first.json()["code"]) == (429, 20429)
    assert (second.status_code, second.json()["code"]) == (500, 20500)
    assert third.status_code == 200
    carrier.faults = Faults(api_failures=(500,))
    assert [ask(carrier, "Calls.json").status_code for _ in range(2)] == [500, 200]


PLACE = {"To": CITIZEN, "From": HOTLINE, "Url": "http://127.0.0.1:1/"}
WRITE = {"To": CITIZEN, "From": HOTLINE, "Body": "please call"}


@pytest.mark.parametrize("was_done", [True, False])
def test_a_request_can_be_left_without_an_answer_though_it_was_carried_out(app, carrier, was_done):
    carrier.faults = Faults(
        api_silences=(Silence("create_message", was_done), Silence("create_call", was_done), Silence("list_calls"))
    )
    for path, fields in (("Calls.json", PLACE), ("Messages.json", WRITE)):
        with pytest.raises(httpx.RemoteProtocolError):
            ask(carrier, path, "POST", data=fields)
    assert (len(carrier.calls), len(carrier.messages_sent)) == ((1, 1) if was_done else (0, 0))
    with pytest.raises(httpx.RemoteProtocolError):
        ask(carrier, "Calls.json")
    assert ask(carrier, "Calls.json", "POST", data=PLACE).status_code == 201
    assert ask(carrier, "Calls.json").status_code == 200


def test_a_call_can_be_moved_without_an_answer(app, carrier):
    app["/voice"] = '<Say>welcome</Say><Pause length="3000"/>'
    app["/agent"] = "<Say>an agent is here</Say>"
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    carrier.faults = Faults(api_silences=(Silence("update_call", was_done=True),))
    with pytest.raises(httpx.RemoteProtocolError):
        ask(carrier, f"Calls/{call.sid}.json", "POST", data={"Url": app.url + "/agent"})
    assert sentences(call.wait(10)) == ["welcome", "an agent is here"]


@pytest.mark.parametrize(
    "faults",
    [Faults(api_delay_seconds=3000), Faults(api_silences=(Silence("create_call", True),), api_silence_seconds=3000)],
)
def test_an_answer_can_come_later_than_anybody_waits(app, carrier, faults):
    carrier.faults = faults
    with pytest.raises(httpx.ReadTimeout):
        ask(carrier, "Calls.json", "POST", data=PLACE, timeout=0.2)
    assert len(carrier.calls) == 1


def test_twilios_client_reads_the_errors(carrier):
    with twilio_client(carrier, password="guess") as client, pytest.raises(TwilioRestException) as refused:
        client.calls("CA" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)
