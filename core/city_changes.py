"""Keeps who changed what in the city's own data; one change at a time, so that nobody overwrites unseen."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import locked_row
from core.models import CityChange, Stamp

_NAME = "city data"


def one_at_a_time(session: Session) -> None:
    """Let nobody else change the city's data until this transaction ends: what is read from now on stays so."""
    locked_row(session, Stamp, _NAME, value="")


def note_change(
    session: Session,
    sheet: str,
    key: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    actor: str,
    now: datetime,
) -> None:
    """Add a change to the history; `before` is empty for what was added, `after` for what was removed."""
    session.add(CityChange(sheet=sheet, key=key, before=dict(before), after=dict(after), actor=actor, changed_at=now))
    session.flush()


def newest_changes(session: Session, sheet: str, number: int = 30) -> list[CityChange]:
    """Return the newest changes of one kind of data, newest first."""
    wanted = select(CityChange).where(CityChange.sheet == sheet).order_by(CityChange.id.desc()).limit(number)
    return list(session.scalars(wanted))
