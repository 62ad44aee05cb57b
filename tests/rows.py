"""Plain factories for rows of the state of record; each writes what the doors would have written before."""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.clock import now as this_moment
from core.house import House
from core.models import Call, Caller, Recording, RecordingState, Transcript, WorkOrder
from core.settings import Settings
from ivr.conversation import Conversation
from routing.orders import open_work_order

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


def a_call(session: Session, *, key_id: str | None = None, number: str | None = None, language: str = "zh") -> Call:
    """A call of a caller who has a key of their own (a real one only if `key_id` names it)."""
    caller = Caller(number=number, key_id=key_id or secrets.token_hex(16))
    session.add(caller)
    session.flush()
    call = Call(
        call_sid=f"CA{secrets.token_hex(16)}",
        caller_id=caller.id,
        dialogue=asdict(Conversation(language)),
        started_at=NOON,
    )
    session.add(call)
    session.flush()
    return call


def a_recording(session: Session, call: Call, *, text: str | None = None, **columns: object) -> Recording:
    """A recording of a call, due now; with a text it is transcribed already."""
    state = RecordingState.ANNOUNCED if text is None else RecordingState.TRANSCRIBED
    sid = f"RE{secrets.token_hex(16)}"
    values = {
        "recording_sid": sid,
        "call_id": call.id,
        "carrier_url": f"https://api.twilio.com/{sid}",
        "language": call.dialogue["language"],
        "state": state,
        "due_at": this_moment(),
        "announced_at": this_moment(),
        **columns,
    }
    recording = Recording(**values)
    session.add(recording)
    session.flush()
    if text is not None:
        session.add(
            Transcript(recording_id=recording.id, text=text, words={"words": []}, model="m", transcribed_at=NOON)
        )
        session.flush()
        session.refresh(recording)
    return recording


def an_order(session: Session, call: Call, settings: Settings | None = None, **options: object) -> WorkOrder:
    """The order of a call, as the telephone door opens it."""
    given = {"language": "zh", "settings": settings or Settings(), "now": NOON, **options}
    return open_work_order(session, call, **given)


def left_words(house: House, *, language: str = "zh", **columns: object) -> int:
    """A caller has left a recording and an order was opened for it; returns the recording's id."""
    with house.database.transaction() as session:
        call = a_call(session, key_id=house.recordings.keys.make(), language=language)
        recording = a_recording(session, call, **columns)
        an_order(session, call, house.settings, language=language)
        return recording.id
