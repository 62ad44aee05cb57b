"""The departments that assist with an order: they see it and add their part; the lead alone is responsible."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.models import OrderAssistant, WorkOrder


def set_assistants(session: Session, order: WorkOrder, department_ids: Iterable[int]) -> None:
    """Have these departments assist from now on, and no others: they are named anew with each dispatch."""
    session.execute(delete(OrderAssistant).where(OrderAssistant.order_id == order.id))
    session.add_all(OrderAssistant(order_id=order.id, department_id=each) for each in department_ids)
    session.flush()


def assists(session: Session, order: WorkOrder, department_id: int | None) -> bool:
    """Tell whether a department assists with an order."""
    wanted = select(OrderAssistant.order_id).where(
        OrderAssistant.order_id == order.id, OrderAssistant.department_id == department_id
    )
    return session.scalar(wanted) is not None
