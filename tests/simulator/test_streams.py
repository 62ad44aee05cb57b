"""<Start><Stream>: the connection, its messages in Twilio's words, and how a stream ends."""

import threading

import pytest
from twilio.request_validator import RequestValidator

from simulator import Press, Speak
from simulator.events import Answered, StreamClosed
from simulator.mulaw import telephone_sound
from tests.simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, dial_in, ring_up, sentences, twilio_client

FRAME = 160


@pytest.fixture
def carrier(make_carrier):
    return make_carrier(pace=50.0)


@pytest.fixture
def start(ears):
    """The TwiML that starts a stream."""

    def write(attributes="", inside="", url=None):
        return f'<Start><Stream url="{url or ears.url + "/media"}" {attributes}>{inside}</Stream></Start>'

    return write


def played(app, carrier, document, *moves, **more):
    """A finished call whose streams are closed and told."""
    app["/voice"] = document
    call = ring_up(carrier, *moves, **more)
    carrier.settle()
    return call


def test_a_stream_tells_its_call_and_then_sends_silence_in_frames(app, carrier, ears, start):
    parameters = '<Parameter name="token" value="a &amp; b"/><Parameter name="lang" value="zh"/>'
    call = played(app, carrier, start('name="ears"', parameters) + '<Pause length="2"/>')
    connected, begun, *media, stopped = ears.connections[0]
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    sid = begun["streamSid"]
    assert sid.startswith("MZ")
    assert begun == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": sid,
        "start": {
            "streamSid": sid,
            "accountSid": ACCOUNT_SID,
            "callSid": call.sid,
            "tracks": ["inbound"],
            "customParameters": {"token": "a & b", "lang": "zh"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    }
    assert len(media) >= 100
    assert [(one["media"]["chunk"], one["media"]["timestamp"], one["sequenceNumber"]) for one in media[:2]] == [
        ("1", "0", "2"),
        ("2", "20", "3"),
    ]
    assert {one["media"]["track"] for one in media} == {"inbound"}
    assert set(ears.heard()) == {0xFF}
    assert len(ears.heard()) == FRAME * len(media)
    assert stopped["event"] == "stop"
    assert stopped["stop"] == {"accountSid": ACCOUNT_SID, "callSid": call.sid}
    assert int(stopped["sequenceNumber"]) == len(media) + 2


def test_the_upgrade_is_signed_over_the_streams_address(app, carrier, ears, start):
    played(app, carrier, start())
    (request,) = ears.requests
    assert request.path == "/media"
    assert RequestValidator(AUTH_TOKEN).validate(ears.url + "/media", {}, request.headers["X-Twilio-Signature"])
    assert not RequestValidator("another").validate(ears.url + "/media", {}, request.headers["X-Twilio-Signature"])


def test_the_frames_of_a_call_are_those_of_its_time_and_do_not_drift(app, carrier, ears, start):
    call = played(app, carrier, start() + '<Pause length="12"/>')
    answered, closed = (
        next(event.at_seconds for event in call.events if isinstance(event, kind)) for kind in (Answered, StreamClosed)
    )
    assert 12 <= len(ears.media()) / 50 <= closed - answered + 0.02
    chunks = [int(one["media"]["chunk"]) for one in ears.media()]
    assert chunks == list(range(1, len(chunks) + 1))


def test_a_stream_outlives_prompts_keys_recordings_and_redirects(app, carrier, ears, start, words):
    app["/key"] = '<Record action="/words" timeout="1"/>'
    app["/words"] = "<Redirect>/more</Redirect>"
    app["/more"] = "<Say>thank you</Say>"
    document = start() + '<Gather numDigits="1" action="/key"><Say>menu</Say></Gather>'
    call = played(app, carrier, document, Press("1"), Speak(words))
    assert sentences(call) == ["menu", "thank you"]
    assert len(ears.connections) == 1
    assert telephone_sound(words) in ears.heard()
    (stopped,) = carrier.streams_stopped
    assert (stopped.why, stopped.frames, stopped.frames_lost) == ("call ended", len(ears.media()), 0)
    assert stopped.audio == (str(words),)
    assert carrier.streams[0].sound() == ears.heard()


def test_a_stream_is_stopped_by_its_name(app, carrier, ears, start):
    stop = '<Stop><Stream name="other"/></Stop><Pause length="2"/><Stop><Stream name="ears"/></Stop>'
    call = played(app, carrier, start('name="ears"') + stop + '<Pause length="10"/>')
    (stopped,) = carrier.streams_stopped
    assert stopped.why == "<Stop>"
    assert 2 <= stopped.frames / 50 < call.duration_seconds - 5
    assert call.duration_seconds >= 12
    assert ears.connections[0][-1]["event"] == "stop"


def test_its_life_is_told_to_the_status_callback(app, carrier, ears, start):
    call = played(app, carrier, start('name="ears" statusCallback="/stream"') + "<Pause/>")
    begun, ended = app.params("/stream")
    assert (begun["StreamEvent"], ended["StreamEvent"]) == ("stream-started", "stream-stopped")
    sid = carrier.streams[0].sid
    for params in (begun, ended):
        assert (params["StreamSid"], params["StreamName"], params["CallSid"]) == (sid, "ears", call.sid)
        assert params["AccountSid"] == ACCOUNT_SID
        assert params["Timestamp"].endswith("Z")
        assert "StreamError" not in params
    assert [started.stream_sid for started in carrier.streams_started] == [sid]


@pytest.mark.parametrize(
    ("address", "code", "reason"),
    [
        ("ws://127.0.0.1:9/media", 31901, "no connection"),
        ("{stub}/voice", 31920, "101"),
        ("ws://hotline.example/media", 31920, "not wss"),
        ("https://hotline.example/media", 31920, "scheme"),
        ("{ears}/media?token=1", 31920, "query"),
    ],
)
def test_a_server_that_cannot_be_streamed_to_is_an_error_and_the_call_goes_on(
    app, carrier, ears, start, address, code, reason
):
    address = address.format(stub=app.url.replace("http", "ws"), ears=ears.url)
    call = played(app, carrier, start('statusCallback="/stream"', url=address) + "<Pause/><Say>hello</Say>")
    assert sentences(call) == ["hello"]
    assert [error.code for error in call.errors] == [code]
    assert reason in call.errors[0].reason
    assert (carrier.errors[0].code, carrier.errors[0].url) == (code, address)
    (params,) = app.params("/stream")
    assert params["StreamEvent"] == "stream-error"
    assert reason in params["StreamError"]
    assert carrier.streams_started == []
    assert ears.connections == []


@pytest.mark.parametrize(
    ("noun", "reason"),
    [
        ("<Stream/>", "without url"),
        ('<Stream url="wss://x/" track="all"/>', "track"),
        ('<Stream url="wss://x/"><Parameter value="1"/></Stream>', "Parameter"),
        (f'<Stream url="wss://x/"><Parameter name="a" value="{"b" * 500}"/></Stream>', "500"),
    ],
)
def test_a_stream_that_is_no_twiml_is_a_bad_document(app, carrier, noun, reason):
    call = played(app, carrier, f"<Start>{noun}</Start>")
    assert call.errors[0].code == 12200
    assert reason in call.errors[0].reason


def test_four_streams_of_one_call_and_no_more_nor_two_of_one_name(app, carrier, ears, start):
    names = "".join(start(f'name="{name}"') for name in ("a", "a", "b", "c", "d", "e"))
    call = played(app, carrier, names + '<Pause length="2"/>')
    assert len(ears.connections) == 4
    assert [error.code for error in call.errors] == [31941, 31941]
    assert {started.name for started in carrier.streams_started} == {"a", "b", "c", "d"}


def test_both_tracks_come_side_by_side(app, carrier, ears, start):
    played(app, carrier, start('track="both_tracks"') + "<Pause/>")
    assert ears.connections[0][1]["start"]["tracks"] == ["inbound", "outbound"]
    first, second = ears.media()[:2]
    assert (first["media"]["track"], second["media"]["track"]) == ("inbound", "outbound")
    assert first["media"]["timestamp"] == second["media"]["timestamp"] == "0"


@pytest.mark.parametrize(
    ("code", "event", "codes"),
    [(1000, "stream-stopped", []), (1011, "stream-error", [31921]), (None, "stream-error", [31903])],
)
def test_a_server_that_goes_ends_the_stream_and_not_the_call(app, carrier, ears, start, code, event, codes):
    def leave(connection):
        connection.recv()
        if code:
            connection.close(code)
        else:
            connection.socket.shutdown(2)

    ears.obey = leave
    call = played(app, carrier, start('statusCallback="/stream"') + '<Pause length="9"/><Say>still here</Say>')
    assert sentences(call) == ["still here"]
    assert [params["StreamEvent"] for params in app.params("/stream")] == ["stream-started", event]
    assert [error.code for error in call.errors] == codes
    closed = next(one for one in call.events if isinstance(one, StreamClosed))
    assert closed.why == (f"server closed ({code})" if code else "broken")


def test_a_live_call_moved_by_rest_keeps_its_stream(app, carrier, ears, start):
    app["/voice"] = start() + '<Say>welcome</Say><Pause length="3000"/>'
    app["/next"] = '<Say>moved</Say><Pause length="2"/>'
    call = dial_in(carrier).wait_until_heard("welcome", 5)
    with twilio_client(carrier) as client:
        client.calls(call.sid).update(url=app.url + "/next")
    call.wait(10)
    carrier.settle()
    assert len(ears.connections) == 1
    assert [stopped.why for stopped in carrier.streams_stopped] == ["call ended"]


def test_a_server_that_does_not_read_loses_sound_and_disturbs_nobody(app, make_carrier, slow_ears, start):
    carrier = make_carrier(pace=2000.0)
    release = threading.Event()

    def freeze(_connection):
        release.wait(20)

    slow_ears.obey = freeze
    app["/voice"] = start(url=slow_ears.url + "/media") + '<Pause length="1800"/><Say>still here</Say>'
    call = ring_up(carrier)
    release.set()
    carrier.settle()
    assert sentences(call) == ["still here"]
    assert {error.code for error in call.errors} == {31930}
    assert carrier.streams_stopped[0].frames_lost > 0
