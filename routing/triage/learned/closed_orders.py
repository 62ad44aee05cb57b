"""Reads what the classifier learns from: closed orders, with the category that people left them in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import OrderState, WorkOrder


def closed_orders(session: Session) -> tuple[list[str], list[str]]:
    """Return the texts and categories of all closed orders that have both."""
    wanted = select(WorkOrder.summary, WorkOrder.category).where(
        WorkOrder.state == OrderState.CLOSED, WorkOrder.category.is_not(None), WorkOrder.summary != ""
    )
    rows = session.execute(wanted.order_by(WorkOrder.id)).all()
    return [summary for summary, _ in rows], [category.value for _, category in rows if category]
