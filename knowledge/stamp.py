"""The sign by which every process sees that what callers may hear has changed: one small row, read each time.

A value drawn anew, not a number counted up: of two databases, or of one and its restored backup, no two are alike.
"""

import secrets

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from core.database import locked_row
from core.models import Stamp

_NAME = "articles"

STAMP_NOW: ScalarSelect[str | None] = select(Stamp.value).where(Stamp.name == _NAME).scalar_subquery()
"""The sign of what is published now, as a column of a larger question."""


def current_stamp(session: Session) -> str | None:
    """Return the sign of what is published now; None in a database where nothing was published yet."""
    return session.scalar(select(Stamp.value).where(Stamp.name == _NAME))


def draw_stamp(session: Session) -> None:
    """Change the sign, in the transaction that changes what callers may hear."""
    locked_row(session, Stamp, _NAME, value="").value = secrets.token_hex(8)
    session.flush()
