"""Twilio's messages are understood; whatever else comes is passed over, or ends this one stream."""

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.media_stream import POLICY, UNSUPPORTED, MediaStream, Sound, Started, Stopped, StreamRefusedError

STREAM, CALL = "MZ" + "1" * 32, "CA" + "2" * 32
FRAME = bytes(range(160))
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


def start(**changes):
    body = {
        "accountSid": "AC" + "5" * 32,
        "streamSid": STREAM,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": FORMAT,
        "customParameters": {"token": "a token"},
        **changes,
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "start": body, "streamSid": STREAM})


def media(number=2, sound=FRAME, *, timestamp=None, stream_sid=STREAM, **changes):
    body = {"track": "inbound", "chunk": str(number - 1), "payload": base64.b64encode(sound).decode(), **changes}
    body["timestamp"] = str((number - 2) * 20 if timestamp is None else timestamp)
    return json.dumps({"event": "media", "sequenceNumber": str(number), "media": body, "streamSid": stream_sid})


@pytest.fixture
def stream():
    """A stream that has started."""
    opened = MediaStream()
    opened.take(start())
    return opened


def test_a_stream_from_its_first_message_to_its_last():
    stream = MediaStream()
    assert stream.take('{"event": "connected", "protocol": "Call", "version": "1.0.0"}') is None
    assert stream.take(start()) == Started(STREAM, CALL, "a token")
    assert stream.take(media(2)) == Sound(FRAME)
    assert stream.take(media(3)) == Sound(FRAME)
    assert stream.take('{"event": "mark", "sequenceNumber": "4", "mark": {"name": "x"}}') is None
    assert stream.take('{"event": "dtmf", "sequenceNumber": "5", "dtmf": {"digit": "1"}}') is None
    assert stream.take(json.dumps({"event": "stop", "sequenceNumber": "6", "streamSid": STREAM})) == Stopped()
    assert (stream.passed_over, stream.late) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mediaFormat": {**FORMAT, "encoding": "audio/x-alaw"}}, UNSUPPORTED),
        ({"mediaFormat": {**FORMAT, "sampleRate": 16000}}, UNSUPPORTED),
        ({"mediaFormat": {**FORMAT, "channels": 2}}, UNSUPPORTED),
        ({"mediaFormat": "audio/x-mulaw"}, UNSUPPORTED),
        ({"mediaFormat": None}, UNSUPPORTED),
        ({"customParameters": {}}, POLICY),
        ({"customParameters": {"token": 5}}, POLICY),
        ({"customParameters": None}, POLICY),
        ({"callSid": None}, POLICY),
        ({"callSid": "CA'; DROP TABLE calls"}, POLICY),
        ({"streamSid": "MZ" * 100}, POLICY),
    ],
)
def test_a_start_that_lacks_something_is_refused(changes, code):
    with pytest.raises(StreamRefusedError) as refused:
        MediaStream().take(start(**changes))
    assert refused.value.code == code
    assert len(str(refused.value).encode()) <= 123  # what a close frame can hold


def test_numbers_of_the_format_may_be_written_as_text():
    wanted = {"encoding": "audio/x-mulaw", "sampleRate": "8000", "channels": "1"}
    assert isinstance(MediaStream().take(start(mediaFormat=wanted)), Started)


def test_sound_before_the_start_is_passed_over():
    stream = MediaStream()
    assert stream.take(media()) is None
    assert stream.take('{"event": "stop"}') is None
    assert stream.passed_over == 2


def test_a_second_start_changes_nothing(stream):
    assert stream.take(start(callSid="CA" + "9" * 32, streamSid="MZ" + "9" * 32)) is None
    assert stream.take(media()) == Sound(FRAME)
    assert stream.passed_over == 1


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\x01binary",
        b"",
        "",
        "garbage",
        "null",
        "[]",
        '"media"',
        "{}",
        '{"event": 5}',
        '{"event": ["media"]}',
        '{"event": "unknown"}',
        '{"event": "media"}',
        '{"event": "media", "media": []}',
        "[" * 60_000,
        '{"event": "media", "sequenceNumber": ' + "9" * 5000 + "}",
        media(stream_sid="MZ" + "7" * 32),
        media(track="outbound"),
        media(payload="not base64!"),
        media(payload="ÿÿÿÿ"),
        media(payload=""),
        media(payload=None),
        media(payload=17),
        media(payload="A" * 7),
        media(sound=b"\xff" * 8001),
    ],
    ids=range(24),
)
def test_what_can_t_be_understood_is_passed_over(stream, message):
    assert stream.take(message) is None
    assert stream.passed_over == 1
    assert stream.take(media()) == Sound(FRAME)


def test_a_hundred_messages_of_garbage_end_the_stream(stream):
    for _ in range(100):
        stream.take("garbage")
    with pytest.raises(StreamRefusedError, match="understood"):
        stream.take("garbage")


@pytest.mark.parametrize("length", [1, 79, 159, 161, 7999, 8000])
def test_sound_of_odd_sizes_is_sound(stream, length):
    assert stream.take(media(sound=b"\x21" * length)) == Sound(b"\x21" * length)


def test_what_comes_late_or_twice_is_left_out_without_ending_the_stream(stream):
    assert stream.take(media(5)) == Sound(FRAME)
    for _ in range(150):
        assert stream.take(media(5)) is None
        assert stream.take(media(4)) is None
    assert (stream.late, stream.passed_over) == (300, 0)
    assert stream.take(media(6)) == Sound(FRAME)


def test_what_was_lost_is_silence(stream):
    stream.take(media(2))
    assert stream.take(media(12)) == Sound(b"\xff" * 9 * 160 + FRAME)


@pytest.mark.parametrize("number", [None, "", "x", "-1", "1e9", [], True, "9" * 30])
def test_without_usable_numbers_and_times_sound_just_follows(stream, number):
    told = json.loads(media())
    told["sequenceNumber"] = told["media"]["timestamp"] = number
    assert stream.take(json.dumps(told)) == Sound(FRAME)
    assert stream.take(json.dumps(told)) == Sound(FRAME)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    event=st.sampled_from(["connected", "start", "media", "stop", "mark", "dtmf", "x"]),
    fields=st.dictionaries(
        st.sampled_from(["start", "media", "streamSid", "sequenceNumber", "mediaFormat", "payload"]), _JSON, max_size=4
    ),
)
def test_any_json_is_understood_passed_over_or_refused(event, fields):
    running, fresh = MediaStream(), MediaStream()
    running.take(start())
    for stream in (running, fresh):
        with contextlib.suppress(StreamRefusedError):
            stream.take(json.dumps({"event": event, **fields}))
