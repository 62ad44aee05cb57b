"""The memory of an order: events are added at the end of a chain, never changed."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.models import OrderEvent, WorkOrder

MACHINE = "hotline"
CALLER = "caller"


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
    head = select(WorkOrder.head_position, WorkOrder.head_hash).where(WorkOrder.id == order.id)
    position, before = session.execute(head.with_for_update()).one()
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
    session.add(row)
    session.flush()
    session.execute(  # not through the object: an event alone makes nobody's view of the order stale
        update(WorkOrder)
        .where(WorkOrder.id == order.id)
        .values(head_position=row.position, head_hash=row.hash)
        .execution_options(synchronize_session=False)
    )
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
    wanted = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.position)
    return tuple(session.scalars(wanted))
