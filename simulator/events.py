"""What can be seen of a call while it goes on: one small frozen record for each thing that happens."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Event:
    """`at_seconds` is simulated time since the call began."""

    call_sid: str
    at_seconds: float


@dataclass(frozen=True, kw_only=True)
class Dialled(Event):
    from_number: str
    to_number: str
    direction: str


@dataclass(frozen=True, kw_only=True)
class Answered(Event):
    pass


@dataclass(frozen=True, kw_only=True)
class Said(Event):
    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Played(Event):
    url: str


@dataclass(frozen=True, kw_only=True)
class AskedForKeys(Event):
    num_digits: int | None
    timeout_seconds: float
    finish_on_key: str


@dataclass(frozen=True, kw_only=True)
class Pressed(Event):
    digits: str


@dataclass(frozen=True, kw_only=True)
class StayedSilent(Event):
    pass


@dataclass(frozen=True, kw_only=True)
class RecordingStarted(Event):
    max_length_seconds: float


@dataclass(frozen=True, kw_only=True)
class Spoke(Event):
    audio: Path
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Recorded(Event):
    recording_sid: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class StreamOpened(Event):
    stream_sid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StreamClosed(Event):
    stream_sid: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Redirected(Event):
    """`why`: "verb" for <Redirect>, "update" for a REST update of the live call."""

    url: str
    why: str


@dataclass(frozen=True, kw_only=True)
class PhoneRang(Event):
    number: str
    child_sid: str


@dataclass(frozen=True, kw_only=True)
class PutThrough(Event):
    other_sid: str


@dataclass(frozen=True, kw_only=True)
class ConferenceJoined(Event):
    conference_sid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ConferenceLeft(Event):
    conference_sid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class WebhookFailed(Event):
    url: str
    code: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApplicationError(Event):
    code: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class HungUp(Event):
    """`by`: caller, application, other party, time limit, carrier."""

    by: str
    status: str


Observer = Callable[[Event], None]
