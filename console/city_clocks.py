"""The clocks: how long each step may take, by urgency and category; shipped times can be set and set back."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.city_sheets import Field, Line, Sheet
from console.display import t
from console.permissions import Permission
from core.models import Category, ClockStep, DeadlineRule, Urgency, WorkingHours
from routing.orders.rulebook import EDITABLE, Rulebook, set_rule, unset_rule

_MINUTE = timedelta(minutes=1)


class Clocks(Sheet):
    """The times as the page shows and keeps them; an entry is `urgency:category:step`."""

    name = "clocks"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:
        """Return what a rule has."""
        hours = session.scalars(select(WorkingHours).order_by(WorkingHours.name))
        return [
            Field("urgency", "choice", tuple((each.value, t(f"urgency.{each.value}")) for each in Urgency), fixed=True),
            Field("category", "choice", (("", t("city.every_category")), *_categories()), fixed=True),
            Field("step", "choice", tuple((each.value, t(f"step.{each.value}")) for each in EDITABLE), fixed=True),
            Field("minutes", "number", required=True),
            Field("hours", "choice", (("", t("city.round_the_clock")), *((str(row.id), row.name) for row in hours))),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return the shipped times with the city's own in their places, and those of single categories."""
        own = {(row.urgency, row.category, row.step): row for row in session.scalars(select(DeadlineRule))}
        shipped = Rulebook().rules
        return [
            Line(
                f"{urgency.value}:{category.value if category else ''}:{step.value}",
                {
                    "urgency": urgency.value,
                    "category": category.value if category else "",
                    "step": step.value,
                    "minutes": str(row.seconds // 60 if row else shipped[urgency, category, step].duration // _MINUTE),
                    "hours": str((row and row.working_hours_id) or ""),
                },
                notes=("own",) if row else (),
                can_be_removed=row is not None,
            )
            for urgency, category, step in dict.fromkeys([*shipped, *sorted(own, key=str)])
            for row in [own.get((urgency, category, step))]
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Set a time; it counts from the next event of an order on, and at the next look at its clocks."""
        key = key or ":".join((values["urgency"], values["category"], values["step"]))
        hours = session.get(WorkingHours, int(values["hours"])) if values.get("hours") else None
        set_rule(session, *_parts(key), int(values["minutes"]) * 60, hours)
        return key

    def remove(self, session: Session, key: str) -> None:
        """Go back to the shipped time."""
        unset_rule(session, *_parts(key))


def _parts(key: str) -> tuple[Urgency, Category | None, ClockStep]:
    urgency, category, step = key.split(":")
    return Urgency(urgency), Category(category) if category else None, ClockStep(step)


def _categories() -> list[tuple[str, str]]:
    return [(each.value, t(f"category.{each.value}")) for each in Category]
