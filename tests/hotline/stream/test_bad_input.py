"""Whatever a peer sends or leaves undone concerns its own stream; another caller is heard on, in bounded memory."""

import contextlib
import json
import socket
import threading
from http import HTTPStatus

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.clock import now
from ivr.media_stream import POLICY, UNSUPPORTED
from ivr.stream_token import make
from tests.hotline.stream.ears_house import FORMAT, SECOND, SILENCE, Stream, voice
from tests.house import until

TOO_BIG, UNKNOWN_CALL = 1009, "CA" + "0" * 32
MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def bystander(ears):
    """Another caller, who is heard to the end of the test and is understood."""
    call = ears.greeted(twiml="<Response/>")
    with ears.heard(call) as stream:
        yield
        stream.speak(voice("zh_dialysis") + 2 * SILENCE)
        (utterance,) = until(lambda: ears.utterances(call), 20)
        assert "透析" in utterance.text
        assert stream.stop() == (1000, "")
    assert until(lambda: ears.has_ended(call), 20)


@pytest.mark.parametrize(
    ("path", "signature", "status"),
    [
        ("/media", "", HTTPStatus.FORBIDDEN),
        ("/media", "nonsense", HTTPStatus.FORBIDDEN),
        ("/media?x=1", None, HTTPStatus.NOT_FOUND),
        ("/other", None, HTTPStatus.NOT_FOUND),
    ],
)
def test_only_the_carrier_gets_in_and_only_at_one_door(ears, path, signature, status):
    with pytest.raises(InvalidStatus) as refused, ears.socket(path, signature):
        pass
    assert refused.value.response.status_code == status


def test_a_signature_for_another_address_or_with_another_token_is_none(ears):
    for signature in (ears.signature("/other"), ears.signature(token="another")):
        with pytest.raises(InvalidStatus), ears.socket("/media", signature):
            pass


def test_health_is_told_over_http(ears):
    answer = httpx.get(f"http://127.0.0.1:{ears.settings.stream_port}/health")
    assert answer.status_code == HTTPStatus.OK
    assert answer.text.endswith(f"of {ears.settings.live_streams} streams\n")


def closed_after(ears, call, **changes):
    with ears.stream(call, **changes) as stream:
        with contextlib.suppress(ConnectionClosed):
            stream.speak(SILENCE)
        return stream.closed()


def test_a_pass_is_needed_that_is_of_this_call_and_fresh(ears):
    call, other = ears.greeted(), ears.greeted()
    for token in ("", "nonsense", make(ears.settings, other, now())):
        code, reason = closed_after(ears, call, customParameters={"token": token})
        assert (code, reason) == (POLICY, "The token is not valid for this call.")
    assert ears.recording_of(call) is None


def test_a_stream_of_an_unknown_or_a_finished_call_is_closed(ears):
    assert closed_after(ears, UNKNOWN_CALL) == (POLICY, "There is no such call.")
    call = ears.greeted()
    ears.change(call, ended_at=now())
    assert closed_after(ears, call) == (POLICY, "This call has ended.")
    assert ears.house.live.server().streams == 0


def test_a_call_s_place_is_free_again_after_a_stream_of_it_was_refused(ears):
    call = ears.greeted()
    assert closed_after(ears, call, customParameters={"token": "x"})[0] == POLICY
    for _ in range(2):
        with ears.heard(call) as stream:
            stream.stop()
        until(lambda: ears.has_ended(call), 20)


@pytest.mark.parametrize(
    "wanted", [{**FORMAT, "encoding": "audio/l16"}, {**FORMAT, "sampleRate": 16000}, {"encoding": "audio/x-mulaw"}]
)
def test_another_encoding_is_refused(ears, wanted):
    assert closed_after(ears, ears.greeted(), mediaFormat=wanted)[0] == UNSUPPORTED


def test_a_second_stream_of_a_call_is_refused_and_the_first_goes_on(ears):
    call = ears.greeted()
    with ears.heard(call) as first:
        assert closed_after(ears, call) == (POLICY, "This call is being heard already.")
        ears.house.live.redis.delete(f"hotline:live:call:{call}")
        first.speak(SILENCE[:1600])
        until(lambda: ears.house.live.hearing(call), 10)  # its heart beats on
        until(lambda: ears.house.live.server().streams == 1, 10)
        first.speak(voice("zh_health_code") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)


