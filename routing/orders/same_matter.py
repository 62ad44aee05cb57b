"""Orders that may be one matter: proposed here, joined only by a person; no clock stops and no urgency falls by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.models import Call, Incident, MatterProposal, OrderState, WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert_if_red, ring
from routing.orders.clock_keeping import order_clocks, refresh_clock
from routing.orders.deadlines import running
from routing.orders.events import MACHINE, add_event, has_event
from routing.orders.lifecycle import FINAL, OPEN, Verb
from routing.orders.likeness import Said, likeness
from routing.orders.stepping import Actor, conflict, take_step
from routing.orders.urgency import URGENCY_RANK
from routing.orders.whom_to_ring import ladder

REPEAT_WITHIN = timedelta(days=7)
INCIDENT_WITHIN = timedelta(hours=3)
_ALARMING = timedelta(hours=24)
_ALARMING_REPEATS = 3
_ALIKE = 0.62
_ALIKE_SAME_NUMBER = 0.55
_CALLERS_OF_AN_INCIDENT = 3
_MOST_COMPARED = 200
_LONGEST_TITLE = 60


def propose_same_matter(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> int:
    """Propose whatever an order may be the same matter as; returns how many proposals were written.

    Same number is not same person (dormitories, hotels): nothing is joined here. Three orders of one number within a
    day are told to a supervisor.
    """
    _alert_about_repeats(session, order, settings, now)
    known = _known_incident(session, _said(order), now)
    if known:
        return _propose(session, order, now, _like(order, known), incident=known)
    count = sum(_propose(session, order, now, alike, other=other) for other, alike in _repeats(session, order, now))
    return count + _propose_incident(session, order, now)


def known_incident(session: Session, text: str, district: str | None, now: datetime) -> Incident | None:
    """Return the confirmed, open incident that a caller's words are about, so that they hear that it is known."""
    return _known_incident(session, Said(text, None, district), now, Incident.confirmed_at.is_not(None))


def _known_incident(session: Session, said: Said, now: datetime, *conditions: ColumnElement[bool]) -> Incident | None:
    wanted = select(Incident).where(Incident.closed_at.is_(None), Incident.proposed_at <= now, *conditions)
    rows = session.scalars(wanted.order_by(Incident.id.desc()).limit(_MOST_COMPARED)).all()
    best = max(rows, key=lambda row: likeness(said, _said(row)), default=None)
    return best if best and likeness(said, _said(best)) >= _ALIKE else None


def _said(row: WorkOrder | Incident) -> Said:
    return Said(row.text if isinstance(row, Incident) else row.summary, row.category, row.district)


def _like(one: WorkOrder, other: WorkOrder | Incident) -> float:
    return likeness(_said(one), _said(other))


def _repeats(session: Session, order: WorkOrder, now: datetime) -> Sequence[tuple[WorkOrder, float]]:
    """Return the open orders of the same number that sound like this one; a withheld number is nobody's."""
    if order.call.caller.number is None:
        return ()
    rows = session.scalars(
        select(WorkOrder)
        .where(
            WorkOrder.call.has(caller_id=order.call.caller_id),
            WorkOrder.id != order.id,
            WorkOrder.state.in_(OPEN),
            WorkOrder.registered_at >= now - REPEAT_WITHIN,
        )
        .order_by(WorkOrder.id.desc())
        .limit(_MOST_COMPARED)
    )
    return [(row, alike) for row in rows if (alike := _like(order, row)) >= _ALIKE_SAME_NUMBER]


def _propose_incident(session: Session, order: WorkOrder, now: datetime) -> int:
    """Propose a parent when several callers tell of one cause at one time in one place."""
    here = WorkOrder.district.is_(None) if order.district is None else WorkOrder.district == order.district
    rows = session.scalars(
        select(WorkOrder)
        .where(
            here,
            WorkOrder.id != order.id,
            WorkOrder.state.in_(OPEN),
            WorkOrder.incident_id.is_(None),
            WorkOrder.registered_at >= now - INCIDENT_WITHIN,
            WorkOrder.call.has(Call.caller_id != order.call.caller_id),
        )
        .order_by(WorkOrder.id.desc())
        .limit(_MOST_COMPARED)
    )
    alike = [(row, value) for row in rows if (value := _like(order, row)) >= _ALIKE]
    if len({row.call.caller_id for row, _ in alike}) < _CALLERS_OF_AN_INCIDENT - 1:
        return 0
    incident = Incident(
        title=order.summary[:_LONGEST_TITLE],
        text=order.summary,
        category=order.category,
        district=order.district,
        proposed_at=now,
    )
    session.add(incident)
    session.flush()
    return sum(_propose(session, row, now, value, incident=incident) for row, value in [(order, 1.0), *alike])


