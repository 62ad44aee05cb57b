"""The rules of dispatching: category and district → the department that leads, and those that assist."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.article_form import places as divided
from console.city_departments import districts
from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.permissions import Permission
from core.models import Category, Department, DispatchRule
from routing.dispatch.teams import RuleTakenError, put_rule


class Rules(Sheet):
    """The rules as the page shows and keeps them; departments by their names."""

    name = "rules"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:
        """Return what a rule has."""
        categories = [(each.value, t(f"category.{each.value}")) for each in Category]
        return [
            Field("category", "choice", (("", t("city.every_category")), *categories)),
            Field("district", "choice", districts(session)),
            Field("department", "choice", tuple((name, name) for name in sorted(_departments(session)))),
            Field("assisting", "words"),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return all rules of departments that are there."""
        names = {row.id: name for name, row in _departments(session).items()}
        rows = session.scalars(select(DispatchRule).order_by(DispatchRule.category, DispatchRule.district))
        return [
            Line(
                str(row.id),
                {
                    "category": row.category.value if row.category else "",
                    "district": row.district or "",
                    "department": names.get(row.department_id, ""),
                    "assisting": "、".join(row.assisting),
                },
            )
            for row in rows
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep a rule."""
        there, assisting = _departments(session), divided(values.get("assisting", ""))
        if not there.keys() >= set(assisting):
            raise UnusableError("no_department")
        row = session.get_one(DispatchRule, int(key)) if key else None
        category = Category(values["category"]) if values.get("category") else None
        district, lead = values.get("district") or None, there[values["department"]]
        try:
            kept = put_rule(session, row, category=category, district=district, lead=lead, assisting=assisting)
        except RuleTakenError as error:
            raise UnusableError("rule_taken") from error
        return str(kept.id)

    def remove(self, session: Session, key: str) -> None:
        """Remove a rule: a more general one counts, or the backstop."""
        session.delete(session.get_one(DispatchRule, int(key)))
        session.flush()


def _departments(session: Session) -> dict[str, Department]:
    return {row.name: row for row in session.scalars(select(Department).where(Department.removed_at.is_(None)))}
