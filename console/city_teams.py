"""The volunteer teams: their areas, kinds of matters, and the goods or the hospital that they are for."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.article_form import places as divided
from console.city_departments import districts
from console.city_sheets import Field, Line, Sheet, UnusableError
from console.permissions import Permission
from core.models import Category, VolunteerTeam
from routing.dispatch.teams import put_team, remove_team


class Teams(Sheet):
    """The teams as the page shows and keeps them."""

    name = "teams"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:  # noqa: ARG002
        """Return what a team has: a flag for each category."""
        kinds = [Field(f"category_{each.value}", "flag") for each in Category]
        return [Field("name", required=True), Field("districts", "words"), *kinds, Field("said", "words")]

    def lines(self, session: Session) -> list[Line]:
        """Return all teams."""
        rows = session.scalars(select(VolunteerTeam).order_by(VolunteerTeam.name))
        return [
            Line(
                str(row.id),
                {
                    "name": row.name,
                    "districts": "、".join(row.districts),
                    **{f"category_{each.value}": "1" if each.value in row.categories else "" for each in Category},
                    "said": "、".join(row.said),
                },
            )
            for row in rows
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep a team."""
        row = session.get_one(VolunteerTeam, int(key)) if key else None
        areas = divided(values.get("districts", ""))
        if not {name for name, _ in districts(session)}.issuperset(areas):
            raise UnusableError("no_district")
        kinds = [each for each in Category if values.get(f"category_{each.value}")]
        said = divided(values.get("said", ""))
        return str(put_team(session, row, values["name"][:80], districts=areas, categories=kinds, said=said).id)

    def remove(self, session: Session, key: str) -> None:
        """Remove a team without volunteers and orders."""
        remove_team(session, session.get_one(VolunteerTeam, int(key)))
