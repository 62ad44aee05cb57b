"""The departments: what each is for, and how it hears of its orders; one with open orders can't just be removed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.parts import now, person
from console.permissions import Permission
from core.models import Department, DepartmentKind, NoticeChannel
from routing.dispatch import add_department, change_department, remove_department
from routing.orders import Actor, Party
from routing.triage.gazetteer import LEVELS
from routing.triage.store import read_places


class Departments(Sheet):
    """The departments as the page shows and keeps them."""

    name = "departments"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY
    verbs: ClassVar = {"move": "city.move_orders"}

    def fields(self, session: Session) -> list[Field]:
        """Return what a department has; its secret is never shown again."""
        return [
            Field("name", required=True),
            Field("kind", "choice", tuple((each.value, t(f"city.kind_{each.value}")) for each in DepartmentKind)),
            Field("district", "choice", districts(session)),
            Field("channel", "choice", tuple((each.value, t(f"city.channel_{each.value}")) for each in NoticeChannel)),
            Field("address"),
            Field("secret", "secret", listed=False),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return all departments that were not removed."""
        return [
            Line(
                str(row.id),
                {
                    "name": row.name,
                    "kind": row.kind.value,
                    "district": row.district or "",
                    "channel": row.channel.value,
                    "address": row.address or "",
                },
            )
            for row in session.scalars(
                select(Department).where(Department.removed_at.is_(None)).order_by(Department.name)
            )
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep a department; an empty secret leaves the one that is there."""
        row = session.get_one(Department, int(key)) if key else None
        told: dict[str, Any] = {
            "kind": DepartmentKind(values["kind"]),
            "district": values.get("district") or None,
            "channel": NoticeChannel(values["channel"]),
            "address": values.get("address") or None,
            "secret": values.get("secret") or (row.secret if row else None),
        }
        name = values["name"][:80]
        try:
            if row:
                change_department(session, row, name, **told)
                return key
            return str(add_department(session, name, now(), **told).id)
        except ValueError as error:
            raise UnusableError("address") from error

    def remove(self, session: Session, key: str) -> None:
        """Remove a department that has no open order."""
        remove_department(session, session.get_one(Department, int(key)), person().actor, now())

    def do(self, session: Session, key: str, verb: str) -> None:  # noqa: ARG002
        """Remove it, and give its open orders to whoever the rules then name."""
        by_rules = Actor(person().sign_in, Party.MACHINE)  # an admin dispatches nothing: the rules do, on their word
        remove_department(session, session.get_one(Department, int(key)), by_rules, now(), move_orders=True)


def districts(session: Session) -> tuple[tuple[str, str], ...]:
    """Return the districts to choose from, the whole city first."""
    places = read_places(session).places.values()
    return (("", t("article.whole_city")), *((each.name, each.name) for each in places if each.level == LEVELS[0]))
