"""The three rates that departments are judged by (响应率, 解决率, 满意率): what happened, and what citizens said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.models import Department, FollowUp, OrderEvent, OrderState, WorkOrder


@dataclass(frozen=True)
class Rates:
    """How a department did; a rate is None where there is nothing to judge by."""

    department: str
    orders: int
    answered: int
    said: int
    """Citizens who said whether it is solved."""
    solved: int
    rated: int
    satisfied: int

    @property
    def response(self) -> float | None:
        """Share of the orders whose citizen got an answer."""
        return self.answered / self.orders if self.orders else None

    @property
    def resolution(self) -> float | None:
        """Share of “solved” among those who said."""
        return self.solved / self.said if self.said else None

    @property
    def satisfaction(self) -> float | None:
        """Share of “satisfied” among those who said."""
        return self.satisfied / self.rated if self.rated else None


def three_rates(session: Session, since: datetime, until: datetime) -> tuple[Rates, ...]:
    """Return the rates of each department for the orders registered in a time; merged and cancelled ones don't count.

    A citizen who was asked again after a reopening is counted each time: “not solved” is never wiped out.
    """
    registered = (WorkOrder.registered_at >= since, WorkOrder.registered_at < until)
    counted = (*registered, WorkOrder.state.not_in((OrderState.MERGED, OrderState.CANCELLED)))
    answered = select(OrderEvent.order_id).where(OrderEvent.event.in_(("answered", "replied")))
    orders = {
        row.department_id: (row.orders, row.answered)
        for row in session.execute(
            select(
                WorkOrder.department_id,
                func.count(WorkOrder.id).label("orders"),
                func.sum(case((WorkOrder.id.in_(answered), 1), else_=0)).label("answered"),
            )
            .where(*counted, WorkOrder.department_id.is_not(None))
            .group_by(WorkOrder.department_id)
        )
    }
    words = {
        row.department_id: (row.said, row.solved, row.rated, row.satisfied)
        for row in session.execute(
            select(
                FollowUp.department_id,
                func.count(FollowUp.solved).label("said"),
                func.sum(case((FollowUp.solved.is_(True), 1), else_=0)).label("solved"),
                func.count(FollowUp.satisfied).label("rated"),
                func.sum(case((FollowUp.satisfied.is_(True), 1), else_=0)).label("satisfied"),
            )
            .join(WorkOrder, WorkOrder.id == FollowUp.order_id)
            .where(*registered)
            .group_by(FollowUp.department_id)
        )
    }
    departments = session.scalars(select(Department).order_by(Department.id))
    return tuple(
        Rates(row.name, *orders.get(row.id, (0, 0)), *words.get(row.id, (0, 0, 0, 0)))
        for row in departments
        if row.id in orders or row.id in words
    )
