"""Makes what tests need, by plain functions: callers, calls, orders, recordings, accounts."""

import io
import itertools
import secrets
import wave
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from core import clock
from core.house import House
from core.models import (
    Call,
    Caller,
    Category,
    OrderState,
    Recording,
    RecordingState,
    Role,
    Staff,
    Transcript,
    Urgency,
    WorkOrder,
)
from routing.orders import add_event

PASSWORD = "right horse battery"
_RANKS = {Urgency.RED: 0, Urgency.YELLOW: 1, Urgency.UNKNOWN: 1, Urgency.GREEN: 2}
_serial = itertools.count(1)


def make_staff(session: Session, sign_in: str = "li", **values: Any) -> Staff:
    """Add an account whose password is PASSWORD."""
    known: dict[str, Any] = {"name": "李明", "role": Role.AGENT, "language": "zh", "created_at": clock.now()}
    password_hash = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
    row = Staff(sign_in=sign_in, password_hash=password_hash, **{**known, **values})
    session.add(row)
    session.flush()
    return row


def make_caller(session: Session, house: House, number: str | None = "+8613800138000") -> Caller:
    """Add a caller with a key of their own."""
    row = Caller(number=number, key_id=house.recordings.keys.make())
    session.add(row)
    session.flush()
    return row


def make_order(
    session: Session, caller: Caller, *, urgency: Urgency = Urgency.UNKNOWN, minutes_ago: float = 1, **values: Any
) -> WorkOrder:
    """Add a call of this caller and its order, registered some minutes ago."""
    at, serial = clock.now() - timedelta(minutes=minutes_ago), next(_serial)
    call = Call(call_sid=f"CA{secrets.token_hex(16)}", caller=caller, dialogue={}, started_at=at)
    session.add(call)
    session.flush()
    known: dict[str, Any] = {
        "number": f"WO-20220729-{serial:06d}",
        "code": str(100000 + serial),
        "language": "zh",
        "category": Category.MEDICAL,
        "state": OrderState.ACCEPTED if values.get("accepted_by") else OrderState.REGISTERED,
        "urgency": urgency,
        "urgency_rank": _RANKS[urgency],
        "reasons": {},
        "registered_at": at,
    }
    order = WorkOrder(call=call, **{**known, **values})
    session.add(order)
    session.flush()
    add_event(session, order, "registered", "caller", at, language=order.language)
    return order


def make_recording(
    session: Session,
    order: WorkOrder,
    *,
    state: RecordingState = RecordingState.JUDGED,
    words: list[list[Any]] | None = None,
    announced_at: datetime | None = None,
    duration_seconds: int | None = 8,
) -> Recording:
    """Add a recording to the order's call, with a transcript if words are given."""
    row = Recording(
        recording_sid=f"RE{secrets.token_hex(16)}",
        call=order.call,
        carrier_url="/recording",
        duration_seconds=duration_seconds,
        language=order.language,
        state=state,
        announced_at=announced_at or order.registered_at,
    )
    session.add(row)
    session.flush()
    if words is not None:
        text = ("" if order.language == "zh" else " ").join(word[0] for word in words)
        row.transcript = Transcript(text=text, words={"words": words}, model="test", transcribed_at=clock.now())
        session.flush()
    return row


def make_wav(seconds: float = 1, rate_hz: int = 8000) -> bytes:
    """Return silence as the carrier would deliver it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(2 * int(seconds * rate_hz)))
    return out.getvalue()
