"""The handlers' page: what waits for their department, what they have in hand, what waits for others; nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from console.clock_bars import ClockBar, next_bar
from console.parts import house, now, person, require
from console.permissions import Permission
from console.staff_accounts import names
from console.visibility import assisted_orders, own_orders, shown
from core.models import Department, OrderState
from routing.orders.clock_keeping import clocks_of
from routing.orders.lifecycle import ANSWERED, WORKED_ON
from routing.orders.reading import OrderLine, QueueFilter, count_orders, waiting_orders

GROUPS: tuple[tuple[str, tuple[OrderState, ...]], ...] = (
    ("to_accept", (OrderState.DISPATCHED, OrderState.REOPENED)),
    ("in_hand", WORKED_ON),
    ("elsewhere", (OrderState.RETURNED, OrderState.DEFERRED, *ANSWERED)),
)
"""What a department looks at, in the order in which it asks for something."""
_CARDS = 50


@dataclass(frozen=True)
class Card:
    """An order as somebody on the way sees it: a row of the queue, and the clock that is due first."""

    line: OrderLine
    bar: ClockBar | None


@dataclass(frozen=True)
class Group:
    """Some of the department's orders."""

    name: str
    cards: tuple[Card, ...]
    total: int


def add_pages(pages: Blueprint) -> None:
    """Add the page."""
    pages.add_url_rule("/unit", "unit", unit)


def unit() -> str:
    """Show a handler the orders of their department, as cards for a telephone."""
    require(Permission.WORK_FOR_UNIT)
    with house().database.reading() as session:
        groups = [_group(session, name, replace(own_orders(), states=states)) for name, states in GROUPS]
        groups.append(_group(session, "assisting", assisted_orders()))
        own = session.get(Department, person().department_id or 0)
        people = names(session)
    return render_template("console/unit.html", groups=groups, unit=own.name if own else "", names=people)


def cards(session: Session, wanted: QueueFilter, limit: int) -> tuple[Card, ...]:
    """Return orders as cards, without the numbers that this person may not see."""
    lines: Sequence[OrderLine] = shown(waiting_orders(session, now(), wanted, limit=limit))
    clocks = clocks_of(session, [line.number for line in lines])
    return tuple(Card(line, next_bar(clocks[line.number])) for line in lines)


def _group(session: Session, name: str, wanted: QueueFilter) -> Group:
    return Group(name, cards(session, wanted, _CARDS), count_orders(session, wanted))
