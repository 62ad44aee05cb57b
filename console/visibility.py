"""Which orders a person sees: the desk all, a handler the own department's, a volunteer what they have claimed."""

from dataclasses import replace

from flask import abort
from sqlalchemy.orm import Session

from console.parts import person
from core.models import Role, WorkOrder
from routing.orders.assisting import assists
from routing.orders.lifecycle import OPEN, WORKED_ON
from routing.orders.reading import OrderLine, QueueFilter
from routing.orders.reading_one import order_by_number

_NOBODY = -1
"""No department has this id: a handler who belongs to none sees nothing."""


def own_orders() -> QueueFilter:
    """Return the filter by which every list of this person is limited."""
    who = person()
    if who.role is Role.HANDLER:
        return QueueFilter(states=(), department_id=who.department_id or _NOBODY, finds_hidden_callers=False)
    if who.role is Role.VOLUNTEER:
        return QueueFilter(states=(), accepted_by=who.sign_in, finds_hidden_callers=False)
    return QueueFilter(states=())


def assisted_orders() -> QueueFilter:
    """Return the filter of the open orders with which this handler's department assists."""
    return QueueFilter(states=OPEN, assisting_id=person().department_id or _NOBODY, finds_hidden_callers=False)


def visible_order(session: Session, number: str) -> WorkOrder:
    """Return an order that this person may see; any other does not exist for them (404)."""
    order, who = order_by_number(session, number), person()
    if order is None:
        abort(404)
    if who.role is Role.HANDLER and not (leads(order) or assists(session, order, who.department_id)):
        abort(404)
    if who.role is Role.VOLUNTEER and order.accepted_by != who.sign_in:
        abort(404)
    return order


def leads(order: WorkOrder | OrderLine) -> bool:
    """Tell whether an order is this handler's department's to work on; for everybody else nothing depends on it."""
    who = person()
    return who.role is not Role.HANDLER or order.department_id == (who.department_id or _NOBODY)


def shown(lines: tuple[OrderLine, ...]) -> tuple[OrderLine, ...]:
    """Return rows without the numbers that this person may not see."""
    return tuple(line if sees_caller(line) else replace(line, caller=None) for line in lines)


def sees_caller(order: WorkOrder | OrderLine) -> bool:
    """Tell whether this person may know who called: the desk always, others never where it must be hidden.

    A volunteer knows it for as long as they work on the order, and no longer; who only assists never does.
    """
    role = person().role
    if not leads(order):
        return False
    if role is Role.VOLUNTEER and order.state not in WORKED_ON:
        return False
    return not (order.hides_identity and role in {Role.HANDLER, Role.VOLUNTEER})
