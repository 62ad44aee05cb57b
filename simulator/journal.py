"""The carrier's own record of what it did: typed entries in memory and one JSON line each in a file."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, kw_only=True)
class Entry:
    at: str = field(default_factory=_now)


@dataclass(frozen=True, kw_only=True)
class CallPlaced(Entry):
    call_sid: str
    from_number: str
    to_number: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class CallEnded(Entry):
    call_sid: str
    status: str
    duration_seconds: int
    ended_by: str


@dataclass(frozen=True, kw_only=True)
class WordsLeft(Entry):
    """A recording made; `audio` is the file the caller's script spoke, empty for none."""

    recording_sid: str
    call_sid: str
    from_number: str
    audio: str
    duration_seconds: int


@dataclass(frozen=True, kw_only=True)
class StreamStarted(Entry):
    stream_sid: str
    call_sid: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class StreamStopped(Entry):
    """`why`: call ended, <Stop>, server closed (code), broken, cut by fault, or why it never came about.

    `frames` made by the person's telephone, of 20 ms each; `frames_lost` of them to a fault or a server that did not
    read. `audio`: the files spoken into it, whole or in part.
    """

    stream_sid: str
    call_sid: str
    why: str
    frames: int
    frames_lost: int
    audio: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConferenceNoted(Entry):
    """`what` as in StatusCallbackEvent: conference-start, participant-join and so on."""

    conference_sid: str
    name: str
    what: str
    call_sid: str


@dataclass(frozen=True, kw_only=True)
class TalkedTogether(Entry):
    """Two calls could hear each other in a conference so long; written when it has ended."""

    conference_sid: str
    name: str
    call_sids: tuple[str, str]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class PhoneRung(Entry):
    """`outcome`: answered, busy, no-answer, failed, canceled."""

    number: str
    call_sid: str
    from_number: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(Entry):
    message_sid: str
    from_number: str
    to_number: str
    body: str


@dataclass(frozen=True, kw_only=True)
class ErrorLogged(Entry):
    """A line of Twilio's debugger: an application error in a call, or a refused REST request."""

    code: int
    reason: str
    call_sid: str = ""
    url: str = ""


Kind = TypeVar("Kind", bound=Entry)


class Journal:
    """Safe to write from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._file: TextIO | None = path.open("a", encoding="utf-8")

    def write(self, entry: Entry) -> None:
        line = json.dumps({"event": type(entry).__name__, **asdict(entry)}, ensure_ascii=False)
        with self._lock:
            self._entries.append(entry)
            if self._file:
                self._file.write(line + "\n")
                self._file.flush()

    def of(self, kind: type[Kind]) -> list[Kind]:
        with self._lock:
            return [entry for entry in self._entries if isinstance(entry, kind)]

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
