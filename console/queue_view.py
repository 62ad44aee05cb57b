"""Which part of the queue a person looks at: tab, filter and page, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from console.parts import now, person
from console.visibility import own_orders, shown
from core.models import Category, OrderState, Role, Urgency
from routing.orders.lifecycle import WAITING as UNPLACED
from routing.orders.reading import (
    IN_WORK,
    WAITING,
    OrderLine,
    QueueCounts,
    count_orders,
    queue_counts,
    waiting_orders,
)

TABS: Mapping[str, tuple[OrderState, ...]] = {
    "waiting": WAITING,
    "mine": IN_WORK,
    "accepted": IN_WORK,
    "review": UNPLACED,
    "deferred": (OrderState.DEFERRED,),
    "hard": (OrderState.HARD_CASE,),
}
"""The parts of the list: who has to accept, the review queue, what waits for a day or an event (待跟进), 疑难."""
_OF_THE_DESK = frozenset({"review", "deferred", "hard"})
LISTEN_WITHIN = timedelta(minutes=5)
"""A recording that nobody has heard for longer is called out."""
CHOICES = {"urgencies": tuple(Urgency), "categories": tuple(Category), "listen_within": LISTEN_WITHIN}
"""What the templates of the queue need beside the view."""
_ROWS = 50
_ROWS_BESIDE = 40
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class QueueView:
    """What the list shows."""

    tab: str
    urgency: str
    category: str
    words: str
    page: int
    total: int
    lines: tuple[OrderLine, ...]
    counts: QueueCounts

    @property
    def first(self) -> int:
        """Number of the first row, from 1."""
        return (self.page - 1) * _ROWS + 1

    @property
    def last(self) -> int:
        """Number of the last row."""
        return self.first + len(self.lines) - 1

    @property
    def is_filtered(self) -> bool:
        """Tell whether something may be hidden by the filter."""
        return bool(self.urgency or self.category or self.words)

    @property
    def number_of_pages(self) -> int:
        """At least one."""
        return max(1, -(-self.total // _ROWS))

    def address(self, endpoint: str = "console.orders", **changes: str | int) -> str:
        """Return the address of this view with some of it changed; page 1 unless that is named."""
        known = {"tab": self.tab, "urgency": self.urgency, "category": self.category, "q": self.words}
        wanted = {**known, **changes}
        query = urlencode({name: value for name, value in wanted.items() if value not in ("", "waiting", 1)})
        return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)


def tabs() -> tuple[str, ...]:
    """Return the parts of the list that this person has: the choosing of who works on an order is the desk's."""
    at_desk = person().role not in {Role.HANDLER, Role.VOLUNTEER}
    return tuple(name for name in TABS if at_desk or name not in _OF_THE_DESK)


def read_view(session: Session) -> QueueView:
    """Read what the address asks for; anything that makes no sense in it is ignored."""
    asked = request.args
    tab = asked.get("tab") if asked.get("tab") in tabs() else "waiting"
    urgency, category = _one_of(Urgency, asked, "urgency"), _one_of(Category, asked, "category")
    words = asked.get("q", "").strip()[:_LONGEST_SEARCH]
    wanted = replace(
        own_orders(),
        states=() if words else TABS[str(tab)],  # whoever looks for one order wants it wherever it stands
        urgency=Urgency(urgency) if urgency else None,
        category=Category(category) if category else None,
        accepted_by=person().sign_in if tab == "mine" else own_orders().accepted_by,
        words=words,
    )
    total = count_orders(session, wanted)
    page = min(max(asked.get("page", 1, type=int), 1), max(1, -(-total // _ROWS)))
    lines = shown(waiting_orders(session, now(), wanted, limit=_ROWS, offset=(page - 1) * _ROWS))
    return QueueView(str(tab), urgency, category, words, page, total, lines, queue_counts(session, own_orders()))


def read_beside(session: Session) -> QueueView:
    """Read the top of the queue, as it stands beside an open order."""
    lines = shown(waiting_orders(session, now(), replace(own_orders(), states=WAITING), limit=_ROWS_BESIDE))
    return QueueView("waiting", "", "", "", 1, len(lines), lines, queue_counts(session, own_orders()))


def _one_of(words: type[Urgency] | type[Category], asked: "MultiDict[str, str]", name: str) -> str:
    value = asked.get(name, "")
    return value if value in {word.value for word in words} else ""
