"""Twilio's Media Streams protocol, pure: a message in, what it means out; trusts nothing that a message says.

See https://www.twilio.com/docs/voice/media-streams/websocket-messages. A message that is not what it should be is
passed over and counted; a hundred of them end the stream. Sound keeps its place: what the carrier lost on the way
becomes silence, so that the times of words stay true; what comes late or twice is passed over.
"""

import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from core.errors import HotlineError
from ivr.stream_timeline import Timeline

POLICY, UNSUPPORTED, TRY_LATER = 1008, 1003, 1013
"""The close codes of RFC 6455 and of its registry that are used here."""

_SID = re.compile(r"[0-9A-Za-z:_-]{8,64}")
_LONGEST_NUMBER = 12
_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": "8000", "channels": "1"}
_LONGEST_SOUND_BYTES = 8000
_MOST_PASSED_OVER = 100


class StreamRefusedError(HotlineError):
    """This stream must be closed; the message tells the carrier's log why, without a caller's words or number."""

    def __init__(self, message: str, code: int = POLICY) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Started:
    """The stream has told which call it belongs to; whether that is so is for others to check."""

    stream_sid: str
    call_sid: str
    token: str


@dataclass(frozen=True, slots=True)
class Sound:
    """The next stretch of what the caller says, µ-law."""

    ulaw: bytes


@dataclass(frozen=True)
class Stopped:
    """The carrier has ended the stream."""


Event = Started | Sound | Stopped


class MediaStream:
    """One stream's protocol, from its first message to its last."""

    def __init__(self) -> None:
        self.stream_sid = ""
        self.passed_over = 0
        """Messages that could not be understood."""
        self.late = 0
        """Sounds that came twice or after later ones."""
        self.timeline = Timeline()
        self._last_number = 0

    def take(self, message: str | bytes) -> Event | None:
        """Return what a message means; None when it means nothing here.

        Raises:
            StreamRefusedError: close the stream.
        """
        told = _read(message)
        match told.get("event"):
            case "media" if self.stream_sid:
                return self._media(told)
            case "start" if not self.stream_sid:
                return self._start(told)
            case "stop" if self.stream_sid:
                return Stopped()
            case "connected" | "mark" | "dtmf":
                pass
            case _:
                self._pass_over()
        return None

    def _start(self, told: dict[str, Any]) -> Started:
        start = _object(told, "start")
        stream_sid, call_sid = _sid(start, "streamSid"), _sid(start, "callSid")
        sounds = _object(start, "mediaFormat")
        if any(str(sounds.get(name)) != value for name, value in _FORMAT.items()):
            raise StreamRefusedError("Only audio/x-mulaw with 8000 Hz and one channel is understood.", UNSUPPORTED)
        token = _object(start, "customParameters").get("token")
        if not isinstance(token, str):
            raise StreamRefusedError("The start tells no token.")
        self.stream_sid = stream_sid
        return Started(stream_sid, call_sid, token)

    def _media(self, told: dict[str, Any]) -> Sound | None:
        media = _object(told, "media")
        is_ours = told.get("streamSid") == self.stream_sid and media.get("track", "inbound") == "inbound"
        sound = _payload(media.get("payload")) if is_ours else b""
        if not sound:
            self._pass_over()
            return None
        number = _number(told.get("sequenceNumber"))
        if number is not None:
            if number <= self._last_number:
                self.late += 1
                return None
            self._last_number = number
        return Sound(self.timeline.in_place(sound, _number(media.get("timestamp"))))

    def _pass_over(self) -> None:
        self.passed_over += 1
        if self.passed_over > _MOST_PASSED_OVER:
            raise StreamRefusedError("Too many messages could not be understood.")


def _read(message: str | bytes) -> dict[str, Any]:
    if isinstance(message, bytes):
        return {}
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _object(told: dict[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _sid(start: dict[str, Any], name: str) -> str:
    sid = start.get(name)
    if not isinstance(sid, str) or not _SID.fullmatch(sid):
        raise StreamRefusedError(f"The start tells no {name}.")
    return sid


def _number(value: object) -> int | None:
    text = str(value) if isinstance(value, (str, int)) else ""
    return int(text) if len(text) <= _LONGEST_NUMBER and text.isascii() and text.isdigit() else None


def _payload(value: object) -> bytes:
    if not isinstance(value, str):
        return b""
    try:
        sound = binascii.a2b_base64(value, strict_mode=True)
    except ValueError:  # binascii.Error is one, and so is a character that is not ASCII
        return b""
    return sound if len(sound) <= _LONGEST_SOUND_BYTES else b""
