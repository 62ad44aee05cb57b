"""Which stored recording the speech workers hear next: SQL chooses, by danger and age, not the queue."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from core.leases import claim, free
from core.models import Recording, RecordingState, Urgency, WorkOrder
from core.settings import Language
from routing.orders.registering import URGENCY_RANK


def claim_next(
    session: Session, now: datetime, lease_seconds: int, quick_languages: Collection[Language]
) -> Recording | None:
    """Claim the stored recording that is to be heard next; None when none is due and free.

    First those that nothing has looked through for danger yet, where a quick model can (`quick_languages`); among
    equals the ones of a red order, then the oldest.
    """
    not_looked_through = and_(Recording.drafted_at.is_(None), Recording.language.in_(quick_languages))
    red = func.coalesce(WorkOrder.urgency_rank, URGENCY_RANK[Urgency.UNKNOWN]) == URGENCY_RANK[Urgency.RED]
    row_id = session.scalar(
        select(Recording.id)
        .outerjoin(WorkOrder, WorkOrder.call_id == Recording.call_id)
        .where(Recording.state == RecordingState.STORED, free(Recording, now))
        .order_by(_first(not_looked_through), _first(red), Recording.announced_at, Recording.id)
        .limit(1)
        .with_for_update(of=Recording, skip_locked=True)
    )
    if row_id is None:
        return None
    return claim(session, Recording, row_id, RecordingState.STORED, now, lease_seconds)


def _first(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 0), else_=1)
