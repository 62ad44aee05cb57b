"""What staff do to an order; each verb checks that nobody was quicker, then adds its event."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ConflictError
from core.models import OrderState, Urgency, WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert_if_red
from routing.orders.events import add_event
from routing.orders.registering import URGENCY_RANK


def accept(session: Session, order: WorkOrder, actor: str, now: datetime, revision: int) -> None:
    """Accept an order (签收): it has an owner from now on.

    Args:
        session: the caller's open transaction.
        order: the order as it stands.
        actor: the staff member's sign-in.
        now: the moment of accepting.
        revision: the order's revision that the person saw.

    Raises:
        ConflictError: it was changed since, or is accepted already; the message says by whom.
    """
    if order.accepted_by:
        raise ConflictError(f"{order.number} was accepted by {order.accepted_by}.")
    _check_revision(order, revision)
    order.accepted_by = actor
    order.state = OrderState.ACCEPTED
    _write(session, order)
    add_event(session, order, "accepted", actor, now)


def set_urgency(
    session: Session,
    order: WorkOrder,
    urgency: Urgency,
    actor: str,
    now: datetime,
    reason: str,
    revision: int,
    settings: Settings,
) -> None:
    """Set the urgency by a person's judgement, with the reason; only a person lowers a red, and a new one alerts.

    Raises:
        ConflictError: the order was changed since the person saw it.
        ValueError: no reason was given.
    """
    if not reason.strip():
        raise ValueError("A changed urgency needs a reason.")
    _check_revision(order, revision)
    before, order.urgency, order.urgency_rank = order.urgency, urgency, URGENCY_RANK[urgency]
    _write(session, order)
    add_event(
        session, order, "urgency_set", actor, now, before=before.value, urgency=urgency.value, reason=reason.strip()
    )
    alert_if_red(session, order, settings, now)


def _check_revision(order: WorkOrder, revision: int) -> None:
    if order.revision != revision:
        raise _conflict(order.number)


def _write(session: Session, order: WorkOrder) -> None:
    number = order.number
    try:
        session.flush()
    except StaleDataError as error:  # changed and committed between our reading and our writing
        raise _conflict(number) from error


def _conflict(number: str) -> ConflictError:
    return ConflictError(f"{number} was changed by somebody else while you were looking at it.")
