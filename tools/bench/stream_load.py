"""Many callers at real pace from one process: speaks Twilio's protocol to us, or vosk-server's own to its server.

Run by tools.bench.streams: settings as JSON on standard input, one JSON line of times on standard output.
"""

import asyncio
import base64
import json
import struct
import sys
import time

from websockets.asyncio.client import ClientConnection, connect

from asr.audio import read_audio
from asr.speed import mulaw
from tools.bench.processes import VOICES

FRAME_SECONDS = 0.02
SPREAD_SECONDS = 6.0
"""Callers begin one after the other."""
_SENTENCES = ("zh_health_code.wav", "zh_no_vegetables.wav")
_PAUSE_SECONDS = 6
"""About as long as a sentence: in a conversation the caller speaks half of the time."""
TEXT, BINARY = 0x81, 0x82


def telephone_sound() -> bytes:
    """Return sentences with a pause before each, µ-law; the stream ends with the last word."""
    parts = [mulaw((VOICES / name).read_bytes()) for name in _SENTENCES]
    return b"".join(b"\xff" * 8000 * _PAUSE_SECONDS + part for part in parts)


def linear_sound() -> bytes:
    """Return the same as 16-bit samples."""
    silence = bytes(16_000 * _PAUSE_SECONDS)
    return b"".join(silence + b"".join(read_audio((VOICES / name).read_bytes()).pcm(8000)) for name in _SENTENCES)


def frame(opcode: int, payload: bytes, following: int = 0) -> bytes:
    """Return a WebSocket frame as a client sends it, masked with zeros; `following` bytes of it come after these."""
    length = len(payload) + following
    head = struct.pack("!BB", opcode, 0x80 | length) if length < 126 else struct.pack("!BBH", opcode, 0xFE, length)
    return head + bytes(4) + payload


class Times:
    """When each caller had said everything, and when the answer to that came (only vosk-server answers)."""

    def __init__(self) -> None:
        self.said: dict[str, float] = {}
        self.answered: dict[str, float] = {}


async def speak_to_us(url: str, caller: dict[str, str], times: Times, delay: float) -> None:
    sound, sid = telephone_sound(), caller["stream"]
    end = f'"}},"streamSid":"{sid}"}}'.encode()
    frames = [
        frame(
            TEXT,
            b'{"event":"media","sequenceNumber":"%d","media":{"track":"inbound","chunk":"%d","timestamp":"%d","payload":"%s'
            % (number + 2, number + 1, number * 20, base64.b64encode(sound[at : at + 160])),
            following=len(end),
        )
        for number, at in enumerate(range(0, len(sound), 160))
    ]
    await asyncio.sleep(delay)
    async with connect(
        url, additional_headers={"X-Twilio-Signature": caller["signature"]}, compression=None, ping_interval=None
    ) as socket:
        start = {
            "streamSid": sid,
            "callSid": caller["call"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": caller["token"]},
        }
        await socket.send(json.dumps({"event": "start", "sequenceNumber": "1", "start": start, "streamSid": sid}))
        await _at_pace(socket, frames, end, FRAME_SECONDS)
        times.said[caller["call"]] = time.time()
        await socket.send(json.dumps({"event": "stop", "sequenceNumber": "999999", "streamSid": sid}))
        await socket.wait_closed()


async def speak_to_vosk_server(url: str, name: str, times: Times, delay: float, piece_seconds: float) -> None:
    sound, length = linear_sound(), round(piece_seconds * 16_000)
    frames = [frame(BINARY, sound[at : at + length]) for at in range(0, len(sound), length)]
    await asyncio.sleep(delay)
    async with connect(url, compression=None, ping_interval=None, max_queue=None) as socket:
        reading = asyncio.create_task(_read_answers(socket, name, times))
        await _at_pace(socket, frames, b"", piece_seconds)
        times.said[name] = time.time()
        await socket.send('{"eof" : 1}')
        await reading


async def _read_answers(socket: ClientConnection, name: str, times: Times) -> None:
    async for message in socket:
        del message
        times.answered[name] = time.time()


async def _at_pace(socket: ClientConnection, frames: list[bytes], end: bytes, seconds: float) -> None:
    due = time.monotonic()
    for one in frames:
        socket.transport.write(one + end)
        due += seconds
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _all(wanted: dict[str, object]) -> Times:
    times, url = Times(), str(wanted["url"])
    callers = wanted["callers"]
    assert isinstance(callers, list)
    spread = SPREAD_SECONDS
    delays = [number * spread / len(callers) for number in range(len(callers))]
    if "piece_seconds" in wanted:
        piece = float(str(wanted["piece_seconds"]))
        work = [speak_to_vosk_server(url, str(n), times, delay, piece) for n, delay in enumerate(delays)]
    else:
        work = [speak_to_us(url, caller, times, delay) for caller, delay in zip(callers, delays, strict=True)]
    await asyncio.gather(*work, return_exceptions=True)
    return times


if __name__ == "__main__":
    found = asyncio.run(_all(json.load(sys.stdin)))
    print(json.dumps({"said": found.said, "answered": found.answered, "seconds": len(telephone_sound()) / 8000}))
