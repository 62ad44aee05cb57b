"""Callers who ring whether or not we keep up, from one light process: each a whole dialogue of eight signed webhooks.

Run by tools.bench.surge: settings as JSON on standard input; one JSON line for each rate asked for on standard input.
It is the carrier too: it hands out the recordings that it tells of, and lets them be erased.
"""

import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

_THINKS_SECONDS = (0.5, 1.5)
"""Between two webhooks of a caller; real ones listen for longer, which only spreads the same webhooks out."""
_LONGEST_ANSWER_SECONDS = 15
"""After so long the carrier gives up."""
_TOLD = {"RecordingDuration": "5", "RecordingStatus": "completed"}


@dataclass(frozen=True)
class Webhook:
    """One request of a dialogue, and what must be in a good answer to it (an apology leads to the same turn again)."""

    path: str
    fields: dict[str, str]
    expected: str = ""
    has_recording: bool = False


DIALOGUE = (
    Webhook("incoming", {}, "/voice/turns/1/keys"),
    Webhook("turns/1/keys", {"Digits": "1"}, "/voice/turns/2/"),
    Webhook("turns/2/keys", {"Digits": "1"}, "/voice/turns/3/"),
    Webhook("turns/3/keys", {"Digits": "1"}, "/voice/turns/4/"),
    Webhook("turns/4/keys", {"Digits": "2"}, "/voice/turns/5/"),
    Webhook("turns/5/message", _TOLD, "/voice/turns/6/", has_recording=True),
    Webhook("recordings", _TOLD, has_recording=True),
    Webhook("status", {"CallStatus": "completed"}),
)


@dataclass
class Stage:
    """What came of the calls at one rate."""

    rang: int = 0
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    """How much later than meant this process itself sent."""


_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Lines:
    """The carrier's connections to the web server: kept open, one webhook at a time on each."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[_Line] = []

    async def send(self, request: bytes) -> tuple[int, str]:
        """Return status and text; a connection that was closed meanwhile is replaced, as carriers do."""
        while self._idle:
            with suppress(EOFError, OSError):
                return await self._send_on(self._idle.pop(), request)
        return await self._send_on(await asyncio.open_connection("127.0.0.1", self._port), request)

    async def _send_on(self, line: _Line, request: bytes) -> tuple[int, str]:
        line[1].write(request)
        head = (await line[0].readuntil(b"\r\n\r\n")).decode().lower()
        length = head.partition("content-length:")[2].partition("\r\n")[0]
        text = (await line[0].readexactly(int(length or 0))).decode()
        self._idle.append(line)
        return int(head.split()[1]), text


class Load:
    """All the callers of one run."""

    def __init__(self, given: dict[str, str]) -> None:
        self._given, self._lines = given, Lines(int(given["port"]))
        self._signer = RequestValidator(given["token"])
        self._chance = random.Random(6)
        self.calls = 0

    async def stage(self, rate: float, seconds: float) -> Stage:
        stage, begun, due = Stage(), time.monotonic(), 0.0
        calls = []
        while (due := due + self._chance.expovariate(rate)) < seconds:
            await asyncio.sleep(max(0.0, begun + due - time.monotonic()))
            self.calls += 1
            stage.rang += 1
            calls.append(asyncio.create_task(self._call(stage, self.calls, begun + due)))
        await asyncio.gather(*calls)
        return stage

    async def _call(self, stage: Stage, number: int, due: float) -> None:
        for webhook in DIALOGUE:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            stage.late.append(time.monotonic() - due)
            request = self._request(webhook, number)
            try:
                async with asyncio.timeout(_LONGEST_ANSWER_SECONDS):
                    status, text = await self._lines.send(request)
            except (OSError, EOFError, TimeoutError) as error:
                stage.wrong.append(f"{webhook.path}: {type(error).__name__}")
            else:
                stage.waits.append(time.monotonic() - due)
                if status not in {200, 204} or webhook.expected not in text:
                    stage.wrong.append(f"{webhook.path}: {status}")
            due = time.monotonic() + self._chance.uniform(*_THINKS_SECONDS)

    def _request(self, webhook: Webhook, number: int) -> bytes:
        fields = {
            "CallSid": f"CA{number:032x}",
            "AccountSid": self._given["account"],
            "From": f"+86138{number:08d}",
            "To": self._given["called"],
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **webhook.fields,
        }
        if webhook.has_recording:
            fields["RecordingSid"] = f"RE{number:032x}"
            fields["RecordingUrl"] = f"http://127.0.0.1:{self._given['carrier_port']}/recordings/{number}"
        path, body = f"/voice/{webhook.path}", urlencode(fields)
        signature = self._signer.compute_signature(f"{self._given['base_url']}{path}", fields)
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signature}\r\n\r\n{body}"
        ).encode()


async def _serve_recordings(port: int, sound: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, path, *_ = (await reader.readuntil(b"\r\n\r\n")).decode().split()
        listed = "calls" if "/Calls" in path else "recordings"
        body = sound if path.startswith("/recordings/") else json.dumps({listed: []}).encode()
        kind = "audio/wav" if path.startswith("/recordings/") else "application/json"
        head = f"200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
        if method == "DELETE":
            head, body = "204 No Content", b""
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    await asyncio.start_server(answer, "127.0.0.1", port)


async def _all(given: dict[str, str], sound: bytes) -> None:
    await _serve_recordings(int(given["carrier_port"]), sound)
    load, loop = Load(given), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        rate, seconds = json.loads(line)
        before = time.process_time()
        stage = await load.stage(rate, seconds)
        used = time.process_time() - before
        print(json.dumps({**vars(stage), "cpu_seconds": used, "calls": load.calls}), flush=True)


if __name__ == "__main__":
    told = json.loads(sys.stdin.readline())
    asyncio.run(_all(told, Path(told["sound"]).read_bytes()))
