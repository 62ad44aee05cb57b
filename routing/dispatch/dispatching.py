"""Dispatches orders (派单): the lead takes it, assisting ones are told, each in the way it has chosen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NobodyToTakeItError, NotAllowedError
from core.models import Category, Department, DispatchRule, OrderState, Urgency, WorkOrder
from routing.dispatch.choosing import Choice, Matter, Rule, Unit, choose
from routing.orders.assisting import set_assistants
from routing.orders.events import add_event
from routing.orders.lifecycle import Verb
from routing.orders.notices import Notice, notify_department
from routing.orders.stepping import THE_MACHINE, Actor, take_step
from routing.orders.wishes import spoke_in_confidence

_DISTRESS = "distress"
"""The reason by which triage tells distress."""


def propose(session: Session, order: WorkOrder) -> Choice:
    """Return who would get an order by the rules.

    Raises:
        NobodyToTakeItError: the rules name nobody.
    """
    units = [Unit(row.id, row.name, row.kind, row.district) for row in _departments(session)]
    rules = [
        Rule(row.department_id, row.category, row.district, tuple(row.assisting))
        for row in session.scalars(select(DispatchRule).order_by(DispatchRule.id))
    ]
    distress = order.urgency is not Urgency.RED and any(why == _DISTRESS for _, why in order.reasons.get("words", []))
    return choose(Matter(order.category, order.district, order.about_department_id, distress), units, rules)


def dispatch(
    session: Session,
    order: WorkOrder,
    actor: Actor,
    now: datetime,
    *,
    department: Department | None = None,
    revision: int | None = None,
    reason: str = "",
) -> Choice:
    """Dispatch an order by the rules, or to the department that a person has chosen.

    Tip-offs and complaints hide who called from then on, and so does an order about a department, or of a caller who
    asked for secrecy, on whatever way.

    Raises:
        NobodyToTakeItError: the rules name nobody.
        NotAllowedError: the order is about the chosen department, or its role does not allow it.
        IllegalVerbError, ConflictError: as for every verb.
    """
    if department and department.id == order.about_department_id:
        raise NotAllowedError(f"{order.number} is about {department.name}, which can't be the one that leads it.")
    choice = Choice(_unit(department)) if department else propose(session, order)
    kept_secret = order.hides_identity or order.call.caller.secrecy_asked or spoke_in_confidence(order)
    hides = kept_secret or order.category is Category.COMPLAINT or order.about_department_id is not None
    changes = {
        "department_id": choice.lead.id,
        "hides_identity": hides,
        "accepted_by": None,
        "team_id": None,
        "claimed_until": None,
    }
    lead = {"department": choice.lead.name, "department_id": choice.lead.id}
    take_step(session, order, Verb.DISPATCH, actor, now, revision=revision, reason=reason, changes=changes, **lead)
    set_assistants(session, order, [unit.id for unit in choice.assisting])
    for unit in choice.assisting:
        add_event(session, order, "assisting", actor.name, now, department=unit.name, department_id=unit.id)
    for unit in (choice.lead, *choice.assisting):
        told = session.get_one(Department, unit.id)
        notify_department(session, order, Notice.DISPATCHED, f"{now}", now, told)
    return choice


def dispatch_if_sure(session: Session, order: WorkOrder, now: datetime) -> Choice | None:
    """Dispatch what triage has understood, without a person; what it has not stays for review.

    Returns None, and changes nothing, unless the order is new, heard, and the rules name somebody.
    """
    understood = order.category is not None and order.urgency is not Urgency.UNKNOWN and not order.to_listen
    if order.state is not OrderState.REGISTERED or not understood:
        return None
    try:
        return dispatch(session, order, THE_MACHINE, now)
    except NobodyToTakeItError:
        return None


def _departments(session: Session) -> Sequence[Department]:
    there = select(Department).where(Department.removed_at.is_(None)).order_by(Department.id)
    return session.scalars(there).all()


def _unit(department: Department) -> Unit:
    return Unit(department.id, department.name, department.kind, department.district)
