"""Units, rules and orders that are understood."""

from core.models import (
    Category,
    DepartmentKind,
    Urgency,
)
from routing.dispatch.choosing import Rule, Unit
from routing.orders import Actor, Party
from tests.rows import a_call, an_order

LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
BACKSTOP, PSYCHOLOGICAL = DepartmentKind.BACKSTOP, DepartmentKind.PSYCHOLOGICAL
UNITS = (
    Unit(1, "卫健"),
    Unit(2, "水务"),
    Unit(3, "东城卫健"),
    Unit(4, "市兜底", BACKSTOP),
    Unit(5, "东城兜底", BACKSTOP, "东城区"),
    Unit(6, "心理热线", PSYCHOLOGICAL),
)
RULES = (
    Rule(2, None, "东城区"),
    Rule(1, Category.MEDICAL, None, ("水务", "心理热线", "没有的")),
    Rule(3, Category.MEDICAL, "东城区"),
)


def an_understood_order(session, category=Category.SUPPLIES, **columns):
    order = an_order(session, a_call(session, number=columns.pop("caller", None)))
    order.category, order.urgency, order.urgency_rank = category, Urgency.YELLOW, 1
    for name, value in columns.items():
        setattr(order, name, value)
    session.flush()
    return order


def events(session, order):
    session.expire(order, ["events"])
    return [(event.event, event.actor) for event in order.events]
