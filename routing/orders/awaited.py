"""What deferred orders wait for: the events by name, and waking all that wait for one once a person says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import outbox
from core.errors import ConflictError, NotAllowedError, ReasonMissingError
from core.models import OrderState, OutgoingKind, WorkOrder
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from core.settings import Settings
from routing.orders.events import MACHINE, add_event
from routing.orders.lifecycle import Party
from routing.orders.stepping import Actor
from routing.orders.verbs import wake
from routing.orders.wishes import may_text


@dataclass(frozen=True)
class Awaited:
    """An event that deferred orders wait for, e.g. `lockdown_ends:东城区`."""

    event: str
    orders: int
    oldest_at: datetime
    """When the one of them that has waited longest was registered."""


@dataclass(frozen=True)
class Woken:
    """What became of the orders that waited."""

    orders: int
    texted: int
    """Whose citizens are told by a short message; the others' are for their owners to call."""


def awaited_events(session: Session) -> tuple[Awaited, ...]:
    """Return every event that a deferred order waits for; the one for which most wait comes first."""
    number = func.count(WorkOrder.id)
    rows = session.execute(
        select(WorkOrder.wakes_on, number, func.min(WorkOrder.registered_at))
        .where(WorkOrder.state == OrderState.DEFERRED, WorkOrder.wakes_on.is_not(None))
        .group_by(WorkOrder.wakes_on)
        .order_by(number.desc(), WorkOrder.wakes_on)
    )
    return tuple(Awaited(str(event), orders, oldest_at) for event, orders, oldest_at in rows)


def wake_all(
    session: Session,
    event: str,
    actor: Actor,
    now: datetime,
    settings: Settings,
    *,
    reason: str,
    seen: int | None = None,
) -> Woken:
    """Go on with every order that waits for an event, all or none, each with who said so and why in its chain.

    The citizen is told by a short message that names nothing, by day, where such a message may go to them.

    Args:
        session: the caller's open transaction.
        event: what has happened, as it was written when the orders were deferred.
        actor: a supervisor.
        now: when.
        settings: for the hours in which people sleep.
        reason: how it is known.
        seen: how many the person saw waiting and means; None where nobody looked before.

    Raises:
        NotAllowedError: the actor is no supervisor.
        ReasonMissingError: no reason was given.
        ConflictError: others wait, or not as many as the person saw.
    """
    if actor.party is not Party.SUPERVISOR:
        raise NotAllowedError("That an event has happened is for a supervisor to say.")
    if not reason.strip():
        raise ReasonMissingError("Say how it is known that this has happened.")
    wanted = select(WorkOrder).where(WorkOrder.state == OrderState.DEFERRED, WorkOrder.wakes_on == event)
    orders = session.scalars(wanted.order_by(WorkOrder.id).with_for_update(of=WorkOrder)).all()
    if seen is not None and len(orders) != seen:
        raise ConflictError(f"By now {len(orders)} orders wait for this, not {seen}.")
    for order in orders:
        wake(session, order, actor, now, reason=reason, woke_on=event)
    return Woken(len(orders), _tell(session, orders, now, settings))


def _tell(session: Session, orders: Sequence[WorkOrder], now: datetime, settings: Settings) -> int:
    by_day = out_of_quiet_hours(now, read_quiet_hours(settings.quiet_hours), ZoneInfo(settings.time_zone))
    texted = [order for order in orders if may_text(session, order)]
    for order in texted:
        payload = {"to": order.call.caller.number, "order_id": order.id, "language": order.language, "says": "woken"}
        key = f"woken_sms:{order.id}:{now.isoformat()}"
        outbox.send(session, OutgoingKind.CITIZEN_SMS, key, payload, now, due_at=by_day)
        add_event(session, order, "citizen_texted", MACHINE, now, says="woken")
    return len(texted)
