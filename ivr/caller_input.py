"""Reads the carrier's form fields into plain values; missing or absurd ones become “not told”, never errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.phone_numbers import e164
from ivr.steps import (
    CallerInput,
    Keyed,
    KeyedNumber,
    PersonFound,
    RangOut,
    Said,
    Silent,
    Speaking,
    Spoke,
    SpokeNothing,
    Talked,
)

_SID = re.compile(r"[0-9A-Za-z:_-]{8,64}")  # Twilio's are CA… and RE…, those of compatible servers are their own
_URL = re.compile(r"https?://[!-~]+")
_KEYS = frozenset("0123456789*#")
_LONGEST_RECORDING_SECONDS = 24 * 3600
_LONGEST_URL = 500


@dataclass(frozen=True)
class RecordingNotice:
    """What the carrier tells of a recording; the duration is None when it tells nothing sensible."""

    recording_sid: str
    url: str
    duration_seconds: int | None


def call_sid(fields: Mapping[str, str]) -> str | None:
    """Return the call's id, or None when there is none that could be one."""
    sid = fields.get("CallSid", "")
    return sid if _SID.fullmatch(sid) else None


def caller_number(fields: Mapping[str, str]) -> str | None:
    """Return the caller's number; None for a withheld one."""
    return e164(fields.get("From"))


def recording(fields: Mapping[str, str]) -> RecordingNotice | None:
    """Return the recording that a webhook tells of; None without a usable one, or for one that the carrier lacks."""
    sid, url = fields.get("RecordingSid", ""), fields.get("RecordingUrl", "")
    if not _SID.fullmatch(sid) or not _URL.fullmatch(url) or len(url) > _LONGEST_URL:
        return None
    if fields.get("RecordingStatus", "completed") != "completed":
        return None
    return RecordingNotice(sid, url, _seconds(fields.get("RecordingDuration", "")))


def heard(kind: str, fields: Mapping[str, str]) -> CallerInput:
    """Return what the caller did, by the kind of webhook: `keys`, `message`, `rang`, `spoke` and so on.

    Of `spoke` the words are not in the fields, but in the database.
    """
    digits = fields.get("Digits", "")
    key = digits[:1] if digits[:1] in _KEYS else ""
    if kind == "rang":
        return RangOut(answered=False)  # the carrier's DialCallStatus can't tell a person from a voicemail
    if kind == "speaking":
        return Speaking()
    if kind == "spoke":
        return Said("")
    if kind == "taken":
        return PersonFound()
    if kind == "talked":
        return Talked()
    if kind == "number" and digits not in {"0", "9"}:
        return KeyedNumber("".join(digit for digit in digits[:20] if digit in "0123456789"))
    if kind in {"keys", "number"}:
        return Keyed(key) if key else Silent()
    if kind == "message" and recording(fields):
        return Spoke(key, hung_up=digits == "hangup")
    return Keyed("0") if key == "0" else SpokeNothing()  # the key for a person needs no words before it


def _seconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) and int(text) <= _LONGEST_RECORDING_SECONDS else None
