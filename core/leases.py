"""Who works on what: rows claimed for a while by a conditional update, so a job that runs twice does its work once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from core.database import locked_row
from core.models import (
    Lease,
    Outgoing,
    OutgoingState,
    QuestionTrial,
    RadarRun,
    RadarState,
    Recording,
    RecordingState,
    TrialState,
)

_Work = TypeVar("_Work", Recording, Outgoing, QuestionTrial, RadarRun)
AnyWork = Recording | Outgoing | QuestionTrial | RadarRun
_State = RecordingState | OutgoingState | TrialState | RadarState


def free(table: type[AnyWork], now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row is due and that nobody holds it."""
    return and_(table.due_at <= now, or_(table.leased_until.is_(None), table.leased_until <= now))


def claim(
    session: Session, table: type[_Work], row_id: int, state: _State, now: datetime, lease_seconds: int
) -> _Work | None:
    """Take one row for `lease_seconds` if it is in `state`, due and free; the attempt is counted before any work.

    Returns None when it is done, claimed by another or not due: leave quietly then.
    """
    result = session.execute(
        update(table)
        .where(table.id == row_id, table.state == state, free(table, now))
        .values(leased_until=now + timedelta(seconds=lease_seconds), attempts=table.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    claimed = isinstance(result, CursorResult) and result.rowcount == 1
    return session.get(table, row_id, populate_existing=True) if claimed else None


def renew(session: Session, row: Recording | Outgoing, now: datetime, lease_seconds: int) -> None:
    """Hold a claimed row for another `lease_seconds`."""
    row.leased_until = now + timedelta(seconds=lease_seconds)
    session.flush()


def left_behind(
    session: Session,
    table: type[AnyWork],
    states: Sequence[_State],
    now: datetime,
    limit: int = 1000,
) -> list[tuple[int, _State]]:
    """Return ids and states of rows that are due and that nobody holds, the oldest first."""
    rows = session.execute(
        select(table.id, table.state)
        .where(table.state.in_(states), free(table, now))
        .order_by(table.due_at)
        .limit(limit)
    )
    return [(row.id, row.state) for row in rows]


def hold(session: Session, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or keep a named lease; False while another process holds it."""
    lease = locked_row(session, Lease, name, holder="", held_until=now)
    if lease.holder != holder and lease.held_until > now:
        return False
    lease.holder, lease.held_until = holder, now + timedelta(seconds=seconds)
    return True
