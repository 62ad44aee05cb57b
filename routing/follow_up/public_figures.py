"""The figures that a city tells its citizens of their orders: counted from what happened to each, and nothing else."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import OrderEvent, WorkOrder
from routing.orders.deadlines import Happening

Story = Sequence[Happening]
"""What happened to one order, in order."""


class Counts(enum.StrEnum):
    """What a figure counts."""

    COMPLETED = "completed"  # solved or closed (办结), and not reopened since
    DISPOSED = "disposed"  # completed, or in somebody's hands (处置): dispatched, claimed, deferred with an owner …
    ACCEPTED = "accepted"  # somebody took it on
    ANSWERED = "answered"  # the citizen got a first answer, or the reply
    REVISITED = "revisited"  # of those replied to: the citizen said whether it is solved (回访)


@dataclass(frozen=True)
class Figure:
    """One figure; with a time it counts only what was done within it, and judges no order before the time is over."""

    counts: Counts
    within: timedelta | None = None


@dataclass(frozen=True)
class Share:
    """How many, of how many."""

    figure: Figure
    done: int
    of: int

    @property
    def rate(self) -> float | None:
        """Return the share, 0–1; None where there is nothing to judge by."""
        return self.done / self.of if self.of else None


TIMED = frozenset({Counts.ACCEPTED, Counts.ANSWERED})
"""What can be counted within a time: it happens at a moment."""
_MOMENTS = {Counts.ACCEPTED: {"accepted", "claimed"}, Counts.ANSWERED: {"answered", "replied", "solved", "closed"}}
_ENDS = frozenset({"solved", "closed"})
_LEFT_OUT = frozenset({"merged", "cancelled"})
_TAKEN = frozenset({"dispatched", "accepted", "claimed", "deferred", "woken", "replied"})
_NOBODYS = frozenset({"returned", "claim_lapsed", "moved_to_desk", "not_solved", "reopened"})
_TOLD = frozenset({"registered", "answered", *_ENDS, *_LEFT_OUT, *_TAKEN, *_NOBODYS})


def count(figures: Iterable[Figure], stories: Iterable[Story], now: datetime) -> tuple[Share, ...]:
    """Return each figure over some orders; merged and cancelled ones don't count. Pure.

    Completed and disposed as Yiwu counted (2022): 88 % completed, 100 % disposed of, the rest assigned and tracked.
    An order that was reopened or returned is nobody's until somebody takes it on again.
    """
    counted = [story for story in stories if _last(story, _LEFT_OUT | {"reopened"}) not in _LEFT_OUT]
    return tuple(_share(figure, counted, now) for figure in figures)


def public_figures(
    session: Session, figures: Iterable[Figure], since: datetime, until: datetime, now: datetime
) -> tuple[Share, ...]:
    """Return each figure over the orders that were registered from `since` up to `until`."""
    events = session.execute(
        select(OrderEvent.order_id, OrderEvent.event, OrderEvent.happened_at)
        .join(WorkOrder, WorkOrder.id == OrderEvent.order_id)
        .where(WorkOrder.registered_at >= since, WorkOrder.registered_at < until, OrderEvent.event.in_(_TOLD))
        .order_by(OrderEvent.order_id, OrderEvent.position)
    )
    by_order = groupby(events, key=lambda row: row.order_id)
    return count(figures, ([Happening(row.event, row.happened_at) for row in rows] for _, rows in by_order), now)


def _share(figure: Figure, stories: Sequence[Story], now: datetime) -> Share:
    if figure.counts is Counts.REVISITED:
        stories = [story for story in stories if any(told.event == "replied" for told in story)]
    judged = [story for story in stories if _is_judged(figure, story, now)]
    return Share(figure, sum(_is_done(figure, story) for story in judged), len(judged))


def _is_judged(figure: Figure, story: Story, now: datetime) -> bool:
    """Tell whether an order counts by now: its time is over, or it was done before."""
    return figure.within is None or now >= story[0].at + figure.within or _is_done(figure, story)


def _is_done(figure: Figure, story: Story) -> bool:
    match figure.counts:
        case Counts.COMPLETED:
            return _last(story, _ENDS | _NOBODYS) in _ENDS
        case Counts.DISPOSED:
            return _last(story, _ENDS | _TAKEN | _NOBODYS) in _ENDS | _TAKEN
        case Counts.REVISITED:
            return any(told.event in {"solved", "not_solved"} for told in story)
    moment = next((told.at for told in story if told.event in _MOMENTS[figure.counts]), None)
    return moment is not None and (figure.within is None or moment <= story[0].at + figure.within)


def _last(story: Story, events: Iterable[str]) -> str | None:
    wanted = frozenset(events)
    return next((told.event for told in reversed(story) if told.event in wanted), None)
