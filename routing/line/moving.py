"""Calls of the line that are going on and are moved: a caller or an agent asks another of our webhooks at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from core import outbox
from core.models import Call, LinePlace, Outgoing, OutgoingKind


def move_agent(session: Session, agents_call: Outgoing, step: str, now: datetime) -> None:
    """Move an agent who is on the telephone, for a caller whom they were asked to take, to a step of that call."""
    if agents_call.carrier_sid:
        path = f"agents/{agents_call.attempt_id}/{step}"
        _move(session, agents_call.carrier_sid, path, f"move:{agents_call.id}:{step}", now)


def call_now(session: Session, place: LinePlace) -> Call:
    """Return the call of a place as it is now: its turn may have gone on, or it may have ended, since it was read."""
    session.refresh(place.call)
    return place.call


def move_caller(session: Session, call: Call, step: str, outgoing_id: int | None, now: datetime) -> None:
    """Move a caller on from the turn in which they are; once for each call to an agent."""
    path = f"turns/{call.turn}/{step}"
    _move(session, call.call_sid, path, f"move:{outgoing_id}:{path}", now)


def _move(session: Session, call_sid: str, path: str, key: str, now: datetime) -> None:
    outbox.send(session, OutgoingKind.MOVE_CALL, key[:120], {"call_sid": call_sid, "path": path}, now)
