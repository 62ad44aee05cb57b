"""Asks the citizen after a reply (回访): three spaced tries, then a person; never closes anything by time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import outbox
from core.models import FollowUp, OrderState, OutgoingKind, Urgency, WorkOrder
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from core.settings import Settings
from routing.orders.events import MACHINE, add_event
from routing.orders.lifecycle import Verb
from routing.orders.notices import Notice, notify_department
from routing.orders.stepping import THE_CITIZEN, THE_MACHINE, take_step
from routing.orders.verbs import not_solved, solved
from routing.orders.wishes import may_text, spoke_in_confidence

TRIES = 3
_SPACING = (timedelta(hours=2), timedelta(hours=20), timedelta(hours=2))
"""After the first, second and last try; the last wait leaves time to answer before a person takes over."""
_SPACING_RED = (timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=10))


def orders_to_ask(session: Session, now: datetime, limit: int) -> tuple[int, ...]:  # noqa: ARG001 (as every finder)
    """Return the ids of orders that were answered and whose citizen is still to be asked."""
    replied = select(WorkOrder.id).where(WorkOrder.state == OrderState.REPLIED).order_by(WorkOrder.id).limit(limit)
    return tuple(session.scalars(replied))


def begin(session: Session, order_id: int, settings: Settings, now: datetime) -> None:
    """Begin a follow-up of an answered order; a citizen whom no machine can call is left to a person at once."""
    order = _locked(session, order_id)
    if order is None or order.state is not OrderState.REPLIED:
        return
    take_step(session, order, Verb.FOLLOW_UP, THE_MACHINE, now)
    caller = order.call.caller
    due = _by_day(now, order, settings) if caller.may_be_rung and not spoke_in_confidence(order) else None
    session.add(FollowUp(order_id=order.id, department_id=order.department_id, started_at=now, due_at=due))
    session.flush()
    if due is None:
        _leave_to_person(session, order, now)


def follow_ups_to_try(session: Session, now: datetime, limit: int) -> tuple[int, ...]:
    """Return the ids of follow-ups of which a try is due."""
    return tuple(
        session.scalars(select(FollowUp.id).where(FollowUp.due_at <= now).order_by(FollowUp.due_at).limit(limit))
    )


def try_once(session: Session, follow_up_id: int, settings: Settings, now: datetime) -> None:
    """Make the next try: a call in which nothing is said before the right person has pressed 1.

    With the last one goes a short message that names nothing, if the citizen agreed to messages. After it: a person.
    """
    row = session.get_one(FollowUp, follow_up_id, with_for_update=True)
    if row.due_at is None or row.due_at > now:
        return
    order = _locked(session, row.order_id)
    if order is None or order.state is not OrderState.FOLLOW_UP or row.solved is not None:
        row.due_at = None
    elif row.tries >= TRIES:
        row.due_at = None
        _leave_to_person(session, order, now)
    else:
        row.tries += 1
        spacing = _SPACING_RED if order.urgency is Urgency.RED else _SPACING
        row.due_at = _by_day(now + spacing[row.tries - 1], order, settings)
        _ask(session, order, row, now)
    session.flush()


def _ask(session: Session, order: WorkOrder, row: FollowUp, now: datetime) -> None:
    payload = {"to": order.call.caller.number, "order_id": order.id, "follow_up_id": row.id, "language": order.language}
    add_event(session, order, "follow_up_tried", MACHINE, now, attempt=row.tries)
    outbox.send(session, OutgoingKind.FOLLOW_UP_CALL, f"follow_up:{row.id}:{row.tries}", payload, now)
    if row.tries == TRIES and may_text(session, order):
        outbox.send(session, OutgoingKind.FOLLOW_UP_SMS, f"follow_up_sms:{row.id}", payload, now)


def _leave_to_person(session: Session, order: WorkOrder, now: datetime) -> None:
    order.wants_person = True
    session.flush()
    add_event(session, order, "follow_up_by_person", MACHINE, now)


def citizen_says(session: Session, row: FollowUp, now: datetime, *, is_solved: bool) -> None:
    """Take the citizen's word: solved closes the order, not solved reopens it with shorter clocks; the first counts."""
    order = _locked(session, row.order_id)
    if order is None or order.state is not OrderState.FOLLOW_UP or row.solved is not None:
        return
    row.solved, row.answered_at, row.due_at = is_solved, now, None
    session.flush()
    if is_solved:
        solved(session, order, THE_CITIZEN, now)
    else:
        not_solved(session, order, THE_CITIZEN, now)
        notify_department(session, order, Notice.REOPENED, f"{row.id}", now)


def citizen_rates(session: Session, row: FollowUp, *, satisfied: bool) -> None:
    """Take whether the citizen is satisfied; the first word counts."""
    if row.satisfied is None:
        row.satisfied = satisfied
        session.flush()


def _by_day(moment: datetime, order: WorkOrder, settings: Settings) -> datetime:
    """Return a moment, or the next morning's if people sleep then; a red one never waits."""
    if order.urgency is Urgency.RED:
        return moment
    return out_of_quiet_hours(moment, read_quiet_hours(settings.quiet_hours), ZoneInfo(settings.time_zone))


def _locked(session: Session, order_id: int) -> WorkOrder | None:
    wanted = select(WorkOrder).where(WorkOrder.id == order_id).with_for_update(of=WorkOrder)
    return session.scalar(wanted.execution_options(populate_existing=True))
