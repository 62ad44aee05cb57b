"""Whether a row of the outbox is still to be sent: who has gone is not rung, and who may not be written to is not."""

from sqlalchemy.orm import Session

from core.clock import now
from core.house import House
from core.models import Outgoing, OutgoingKind, OutgoingState, WorkOrder
from routing.line.ringing_citizens import put_off_while_they_ring_us, still_to_ring
from routing.line.talks import agent_rings, never_rung, place_offered
from routing.orders.wishes import may_text


def leave_out(session: Session, house: House, row: Outgoing) -> None:
    """End a row that is not to be sent, now or ever."""
    if not _is_wanted(session, row):
        _no_longer_wanted(session, row)
    elif row.kind is OutgoingKind.CALLBACK_CALL and put_off_while_they_ring_us(session, house.settings, row, now()):
        _unsent(row, "they ring us")


def begun(house: House, row: Outgoing) -> bool:
    """Commit that a call is being placed; what is no longer wanted is neither rung nor written."""
    with house.database.transaction() as session:
        wanted = _is_wanted(session, row)
        if not wanted:
            _no_longer_wanted(session, row)
        elif row.kind is OutgoingKind.AGENT_CALL:
            agent_rings(session, row, now())
        session.merge(row)
    return wanted


def _no_longer_wanted(session: Session, row: Outgoing) -> None:
    _unsent(row, "no longer wanted")
    if row.kind is OutgoingKind.AGENT_CALL:
        never_rung(session, row, now())


def _unsent(row: Outgoing, why: str) -> None:
    row.state, row.due_at, row.leased_until, row.failure = OutgoingState.SENT, None, None, why


def _is_wanted(session: Session, row: Outgoing) -> bool:
    """Tell whether somebody still waits for a call, or may be written to (they have not forbidden it)."""
    if row.kind is OutgoingKind.AGENT_CALL:
        return place_offered(session, row) is not None
    if row.kind is OutgoingKind.CALLBACK_CALL:
        return still_to_ring(session, row, now())
    if row.kind is OutgoingKind.CITIZEN_SMS:
        return may_text(session, session.get_one(WorkOrder, row.payload["order_id"]))
    return True
