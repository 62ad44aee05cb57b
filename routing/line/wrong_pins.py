"""The wrong PINs of late, in SQL: noted, counted for one try, told to the agent and to who watches; then forgotten.

Kept by what was keyed in, so that nobody learns which agent numbers there are. Nothing is committed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.models import SeatCall, SeatRow, Staff, WrongPin
from routing.line.pin_tries import (
    WRONG_FROM_STRANGERS,
    WRONG_FROM_TELEPHONE,
    WRONG_HERE,
    MayTry,
    WrongPins,
    may_try,
)

WITHHELD = ""
"""All who withhold their number, as one telephone."""
_KEPT_FOR = timedelta(days=7)
_KNOWN_FOR = timedelta(days=90)
_GUESSED_WITHIN = timedelta(hours=1)
_GUESSED = 5
"""So many within an hour are not somebody's clumsy fingers."""


@dataclass(frozen=True)
class Guessed:
    """An agent whose PIN somebody seems to look for."""

    name: str
    agent_number: str
    wrong: int
    """Within the last hour, whoever keyed them in."""


def may_try_now(session: Session, agent_number: str, telephone: str, staff: Staff | None, now: datetime) -> MayTry:
    """Tell whether a PIN for an agent number is looked at, from this telephone and in this moment."""
    from_here = WrongPin.telephone == telephone
    for_them = WrongPin.agent_number == agent_number
    wrong = WrongPins(
        here=_newest(session, WRONG_HERE, from_here, for_them),
        from_telephone=_newest(session, WRONG_FROM_TELEPHONE, from_here),
        from_strangers=_newest(session, WRONG_FROM_STRANGERS, for_them, WrongPin.is_strange.is_(True)),
    )
    is_known = knows_telephone(session, staff, telephone, now)
    return may_try(wrong, now, is_known=is_known, is_withheld=telephone == WITHHELD)


def note_wrong(session: Session, agent_number: str, telephone: str, staff: Staff | None, now: datetime) -> None:
    """Note a wrong PIN, and forget those of long ago."""
    session.execute(delete(WrongPin).where(WrongPin.keyed_at <= now - _KEPT_FOR))
    is_strange = not knows_telephone(session, staff, telephone, now)
    session.add(WrongPin(agent_number=agent_number, telephone=telephone, is_strange=is_strange, keyed_at=now))
    session.flush()


def forget_own(session: Session, agent_number: str, telephone: str) -> None:
    """Forget the wrong PINs of somebody who has keyed in the right one now, from the same telephone."""
    own = delete(WrongPin).where(WrongPin.agent_number == agent_number, WrongPin.telephone == telephone)
    session.execute(own.execution_options(synchronize_session=False))


def forget_all(session: Session, agent_number: str) -> None:
    """Forget all that was keyed in for an agent number: it has another PIN now."""
    theirs = delete(WrongPin).where(WrongPin.agent_number == agent_number)
    session.execute(theirs.execution_options(synchronize_session=False))


def knows_telephone(session: Session, staff: Staff | None, telephone: str, now: datetime) -> bool:
    """Tell whether an agent came in by this telephone, or has it as that of their seat; a withheld one is nobody's."""
    seat = session.scalar(select(SeatRow).where(SeatRow.staff_id == staff.id)) if staff else None
    if seat is None or telephone == WITHHELD:
        return False
    came = select(SeatCall.id).where(SeatCall.seat_id == seat.id, SeatCall.telephone == telephone)
    return seat.telephone == telephone or session.scalar(came.where(SeatCall.began_at > now - _KNOWN_FOR)) is not None


def wrong_since(session: Session, agent_number: str, since: datetime) -> int:
    """Return how many wrong PINs were keyed in for an agent number since a moment, of the last week."""
    counted = select(func.count(WrongPin.id)).where(WrongPin.agent_number == agent_number, WrongPin.keyed_at > since)
    return session.scalar(counted) or 0


def guessed(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> tuple[Guessed, ...]:
    """Return the agents for whom many wrong PINs were keyed in within the hour, the most first."""
    count = func.count(WrongPin.id)
    wanted = (
        select(Staff.name, Staff.agent_number, count)
        .join(WrongPin, WrongPin.agent_number == Staff.agent_number)
        .where(WrongPin.keyed_at > now - _GUESSED_WITHIN, Staff.pin_hash.is_not(None), *conditions)
        .group_by(Staff.id, Staff.name, Staff.agent_number)
        .having(count >= _GUESSED)
        .order_by(count.desc(), Staff.id)
    )
    return tuple(Guessed(name, number or "", wrong) for name, number, wrong in session.execute(wanted))


def _newest(session: Session, limit: int, *conditions: ColumnElement[bool]) -> Sequence[datetime]:
    times = select(WrongPin.keyed_at).where(*conditions).order_by(WrongPin.keyed_at.desc()).limit(limit)
    return session.scalars(times).all()
