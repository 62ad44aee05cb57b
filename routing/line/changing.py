"""A change of a place is one compare-and-set, of which the loser does nothing; for this room, which decides on them.

Whoever changes a place by another way takes part in no compare-and-set.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from core.database import table_of
from core.models import LinePlace, PlaceState

_Value = str | int | bool | datetime | None


def change(session: Session, place: LinePlace, from_states: tuple[PlaceState, ...], **values: _Value) -> bool:
    """Change a place if it is still in one of these states and as we read it; of two who try, one is told False.

    Who wins has it as it is now and reads nothing again: its call is as it was when that was read. Who loses reads all.
    """
    session.flush()
    asked = {"place_id": place.id, "as_read": place.revision}
    given = {f"to_{name}": value for name, value in values.items()}
    row = session.connection().execute(_changing(from_states, tuple(values)), {**asked, **given}).one_or_none()
    if row is None:
        session.refresh(place)
        return False
    for name, value in zip(("revision", *values), row, strict=True):
        set_committed_value(place, name, value)
    if "call_id" in values:
        session.expire(place, ["call"])
    return True


@cache
def _changing(from_states: tuple[PlaceState, ...], names: tuple[str, ...]) -> ReturningUpdate[Any]:
    """Return the compare-and-set of these columns, built once."""
    places = table_of(LinePlace).c
    return (
        update(table_of(LinePlace))
        .where(
            places.id == bindparam("place_id"),
            places.state.in_(from_states),
            places.revision == bindparam("as_read"),
        )
        .values({name: bindparam(f"to_{name}") for name in names} | {"revision": places.revision + 1})
        .returning(places.revision, *(places[name] for name in names))
    )
