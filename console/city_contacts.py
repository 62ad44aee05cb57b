"""The emergency directory: whom to ring, where, in which order, what may be told to callers, and when it was tested."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.city_departments import districts
from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.parts import now
from console.permissions import Permission
from core.models import Contact, ContactKind, Department
from routing.dispatch import add_contact, change_contact, note_test_call, remove_contact, warnings


class Contacts(Sheet):
    """The entries as the page shows and keeps them."""

    name = "contacts"
    see, keep = Permission.SEE_DIRECTORY, Permission.KEEP_DIRECTORY
    verbs: ClassVar = {"tested": "city.tested_now"}

    def fields(self, session: Session) -> list[Field]:
        """Return what an entry has."""
        wanted = select(Department).where(Department.removed_at.is_(None)).order_by(Department.name)
        departments = [(str(row.id), row.name) for row in session.scalars(wanted)]
        return [
            Field("kind", "choice", tuple((each.value, t(f"city.contact_{each.value}")) for each in ContactKind)),
            Field("name", required=True),
            Field("phone", required=True),
            Field("district", "choice", districts(session)),
            Field("department", "choice", (("", "—"), *departments)),
            Field("is_public", "flag"),
            Field("rank", "number"),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return all entries with what is wrong with them; the emergency services first."""
        known = [name for name, _ in districts(session)[1:]]
        wrong = {each.contact_id: each.why for each in warnings(session, known, now()) if each.contact_id}
        rows = session.scalars(select(Contact).order_by(Contact.kind, Contact.district, Contact.rank, Contact.id))
        return [
            Line(str(row.id), _values(row), notes=(wrong[row.id],) if row.id in wrong else ())
            for row in sorted(rows, key=lambda row: row.kind is not ContactKind.EMERGENCY)
        ]

    def lacks(self, session: Session) -> list[str]:
        """Return the districts that have no emergency entry."""
        known = [name for name, _ in districts(session)[1:]]
        return [
            t("city.no_emergency", district=each.district)
            for each in warnings(session, known, now())
            if each.why == "missing"
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep an entry."""
        kind, name, phone = ContactKind(values["kind"]), values["name"][:80], values["phone"].replace(" ", "")
        told: dict[str, Any] = {
            "district": values.get("district") or None,
            "department_id": int(values["department"]) if values.get("department") else None,
            "is_public": bool(values.get("is_public")),
            "rank": int(values.get("rank") or 100),
        }
        try:
            if not key:
                return str(add_contact(session, kind, name, phone, **told).id)
            change_contact(session, session.get_one(Contact, int(key)), kind, name, phone, **told)
        except ValueError as error:
            raise UnusableError("phone") from error
        return key

    def remove(self, session: Session, key: str) -> None:
        """Remove an entry: nobody is rung on it again."""
        remove_contact(session, session.get_one(Contact, int(key)))

    def do(self, session: Session, key: str, verb: str) -> None:  # noqa: ARG002
        """Note that it was rung just now and the right one answered."""
        note_test_call(session, session.get_one(Contact, int(key)), now())


def _values(row: Contact) -> dict[str, str]:
    return {
        "kind": row.kind.value,
        "name": row.name,
        "phone": row.phone,
        "district": row.district or "",
        "department": str(row.department_id or ""),
        "is_public": "1" if row.is_public else "",
        "rank": str(row.rank),
        "tested": row.test_called_at.date().isoformat() if row.test_called_at else "",
    }
