"""Does what is due with one order: reminds, escalates, rings again, wakes; called by the clock process."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert, ring
from routing.orders.chasing import (
    Action,
    AlertAgain,
    CallBack,
    CheckWelfare,
    Escalate,
    Remind,
    RingNext,
    ShowDeferred,
    Wake,
    Watched,
    detail_of,
    plan,
)
from routing.orders.clock_keeping import refresh_clock, watched
from routing.orders.events import MACHINE, add_event
from routing.orders.notices import Notice, notify_department
from routing.orders.rulebook import Rulebook, read_rulebook
from routing.orders.stepping import THE_MACHINE
from routing.orders.verbs import wake
from routing.orders.welfare import call_back, check_welfare
from routing.orders.whom_to_ring import ladder


def orders_to_check(session: Session, now: datetime, limit: int = 500) -> tuple[int, ...]:
    """Return the ids of the orders with which something is due: the most urgent, then the longest overdue first."""
    due = select(WorkOrder.id).where(WorkOrder.check_at <= now)
    return tuple(session.scalars(due.order_by(WorkOrder.urgency_rank, WorkOrder.check_at).limit(limit)))


def chase(
    session: Session, order_id: int, settings: Settings, now: datetime, book: Rulebook | None = None
) -> tuple[Action, ...]:
    """Do what is due with an order now, and note when to look again; returns what was done.

    Done twice, it does nothing the second time: each event names the clock that it was about.
    """
    wanted = select(WorkOrder).where(WorkOrder.id == order_id, WorkOrder.check_at <= now)
    order = session.scalar(wanted.with_for_update(of=WorkOrder).execution_options(populate_existing=True))
    if order is None:
        return ()
    book = book or read_rulebook(session)
    seen = watched(session, order, book=book, settings=settings)
    actions, _ = plan(seen, now)
    rungs: _Rungs = ()
    if any(isinstance(action, Escalate | RingNext) for action in actions):
        rungs = ladder(session, order, settings, now)
        seen = replace(seen, ladder=len(rungs))
        actions, _ = plan(seen, now)
    for action in actions:
        _do(session, order, action, seen, rungs, settings, now)
    late = [action for action in actions if isinstance(action, Escalate)]
    if late:
        _ring_about(session, order, late, rungs, now)
    refresh_clock(session, order, now, book=book, settings=settings)
    return actions


_Rungs = tuple[tuple[int, str], ...]


def _do(
    session: Session, order: WorkOrder, action: Action, seen: Watched, rungs: _Rungs, settings: Settings, now: datetime
) -> None:
    match action:
        case Remind():
            add_event(session, order, "reminded", MACHINE, now, **detail_of(action))
            notify_department(session, order, Notice.REMINDER, f"{action.percent}:{action.clock.due_at}", now)
        case Escalate():
            add_event(session, order, "escalated", MACHINE, now, place=_place(action, rungs), **detail_of(action))
            notify_department(
                session, order, Notice.OVERDUE, f"{action.level}:{action.clock.step}:{action.clock.due_at}", now
            )
        case RingNext(place):
            place = place % len(rungs) if rungs else 0
            add_event(session, order, "escalation_called", MACHINE, now, place=place)
            _ring_one(session, order, rungs, place, f"{len(seen.happenings)}", now)
        case AlertAgain():
            alert(session, order, settings, now)
        case Wake():
            wake(session, order, THE_MACHINE, now)
        case CallBack(turn):
            call_back(session, order, turn, settings, now)
        case CheckWelfare():
            check_welfare(session, order, settings, now)
        case ShowDeferred():
            add_event(session, order, "deferred_shown", MACHINE, now)


def _place(action: Escalate, rungs: _Rungs) -> int:
    """Return the place in the ladder that is one level higher than the last time, or on the highest there is."""
    top = max((level for level, _ in rungs), default=0)
    return next((place for place, (level, _) in enumerate(rungs) if level >= min(action.level, top)), 0)


def _ring_about(session: Session, order: WorkOrder, late: list[Escalate], rungs: _Rungs, now: datetime) -> None:
    """Ring one person, once, about everything of an order that is late by now."""
    last = late[-1]
    _ring_one(session, order, rungs, _place(last, rungs), f"{last.clock.step}:{last.clock.due_at}:{last.level}", now)


def _ring_one(session: Session, order: WorkOrder, rungs: _Rungs, place: int, key: str, now: datetime) -> None:
    if rungs:
        ring(session, order, [rungs[place][1]], "late", key, now)
