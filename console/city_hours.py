"""The hours that clocks may count: from when to when, on the working days of a country."""

from collections.abc import Mapping
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.city_sheets import Field, Line, Sheet, UnusableError
from console.permissions import Permission
from core.errors import StillInUseError
from core.models import DeadlineRule, WorkingHours
from core.working_time import Hours
from routing.orders.rulebook import set_hours

_COUNTRIES = ("CN", "HK", "MO", "TW", "SG")


class WorkingDays(Sheet):
    """Named hours as the page shows and keeps them."""

    name = "hours"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:  # noqa: ARG002
        """Return what named hours have."""
        return [
            Field("name", required=True),
            Field("country", "choice", tuple((code, code) for code in _COUNTRIES)),
            Field("zone", required=True),
            Field("opens", "time", required=True),
            Field("closes", "time", required=True),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return all named hours."""
        return [
            Line(
                str(row.id),
                {name: str(getattr(row, name)) for name in ("name", "country", "zone", "opens", "closes")},
            )
            for row in session.scalars(select(WorkingHours).order_by(WorkingHours.name))
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep named hours."""
        row = session.get_one(WorkingHours, int(key)) if key else None
        try:
            opens, closes = time.fromisoformat(values["opens"]), time.fromisoformat(values["closes"])
            hours = Hours(values["zone"], values["country"], opens, closes)
            return str(set_hours(session, row, values["name"][:40], hours).id)
        except ValueError as error:
            raise UnusableError("hours") from error

    def remove(self, session: Session, key: str) -> None:
        """Remove hours that no clock counts."""
        row = session.get_one(WorkingHours, int(key))
        if session.scalar(select(DeadlineRule.id).where(DeadlineRule.working_hours_id == row.id).limit(1)):
            raise StillInUseError("A clock counts these hours.")
        session.delete(row)
        session.flush()
