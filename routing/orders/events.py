"""The memory of an order: events are added at the end of a chain, never changed."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.database import table_of
from core.models import OrderEvent, WorkOrder
from core.objects import add_at_once
from core.prepared import Prepared

MACHINE = "hotline"
CALLER = "caller"

_HEAD = Prepared(
    select(WorkOrder.head_position, WorkOrder.head_hash).where(WorkOrder.id == bindparam("order_id")).with_for_update()
)
_NEW_HEAD = Prepared(update(table_of(WorkOrder)).where(WorkOrder.id == bindparam("order_id")))
"""Not through the object: an event alone makes nobody's view of the order stale."""
_EVENTS = select(OrderEvent).where(OrderEvent.order_id == bindparam("order_id")).order_by(OrderEvent.position)


def add_event(
    session: Session,
    order: WorkOrder,
    event: str,
    actor: str,
    now: datetime,
    *,
    words: Mapping[str, str] | None = None,
    **detail: Any,
) -> OrderEvent:
    """Add what happened to an order at its end, chained to what happened before.

    Args:
        session: the caller's open transaction; nothing is committed here.
        order: a flushed order.
        event: a constant name in the trade's words, e.g. `accepted`.
        actor: a staff member's sign-in, or `caller`, or `hotline` for the machine.
        now: when it happened.
        words: what a person wrote (a reason, a reply). Only a salted digest of it is in the chain, so that the words
            can be erased and the proof stays.
        detail: ids, names of things, times; no personal data and no fractions, as it is hashed.
    """
    position, before = _HEAD.first(session, order_id=order.id)
    kept = {**words, "salt": secrets.token_hex(16)} if words else None
    row = OrderEvent(
        order_id=order.id,
        position=position + 1,
        event=event,
        actor=actor,
        happened_at=now,
        detail=detail,
        words=kept,
        words_digest=digest(kept) if kept else None,
        prev_hash=before,
    )
    row.hash = event_hash(row)
    add_at_once(session, row)
    _NEW_HEAD.run(session, order_id=order.id, head_position=row.position, head_hash=row.hash)
    return row


def event_hash(row: OrderEvent) -> str:
    """Return the hash that an event must have, by all that is in it and the event before."""
    at = row.happened_at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    told = [row.order_id, row.position, row.event, row.actor, at, row.detail, row.words_digest, row.prev_hash]
    return digest(told)


def digest(value: object) -> str:
    """Return the SHA-256 of a value's one canonical JSON text."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def has_event(session: Session, order: WorkOrder, *events: str) -> bool:
    """Tell whether one of these has happened to an order at least once."""
    found = select(OrderEvent.id).where(OrderEvent.order_id == order.id, OrderEvent.event.in_(events))
    return session.scalar(found.limit(1)) is not None


def events_of(session: Session, order: WorkOrder) -> tuple[OrderEvent, ...]:
    """Return all that happened to an order, in its order; read anew from the database."""
    return tuple(session.scalars(_EVENTS, {"order_id": order.id}))
