"""The agents' seats: what they can serve, what they are doing, and how long they did what; rings nobody."""

import json
import typing
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ScalarSelect, Text, bindparam, cast, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from core.database import table_of
from core.models import SeatRow, SeatSpell, SeatState, Staff
from core.objects import add_at_once
from core.settings import Language
from routing.line.waiting import Seat

SERVING = (SeatState.AVAILABLE, SeatState.RINGING, SeatState.TALKING, SeatState.WRAP_UP)
"""The states of an agent who takes calls now, or will once this one is done."""
_SEATS = table_of(SeatRow).c
_OF_STATE = ("state", "state_since", "joins_id", "revision")
_IS_NOW = (
    update(table_of(SeatRow))
    .where(_SEATS.id == bindparam("seat_id"), _SEATS.revision == bindparam("as_read"))
    .values(
        state=bindparam("to"), state_since=bindparam("since"), joins_id=bindparam("joins"), revision=_SEATS.revision + 1
    )
    .returning(*(_SEATS[name] for name in _OF_STATE))
)
IN_A_CALL = (SeatState.RINGING, SeatState.TALKING)
"""The states of an agent whose telephone is in use."""


def seat_of(session: Session, staff: Staff, now: datetime) -> SeatRow:
    """Return an agent's seat, made on first use: their own language, every matter, offline."""
    row = session.scalar(select(SeatRow).where(SeatRow.staff_id == staff.id))
    if row is None:
        row = SeatRow(staff_id=staff.id, languages=[staff.language], skills=[], state_since=now)
        session.add(row)
        session.flush()
    return row


def set_state(session: Session, seat: SeatRow, state: SeatState, now: datetime) -> None:
    """Note what an agent is doing from now on, and for how long they did what they did before.

    Whoever is neither rung nor talks is in no colleague's talk any more.
    """
    if seat.state is state:
        return
    add_at_once(session, SeatSpell(seat_id=seat.id, state=seat.state, began_at=seat.state_since, ended_at=now))
    joins_id = seat.joins_id if state in IN_A_CALL else None
    asked = {"seat_id": seat.id, "as_read": seat.revision, "to": state, "since": now, "joins": joins_id}
    row = session.connection().execute(_IS_NOW, asked).one_or_none()
    if row is None:
        raise StaleDataError("somebody else has changed this seat meanwhile")
    for name, value in zip(_OF_STATE, row, strict=True):
        set_committed_value(seat, name, value)


def can_be_rung(seat: SeatRow) -> bool:
    """Tell whether there is a way to ask an agent to take somebody."""
    return bool(seat.dialled_in_sid or seat.telephone)


def way_to(seat: SeatRow) -> dict[str, str | None]:
    """Return how an agent is asked, for the outbox: on the call by which they have dialled in, or by ringing them."""
    return {"call_sid": seat.dialled_in_sid} if seat.dialled_in_sid else {"to": seat.telephone}


def seat_value(row: SeatRow) -> Seat:
    """Return what an agent can serve, as the pure policy wants it."""
    return Seat(frozenset(typing.cast("list[Language]", row.languages)), frozenset(row.skills))


def serving(session: Session) -> Sequence[SeatRow]:
    """Return the seats that take calls now."""
    return session.scalars(select(SeatRow).where(SeatRow.state.in_(SERVING)).order_by(SeatRow.state_since)).all()


_LISTS = select(cast(SeatRow.languages, Text).label("told")).where(or_(*(SeatRow.state == one for one in SERVING)))
LANGUAGES_NOW: ScalarSelect[str | None] = select(
    func.aggregate_strings(_LISTS.distinct().subquery().c.told, "\n")
).scalar_subquery()
"""The languages in which somebody takes calls now, as a column of a larger question; `languages_in` reads it."""


def languages_in(told: str | None) -> frozenset[str]:
    """Return the languages that `LANGUAGES_NOW` has told."""
    return frozenset(language for line in told.splitlines() for language in json.loads(line)) if told else frozenset()


def available(session: Session) -> Sequence[SeatRow]:
    """Return the agents who are free, the one who has been so for longest first; theirs to change until the commit."""
    free = select(SeatRow).where(SeatRow.state == SeatState.AVAILABLE).order_by(SeatRow.state_since, SeatRow.id)
    locked = free.with_for_update(of=SeatRow, skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(locked).all()
