"""The rows of the outbox while somebody works on them: taken, put off, sent, left to a person; each is one commit."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.clock import now
from core.house import House
from core.leases import claim
from core.logs import get_logger
from core.models import Outgoing, OutgoingKind, OutgoingState, WorkOrder
from hotline.outgoing.wanted import leave_out
from routing.line.talks import not_placed
from routing.orders import MACHINE, add_event

log = get_logger()

_LONGEST_WAIT_SECONDS = 600
_OF_THE_LINE = frozenset({OutgoingKind.AGENT_CALL, OutgoingKind.CALLBACK_CALL})
HANDED_OVER = frozenset(
    {OutgoingKind.DEPARTMENT_EMAIL, OutgoingKind.DEPARTMENT_WEBHOOK, OutgoingKind.DEPARTMENT_OPEN311}
)
_TO_DEPARTMENTS = HANDED_OVER | {OutgoingKind.DEPARTMENT_CALL, OutgoingKind.DEPARTMENT_SMS}


def claim_row(house: House, outgoing_id: int, state: OutgoingState) -> Outgoing | None:
    """Take a row; what nobody wants any more has ended by it and keeps nobody waiting."""
    with house.database.transaction() as session:
        row = claim(session, Outgoing, outgoing_id, state, now(), house.settings.lease_seconds)
        if row is not None and state is OutgoingState.WAITING:
            leave_out(session, house, row)
        return row


def sent(house: House, row: Outgoing, sid: str, *, tell: str | None = None) -> None:
    row.state, row.carrier_sid, row.due_at, row.leased_until, row.failure = OutgoingState.SENT, sid, None, None, None
    with house.database.transaction() as session:
        session.merge(row)
        order = _order_of(session, row) if tell else None
        if order and tell:
            add_event(session, order, tell, MACHINE, now(), reference=sid)


def wait(
    house: House,
    row: Outgoing,
    until: datetime,
    *,
    state: OutgoingState = OutgoingState.WAITING,
    failure: str | None = None,
) -> None:
    row.state, row.due_at, row.leased_until, row.failure = state, until, None, failure
    save(house, row)


def by_hand(house: House, row: Outgoing, why: str) -> None:
    """Leave it to a person: shown on the order it belongs to."""
    row.state, row.due_at, row.leased_until, row.failure = OutgoingState.BY_HAND, None, None, why[:200]
    with house.database.transaction() as session:
        session.merge(row)
        order = _order_of(session, row)
        if order:
            by_hand = "notice_by_hand" if row.kind in _TO_DEPARTMENTS else "call_by_hand"
            add_event(session, order, by_hand, MACHINE, now(), why=why[:200])
        if row.kind in _OF_THE_LINE:
            not_placed(session, house.settings, row, now())
    log.error("outgoing_by_hand", outgoing_id=row.id, kind=row.kind.value)


def save(house: House, row: Outgoing) -> None:
    with house.database.transaction() as session:
        session.merge(row)


def backoff(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, _LONGEST_WAIT_SECONDS))


def _order_of(session: Session, row: Outgoing) -> WorkOrder | None:
    order_id = row.payload.get("order_id")
    return session.get(WorkOrder, order_id, with_for_update={"of": WorkOrder}) if order_id else None
