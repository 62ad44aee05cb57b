"""Keeps what a caller said: every recording that the carrier tells of, by whichever way, once, with an order to it."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.models import Call, Recording
from core.objects import add_at_once
from core.prepared import Prepared
from core.queues import Job, enqueue
from core.settings import Settings
from ivr.caller_input import RecordingNotice
from routing.orders import open_work_order

_KNOWN = Prepared(select(Recording.id).where(Recording.recording_sid == bindparam("sid")))


def keep_recording(session: Session, settings: Settings, call: Call, notice: RecordingNotice, now: datetime) -> None:
    """Register a recording and the order it belongs to, in the caller's transaction; the same one twice is one."""
    if _KNOWN.scalar(session, sid=notice.recording_sid):
        return
    language = call.dialogue["language"]
    recording = Recording(
        recording_sid=notice.recording_sid,
        call_id=call.id,
        carrier_url=notice.url,
        duration_seconds=notice.duration_seconds,
        language=language,
        due_at=now,
        announced_at=now,
    )
    add_at_once(session, recording)
    open_work_order(session, call, language=language, settings=settings, now=now)
    enqueue(session, Job.FETCH, recording.id)


def is_from_carrier(url: str, settings: Settings) -> bool:
    """Tell whether a recording may be fetched from an address: only from the configured hosts."""
    parts = urlsplit(url)
    hosts = {parts.hostname or "", parts.netloc}
    return parts.scheme in {"http", "https"} and bool(hosts & set(settings.recording_hosts))
