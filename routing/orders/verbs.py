"""What people do to an order, as verbs of the trade; the rules are in the lifecycle's table."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.errors import ConflictError
from core.models import Category, Urgency, WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert_if_red, tell_leadership
from routing.orders.lifecycle import Party, Verb
from routing.orders.stepping import Actor, take_step
from routing.orders.urgency import URGENCY_RANK

_LET_GO = {"accepted_by": None, "team_id": None, "claimed_until": None}
LONGEST_PAUSE = timedelta(days=30)


def accept(session: Session, order: WorkOrder, actor: str | Actor, now: datetime, revision: int | None = None) -> None:
    """Accept an order (签收): it has an owner from now on.

    Args:
        session: the caller's open transaction.
        order: the order as it stands.
        actor: who accepts; a bare sign-in is an agent's.
        now: the moment of accepting.
        revision: the order's revision that the person saw.

    Raises:
        ConflictError: it was changed since, or is accepted already; the message says by whom.
        IllegalVerbError, NotAllowedError: as the lifecycle says.
    """
    if order.accepted_by:
        raise ConflictError(f"{order.number} was accepted by {order.accepted_by}.")
    who = _as_actor(actor)
    take_step(session, order, Verb.ACCEPT, who, now, revision=revision, changes={"accepted_by": who.name})


def give_back(
    session: Session, order: WorkOrder, actor: Actor, now: datetime, reason: str, revision: int | None = None
) -> None:
    """Return an order (退单) with the reason: nobody works on it until the desk has dispatched it again."""
    take_step(session, order, Verb.RETURN, actor, now, revision=revision, reason=reason, changes=_LET_GO)


def extend(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    by: timedelta,
    reason: str,
    revision: int | None = None,
) -> None:
    """Give the finishing more time (延期); only a supervisor may, so that is the approval.

    Raises:
        ValueError: not a time to come.
    """
    if by <= timedelta():
        raise ValueError("An extension adds time.")
    seconds = round(by.total_seconds())
    take_step(session, order, Verb.EXTEND, actor, now, revision=revision, reason=reason, seconds=seconds)


def pause(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    until: datetime,
    reason: str,
    revision: int | None = None,
) -> None:
    """Stop the clocks up to a moment, with a reason; only a supervisor may. They go on by themselves.

    Raises:
        ValueError: the end is past, or more than 30 days away.
    """
    if not now < until <= now + LONGEST_PAUSE:
        raise ValueError("A pause ends within 30 days.")
    told = until.isoformat()
    take_step(session, order, Verb.PAUSE, actor, now, revision=revision, reason=reason, until=told)


def defer(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    reason: str,
    *,
    owner: str,
    until: datetime | None = None,
    wakes_on: str | None = None,
    citizen_told: bool,
    revision: int | None = None,
) -> None:
    """Note an order for later (备注待跟进): never forgotten, never closed by time, always somebody's.

    Args:
        session, order, actor, now, reason, revision: as for every verb.
        owner: sign-in of whoever goes on with it then.
        until: when it wakes; or
        wakes_on: the event that wakes it, e.g. `lockdown_ends:东城区`; a supervisor sees it each day until then.
        citizen_told: that the citizen knows; without it nothing is deferred.

    Raises:
        ValueError: no owner, neither or both of date and event, a date that is past, or the citizen was not told.
    """
    if not owner or not citizen_told:
        raise ValueError("A deferred order has an owner, and its citizen was told.")
    if bool(until) == bool(wakes_on) or (until and until <= now):
        raise ValueError("A deferred order wakes on a date to come, or on an event.")
    detail = {"until": until.isoformat()} if until else {"wakes_on": wakes_on}
    changes = {"accepted_by": owner, "wakes_on": wakes_on}
    take_step(
        session, order, Verb.DEFER, actor, now, revision=revision, reason=reason, changes=changes, owner=owner, **detail
    )


def keep_deferred(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    until: datetime,
    reason: str,
    revision: int | None = None,
) -> None:
    """Leave a deferred order deferred until a date, by a supervisor's reason.

    Raises:
        ValueError: the date is past.
    """
    if until <= now:
        raise ValueError("A deferred order wakes on a date to come.")
    changes, told = {"wakes_on": None}, until.isoformat()
    take_step(
        session, order, Verb.KEEP_DEFERRED, actor, now, revision=revision, reason=reason, changes=changes, until=told
    )


def reopen(
    session: Session, order: WorkOrder, actor: Actor, now: datetime, reason: str, revision: int | None = None
) -> None:
    """Reopen an order (重办) with shorter clocks; its department keeps it, somebody has to accept it anew."""
    changes = {**_LET_GO, "merged_into_id": None}
    take_step(session, order, Verb.REOPEN, actor, now, revision=revision, reason=reason, changes=changes)


def solved(session: Session, order: WorkOrder, actor: Actor, now: datetime, revision: int | None = None) -> None:
    """Close an order (归档) by the citizen's word that the matter is solved; whoever heard it is the actor."""
    take_step(session, order, Verb.CONFIRM_SOLVED, actor, now, revision=revision)


def not_solved(session: Session, order: WorkOrder, actor: Actor, now: datetime, revision: int | None = None) -> None:
    """Reopen an order, as the citizen says that the matter is not solved."""
    take_step(session, order, Verb.NOT_SOLVED, actor, now, revision=revision, changes=_LET_GO)


def classify(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    *,
    category: Category,
    district: str | None,
    revision: int | None = None,
) -> None:
    """Set what an order is about and where, by a person's judgement; that district's leader is told of a red."""
    changes = {"category": category, "district": district}
    take_step(session, order, Verb.CLASSIFY, actor, now, revision=revision, changes=changes, category=category.value)
    tell_leadership(session, order, now)


def set_urgency(
    session: Session,
    order: WorkOrder,
    urgency: Urgency,
    actor: str | Actor,
    now: datetime,
    reason: str,
    revision: int,
    settings: Settings,
) -> None:
    """Set the urgency by a person's judgement, with the reason; only a person lowers a red, and a new one alerts.

    Raises:
        ConflictError: the order was changed since the person saw it.
        ReasonMissingError: no reason was given.
    """
    before, changes = order.urgency, {"urgency": urgency, "urgency_rank": URGENCY_RANK[urgency]}
    take_step(
        session,
        order,
        Verb.SET_URGENCY,
        _as_actor(actor),
        now,
        revision=revision,
        reason=reason,
        changes=changes,
        before=before.value,
        urgency=urgency.value,
    )
    alert_if_red(session, order, settings, now)


def wake(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    revision: int | None = None,
    *,
    reason: str = "",
    **detail: str,
) -> None:
    """Go on with a deferred order: it is in its owner's hand again."""
    changes = {"wakes_on": None}
    take_step(session, order, Verb.WAKE, actor, now, revision=revision, reason=reason, changes=changes, **detail)


def _as_actor(actor: str | Actor) -> Actor:
    return Actor(actor, Party.AGENT) if isinstance(actor, str) else actor
