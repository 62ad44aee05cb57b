"""Who is next in an agent's queues, offered to them in one short statement, however long the line is; rings nobody.

The order is that of `routing.line.waiting`: tests hold them together.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, ScalarSelect, Subquery, bindparam, select, union_all, update
from sqlalchemy.orm import Session

from core.database import table_of
from core.models import LinePlace, PlaceState
from core.settings import Language

_PLACES = table_of(LinePlace).c


def offer_first(
    session: Session, queues: Sequence[tuple[Language, str]], seat_id: int, until: datetime
) -> LinePlace | None:
    """Offer to a seat whoever comes first in these (language, skill) queues; None when nobody waits in them.

    Whom another transaction is offering at this moment is passed over: two agents neither get the same caller nor wait
    for each other. The place's call and caller are not read with it.
    """
    asked: dict[str, object] = {"to_seat_id": seat_id, "until": until}
    for number, (language, skill) in enumerate(queues):
        asked |= {f"language_{number}": language, f"skill_{number}": skill}
    place: LinePlace | None = session.scalar(_offering(len(queues)), asked) if queues else None
    return place


@cache
def _offering(queues: int) -> Executable:
    """Return the choice and its compare-and-set; built once for each number of queues."""
    offering = (
        update(table_of(LinePlace))
        .where(_PLACES.id == _first_of(queues), _PLACES.state == PlaceState.WAITING)
        .values(
            state=PlaceState.OFFERED,
            seat_id=bindparam("to_seat_id"),
            due_at=bindparam("until"),
            revision=_PLACES.revision + 1,
        )
        .returning(*_PLACES)
    )
    return select(LinePlace).from_statement(offering).execution_options(populate_existing=True)


def _first_of(queues: int) -> ScalarSelect[int]:
    heads = union_all(*(select(_head(number)) for number in range(queues))).subquery().c
    return select(heads.id).order_by(heads.urgency_rank, heads.first_called_at, heads.id).limit(1).scalar_subquery()


def _head(number: int) -> Subquery:
    """Return the first of one queue, found by an index; the lock is taken here, so that the second can be first."""
    return (
        select(_PLACES.id, _PLACES.urgency_rank, _PLACES.first_called_at)
        .where(
            _PLACES.state == PlaceState.WAITING,
            _PLACES.language == bindparam(f"language_{number}"),
            _PLACES.skill == bindparam(f"skill_{number}"),
        )
        .order_by(_PLACES.urgency_rank, _PLACES.first_called_at, _PLACES.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .subquery()
    )
