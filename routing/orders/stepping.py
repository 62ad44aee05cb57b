"""Takes an order one step along the table: checks state, role, words and that nobody was quicker; then tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ConflictError, IllegalVerbError, NotAllowedError, ReasonMissingError
from core.models import WorkOrder
from routing.orders.assisting import assists
from routing.orders.clock_keeping import refresh_clock
from routing.orders.events import CALLER, MACHINE, add_event
from routing.orders.lifecycle import TABLE, Party, Step, Verb, possible_steps


@dataclass(frozen=True)
class Actor:
    """Who does something: sign-in and role, and for handlers and volunteers where they belong."""

    name: str
    party: Party
    department_id: int | None = None
    team_id: int | None = None


THE_CITIZEN = Actor(CALLER, Party.CITIZEN)
THE_MACHINE = Actor(MACHINE, Party.MACHINE)


def take_step(
    session: Session,
    order: WorkOrder,
    verb: Verb,
    actor: Actor,
    now: datetime,
    *,
    revision: int | None = None,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    **detail: Any,
) -> Step:
    """Do one thing to an order.

    Args:
        session: the caller's open transaction.
        order: the order as it stands.
        verb: what is done.
        actor: who does it.
        now: when.
        revision: of the order as the person saw it; None where nobody looked at it before.
        reason: the words that come with it (a reason, an answer, a reply); kept apart from what is hashed.
        changes: values for columns of the order besides its state.
        detail: goes into the event; no personal data.

    Raises:
        IllegalVerbError: it can't be done in this state; the message names what can.
        NotAllowedError: the actor's role may not, or it is another department's or team's order.
        ReasonMissingError: it needs words.
        ConflictError: the order was changed since the person saw it.
    """
    if revision is not None and order.revision != revision:
        raise conflict(order)
    step = _checked(session, order, verb, actor)
    if step.needs_reason and not reason.strip():
        raise ReasonMissingError(f"“{verb}” needs words: a reason or what was said.")
    order.state = step.to_state
    for name, value in (changes or {}).items():
        setattr(order, name, value)
    write(session, order)
    words = {"reason": reason.strip()} if reason.strip() else None
    add_event(session, order, step.event, actor.name, now, words=words, **detail)
    refresh_clock(session, order, now)
    return step


def _checked(session: Session, order: WorkOrder, verb: Verb, actor: Actor) -> Step:
    step = TABLE.get((order.state, verb))
    if step is None:
        possible = ", ".join(step.verb for step in possible_steps(order.state, actor.party)) or "nothing"
        raise IllegalVerbError(
            f"{order.number} is “{order.state}”: “{verb}” can't be done now. Possible for {actor.party}: {possible}."
        )
    if actor.party not in step.parties:
        raise NotAllowedError(f"“{verb}” is for {', '.join(sorted(step.parties))}, not for {actor.party}.")
    if actor.party is Party.HANDLER:
        _check_department(session, order, verb, actor)
    if actor.party is Party.VOLUNTEER and verb is not Verb.CLAIM and order.accepted_by != actor.name:
        raise NotAllowedError(f"{order.number} was not claimed by this volunteer.")
    return step


def _check_department(session: Session, order: WorkOrder, verb: Verb, actor: Actor) -> None:
    """Let handlers work on what their department leads, and only add to what it assists with."""
    if verb is Verb.CONTRIBUTE:
        if not assists(session, order, actor.department_id):
            raise NotAllowedError(f"This handler's department does not assist with {order.number}.")
    elif order.department_id is None or order.department_id != actor.department_id:
        raise NotAllowedError(f"{order.number} is not with this handler's department.")


def write(session: Session, order: WorkOrder) -> None:
    """Send an order's changes to the database.

    Raises:
        ConflictError: it was changed and committed between our reading and our writing.
    """
    number = order.number
    try:
        session.flush()
    except StaleDataError as error:
        raise ConflictError(_CHANGED.format(number)) from error


def conflict(order: WorkOrder) -> ConflictError:
    """Return the error for who was slower."""
    return ConflictError(_CHANGED.format(order.number))


_CHANGED = "{} was changed by somebody else while you were looking at it."
