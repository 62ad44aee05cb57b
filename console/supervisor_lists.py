"""The lists in which a supervisor decides, beside the orders' own, and how much waits in each."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from console.parts import now, person
from console.permissions import Permission
from routing.orders.awaited import awaited_events
from routing.orders.requests import open_requests

_LISTS: Mapping[str, Callable[[Session], int] | None] = {
    "same_matter": None,
    "requests": lambda session: len(open_requests(session, now())),
    "awaited": lambda session: len(awaited_events(session)),
}
"""Page → how much there is to decide on it; None where counting costs more than looking."""


def supervisor_lists(session: Session) -> tuple[tuple[str, int | None], ...]:
    """Return the pages with their numbers; none for whoever decides nothing."""
    if not person().may(Permission.DECIDE_MATTERS):
        return ()
    return tuple((name, count(session) if count else None) for name, count in _LISTS.items())
