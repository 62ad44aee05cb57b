"""The form fields Twilio sends with its requests."""

from datetime import UTC, datetime
from email.utils import format_datetime

from simulator.call import Call
from simulator.recordings import Recording

API_VERSION = "2010-04-01"
_COUNTRIES = {"+86": "CN", "+852": "HK", "+853": "MO", "+886": "TW", "+1": "US", "+44": "GB", "+81": "JP", "+82": "KR"}


def country_of(number: str) -> str:
    """Two letters; empty for a number that is withheld or of a country not in the short list here."""
    return next((code for prefix, code in _COUNTRIES.items() if number.startswith(prefix)), "")


def rfc2822(moment: datetime) -> str:
    return format_datetime(moment)


def call_parameters(call: Call) -> dict[str, str]:
    """Sent with every request about a call."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "From": call.from_number,
        "To": call.to_number,
        "Caller": call.from_number,
        "Called": call.to_number,
        "CallStatus": call.status,
        "Direction": call.direction,
        "ApiVersion": API_VERSION,
    }
    for who, number in (("From", call.from_number), ("To", call.to_number)):
        for name in (who, {"From": "Caller", "To": "Called"}[who]):
            fields |= {f"{name}{part}": "" for part in ("City", "State", "Zip")}
            fields[f"{name}Country"] = country_of(number)
    if call.answered_by:
        fields["AnsweredBy"] = call.answered_by
    if call.parent_sid:
        fields["ParentCallSid"] = call.parent_sid
    return fields


def status_parameters(call: Call, status: str, sequence: int) -> dict[str, str]:
    """Of a status callback; the duration, in simulated seconds, only with a final one."""
    fields = call_parameters(call) | {
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": rfc2822(datetime.now(UTC)),
    }
    if status == "completed":
        fields["CallDuration"] = str(call.duration_seconds)
        fields["Duration"] = str(-(-call.duration_seconds // 60))  # minutes begun
    return fields


def recording_action_parameters(recording: Recording, url: str, digits: str) -> dict[str, str]:
    """Of the action of <Record>; `digits` is the key that ended it, `hangup`, or nothing."""
    fields = {
        "RecordingUrl": url,
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.duration_seconds),
    }
    return fields | {"Digits": digits} if digits else fields


def recording_status_parameters(recording: Recording, url: str, status: str) -> dict[str, str]:
    """Of a recording status callback."""
    fields = {
        "AccountSid": recording.account_sid,
        "CallSid": recording.call_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": url,
        "RecordingStatus": status,
        "RecordingChannels": str(recording.channels),
        "RecordingStartTime": rfc2822(recording.started_at),
        "RecordingSource": recording.source,
        "RecordingTrack": "both" if recording.source == "DialVerb" else "inbound",
    }
    if status == "completed":
        fields["RecordingDuration"] = str(recording.duration_seconds)
    if status == "absent":
        fields["ErrorCode"] = str(recording.error_code or 0)
    return fields
