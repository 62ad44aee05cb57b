"""What a person has to decide about same matters: pairs of orders, and incidents with all who may belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from core.models import Incident, MatterProposal, WorkOrder
from routing.orders.lifecycle import OPEN
from routing.orders.reading import OrderLine, order_lines


@dataclass(frozen=True)
class Pair:
    """Two open orders that are perhaps one matter."""

    proposal_id: int
    percent_alike: int
    newer: OrderLine
    older: OrderLine


@dataclass(frozen=True)
class Candidate:
    """An open order that perhaps belongs to an incident."""

    proposal_id: int
    percent_alike: int
    line: OrderLine


@dataclass(frozen=True)
class IncidentLine:
    """An incident that is not over."""

    id: int
    title: str
    district: str | None
    proposed_at: datetime
    confirmed_at: datetime | None
    due_at: datetime | None
    joined: int
    candidates: tuple[Candidate, ...]


def open_pairs(session: Session, now: datetime, limit: int = 50) -> tuple[Pair, ...]:
    """Return the undecided pairs of open orders, the newest proposal first."""
    one, other = aliased(WorkOrder), aliased(WorkOrder)
    rows = session.execute(
        select(MatterProposal, one, other)
        .join(one, one.id == MatterProposal.order_id)
        .join(other, other.id == MatterProposal.other_id)
        .where(MatterProposal.decided_at.is_(None), one.state.in_(OPEN), other.state.in_(OPEN))
        .order_by(MatterProposal.id.desc())
        .limit(limit)
    ).all()
    return tuple(
        Pair(row.id, _percent(row), *order_lines(session, sorted((a, b), key=lambda each: -each.id), now))
        for row, a, b in rows
    )


def open_incidents(session: Session, now: datetime, limit: int = 20) -> tuple[IncidentLine, ...]:
    """Return the incidents that are not over: the unconfirmed first, the newest of each first."""
    wanted = select(Incident).where(Incident.closed_at.is_(None))
    rows = session.scalars(wanted.order_by(Incident.confirmed_at.is_not(None), Incident.id.desc()).limit(limit))
    return tuple(_incident(session, row, now) for row in rows)


def undecided(session: Session, incident: Incident) -> Sequence[tuple[MatterProposal, WorkOrder]]:
    """Return what is proposed for an incident and not decided, as far as the orders are open."""
    return _proposals(session, MatterProposal.incident_id == incident.id)


def _incident(session: Session, row: Incident, now: datetime) -> IncidentLine:
    proposed = undecided(session, row)
    lines = order_lines(session, [order for _, order in proposed], now)
    joined = session.scalar(select(func.count(WorkOrder.id)).where(WorkOrder.incident_id == row.id)) or 0
    candidates = (Candidate(one.id, _percent(one), line) for (one, _), line in zip(proposed, lines, strict=True))
    return IncidentLine(
        row.id, row.title, row.district, row.proposed_at, row.confirmed_at, row.due_at, joined, tuple(candidates)
    )


def _proposals(session: Session, which: ColumnElement[bool]) -> Sequence[tuple[MatterProposal, WorkOrder]]:
    rows = session.execute(
        select(MatterProposal, WorkOrder)
        .join(WorkOrder, WorkOrder.id == MatterProposal.order_id)
        .where(which, MatterProposal.decided_at.is_(None), WorkOrder.state.in_(OPEN))
        .order_by(MatterProposal.id)
    )
    return [(proposal, order) for proposal, order in rows]


def _percent(row: MatterProposal) -> int:
    return round(100 * row.likeness)