def test_garbage_is_passed_over_until_it_is_too_much(ears, bystander):
    call = ears.greeted()
    with ears.heard(call) as stream:
        garbage = [b"\x00\xff binary", "{", "[]", "null", '{"event": "media"}', "[" * 60_000, "9" * 60_000, b"", ""]
        for message in garbage:
            stream.socket.send(message)
        stream.media(b"")
        stream.speak(voice("zh_health_code") + 2 * SILENCE)
        until(lambda: ears.utterances(call), 20)
        with contextlib.suppress(ConnectionClosed):
            for _ in range(100):
                stream.socket.send("garbage")
        assert stream.closed() == (POLICY, "Too many messages could not be understood.")
    until(lambda: ears.has_ended(call), 20)
    assert "健康码" in ears.order_of(call).summary  # what was said before is not lost


@pytest.mark.parametrize("binary", [False, True])
def test_a_message_of_ten_megabytes_closes_its_stream(ears, bystander, binary):
    call, before = ears.greeted(), ears.memory_mib()
    with ears.heard(call) as stream:
        stream.speak(voice("zh_health_code")[: 3 * SECOND])
        with contextlib.suppress(ConnectionClosed, OSError):
            stream.socket.send(b"\xff" * MEGABYTES if binary else "x" * MEGABYTES)
        assert stream.closed()[0] == TOO_BIG
    until(lambda: ears.has_ended(call), 20)
    assert ears.utterances(call)
    assert ears.memory_mib() - before < 30


def test_many_small_fragments_of_one_endless_message_close_its_stream(ears, bystander):
    call = ears.greeted()
    with ears.heard(call) as stream:
        with contextlib.suppress(ConnectionClosed, OSError):
            stream.socket.send("x" * 1000 for _ in range(10_000))
        assert stream.closed()[0] == TOO_BIG


def test_sound_of_odd_sizes_and_late_or_lost_frames_keep_the_times_true(ears):
    call, sound = ears.greeted(), voice("zh_health_code")
    with ears.stream(call) as stream:
        for at in range(0, len(sound), 1001):
            stream.media(sound[at : at + 1001], milliseconds=at // 8)
        length = len(sound) // 8
        number, stream.number = stream.number, 5
        stream.media(sound[:160], milliseconds=100)  # late
        stream.number = number
        stream.media(SILENCE[:160], milliseconds=length + 2000)  # two seconds were lost
        until(lambda: ears.utterances(call), 20)
        stream.stop()
    until(lambda: ears.has_ended(call), 20)
    recorded = ears.sound_of(call)
    assert recorded[: len(sound)] == sound
    assert abs(len(recorded) - len(sound) - 2 * SECOND - 160) <= 16
    assert "健康码" in ears.utterances(call)[0].text


def test_a_peer_that_reads_nothing_holds_nobody_up(ears, bystander):
    """Its end is a plain socket that is never read: not even the closing frame gets through."""
    with socket.create_connection(("127.0.0.1", ears.settings.stream_port)) as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        lines = [
            "GET /media HTTP/1.1",
            f"Host: 127.0.0.1:{ears.settings.stream_port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            f"X-Twilio-Signature: {ears.signature()}",
        ]
        mute.sendall("\r\n".join([*lines, "", ""]).encode())
        for _ in range(150):
            mute.sendall(b"\x81\x87\0\0\0\0garbage")  # a masked text frame
        call = ears.greeted()
        with ears.heard(call) as stream:
            assert stream.stop() == (1000, "")


def test_half_a_handshake_and_half_a_frame_hold_nobody_up(ears, bystander):
    halves = [b"GET /media HT", b"\x00" * 100, b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000]
    with contextlib.ExitStack() as sockets:
        for half in halves:
            opened = sockets.enter_context(socket.create_connection(("127.0.0.1", ears.settings.stream_port)))
            opened.sendall(half)
        call = ears.greeted()
        with ears.stream(call) as stream:
            until(lambda: ears.recording_of(call), 10)
            stream.socket.socket.sendall(b"\x81\xfe\xff\xff\0\0\0\0")  # announces 65,535 bytes
            stream.socket.socket.close()


def test_a_storm_of_bad_streams_leaves_the_others_alone(ears, bystander):
    before = ears.memory_mib()

    def storm():
        for _ in range(5):
            with contextlib.suppress(Exception), ears.socket() as opened:
                Stream(ears, opened, UNKNOWN_CALL).start()
                opened.send(json.dumps({"event": "media", "media": {"payload": "x" * 60_000}}))

    storms = [threading.Thread(target=storm) for _ in range(10)]
    for one in storms:
        one.start()
    for one in storms:
        one.join()
    until(lambda: ears.house.live.server().streams == 1, 10)
    assert ears.memory_mib() - before < 30


@pytest.mark.full
def test_a_stream_that_never_starts_is_closed_after_five_seconds(ears, bystander):
    with ears.socket() as opened:
        opened.send('{"event": "connected", "protocol": "Call", "version": "1.0.0"}')
        assert Stream(ears, opened, UNKNOWN_CALL).closed() == (
            POLICY,
            "There was no valid start within 5 seconds.",
        )
