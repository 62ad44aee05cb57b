"""The memory of an order: events are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import OrderEvent, WorkOrder

MACHINE = "hotline"
CALLER = "caller"


def add_event(session: Session, order: WorkOrder, event: str, actor: str, now: datetime, **detail: Any) -> OrderEvent:
    """Add what happened to an order at its end.

    Args:
        session: the caller's open transaction; nothing is committed here.
        order: a flushed order.
        event: a constant name in the trade's words, e.g. `accepted`.
        actor: a staff member's sign-in, or `caller`, or `hotline` for the machine.
        now: when it happened.
        detail: plain values that a reader needs; no personal data.
    """
    last = session.scalar(select(func.max(OrderEvent.position)).where(OrderEvent.order_id == order.id))
    row = OrderEvent(
        order_id=order.id, position=(last or 0) + 1, event=event, actor=actor, happened_at=now, detail=detail
    )
    session.add(row)
    session.flush()
    return row


def has_event(session: Session, order: WorkOrder, event: str) -> bool:
    """Tell whether something has happened to an order at least once."""
    found = session.scalar(select(OrderEvent.id).where(OrderEvent.order_id == order.id, OrderEvent.event == event))
    return found is not None