def _propose(
    session: Session,
    order: WorkOrder,
    now: datetime,
    alike: float,
    *,
    other: WorkOrder | None = None,
    incident: Incident | None = None,
) -> int:
    pairs = [(order.id, other.id), (other.id, order.id)] if other else []
    asked = [(MatterProposal.order_id == one) & (MatterProposal.other_id == another) for one, another in pairs] or [
        (MatterProposal.order_id == order.id) & (MatterProposal.incident_id == (incident.id if incident else 0))
    ]
    if session.scalar(select(MatterProposal.id).where(or_(*asked)).limit(1)):
        return 0
    session.add(
        MatterProposal(
            order_id=order.id,
            other_id=other.id if other else None,
            incident_id=incident.id if incident else None,
            likeness=alike,
            proposed_at=now,
        )
    )
    session.flush()
    return 1


def _alert_about_repeats(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Three orders of one number within 24 h: somebody is not being helped."""
    if order.call.caller.number is None or has_event(session, order, "repeated"):
        return
    count = session.scalar(
        select(func.count(WorkOrder.id)).where(
            WorkOrder.call.has(caller_id=order.call.caller_id), WorkOrder.registered_at > now - _ALARMING
        )
    )
    if (count or 0) >= _ALARMING_REPEATS:
        add_event(session, order, "repeated", MACHINE, now, count=count)
        ring(session, order, [phone for _, phone in ladder(session, order, settings, now)[:1]], "repeated", "1", now)


def merge(
    session: Session,
    order: WorkOrder,
    into: WorkOrder,
    actor: Actor,
    now: datetime,
    reason: str,
    settings: Settings,
    revision: int | None = None,
) -> None:
    """Join an order to another (并单) by a person's decision: its clocks and its urgency go on in the other.

    Raises:
        ConflictError: the other is over, or is this one itself.
        IllegalVerbError, NotAllowedError, ReasonMissingError: as the lifecycle says.
    """
    if into.id == order.id or into.state in FINAL:
        raise conflict(into)
    due = {clock.step.value: clock.due_at.isoformat() for clock in running(order_clocks(session, order))}
    told: dict[str, Any] = {"number": order.number, "due": due}
    take_step(
        session,
        order,
        Verb.MERGE,
        actor,
        now,
        revision=revision,
        reason=reason,
        changes={"merged_into_id": into.id},
        into=into.number,
    )
    if URGENCY_RANK[order.urgency] < into.urgency_rank:
        into.urgency, into.urgency_rank = order.urgency, URGENCY_RANK[order.urgency]
        told["urgency"] = order.urgency.value
        session.flush()
    add_event(session, into, "merged_in", actor.name, now, **told)
    alert_if_red(session, into, settings, now)


def decide(
    session: Session, proposal: MatterProposal, actor: Actor, now: datetime, *, join: bool, settings: Settings
) -> None:
    """Take a person's decision over a proposal: joined to the incident, or merged into the older order; or left alone.

    Raises:
        ConflictError: somebody has decided already, or one of the orders is over.
    """
    order = session.get_one(WorkOrder, proposal.order_id, with_for_update={"of": WorkOrder})
    if proposal.decided_at:
        raise conflict(order)
    proposal.decided_at, proposal.decided_by, proposal.joined = now, actor.name, join
    session.flush()
    if join and proposal.incident_id:
        join_incident(session, order, session.get_one(Incident, proposal.incident_id), actor, now)
    elif join and proposal.other_id:
        other = session.get_one(WorkOrder, proposal.other_id, with_for_update={"of": WorkOrder})
        older, newer = sorted((order, other), key=lambda row: row.id)
        merge(session, newer, older, actor, now, "same matter", settings)


def join_incident(session: Session, order: WorkOrder, incident: Incident, actor: Actor, now: datetime) -> None:
    """Make an order one of an incident's; it stays an order of its own, with its own clocks."""
    order.incident_id = incident.id
    session.flush()
    add_event(session, order, "incident_joined", actor.name, now, incident_id=incident.id)


def confirm_incident(
    session: Session, incident: Incident, actor: Actor, now: datetime, title: str, due_at: datetime | None
) -> None:
    """Confirm by a person that an incident is real; from now on callers hear that it is known and when it is due."""
    incident.title, incident.due_at = title, due_at
    incident.confirmed_at, incident.confirmed_by = now, actor.name
    session.flush()


def close_incident(session: Session, incident: Incident, actor: Actor, now: datetime, reply: str) -> int:
    """Close an incident: every order of it is answered with the reply, and so each citizen is asked.

    A red one, and what waits for something else, stays open for a person to look at. Returns how many were answered.
    """
    incident.closed_at = now
    orders = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.incident_id == incident.id, WorkOrder.state.in_(OPEN))
        .order_by(WorkOrder.id)
        .with_for_update(of=WorkOrder)
    ).all()
    return sum(_answer_child(session, order, actor, now, reply) for order in orders)


def _answer_child(session: Session, order: WorkOrder, actor: Actor, now: datetime, reply: str) -> bool:
    if order.urgency_rank == 0 or order.state in {OrderState.DEFERRED, OrderState.REPLIED, OrderState.FOLLOW_UP}:
        add_event(session, order, "incident_over", actor.name, now, incident_id=order.incident_id)
        refresh_clock(session, order, now)
        return False
    if order.state is OrderState.DISPATCHED:
        take_step(session, order, Verb.ACCEPT, actor, now, changes={"accepted_by": actor.name})
    take_step(session, order, Verb.REPLY, actor, now, reason=reply)
    return True
