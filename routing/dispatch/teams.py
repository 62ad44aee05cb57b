"""Keeps the volunteer teams and the rules that choose a department; removed only when nothing depends on them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import HotlineError, StillInUseError
from core.models import Category, Department, DispatchRule, Staff, VolunteerTeam, WorkOrder


class RuleTakenError(HotlineError):
    """There is a rule for the same category and district already."""


def put_team(
    session: Session,
    row: VolunteerTeam | None,
    name: str,
    *,
    districts: Sequence[str],
    categories: Sequence[Category],
    said: Sequence[str],
) -> VolunteerTeam:
    """Add a team, or change the one of a row; an empty list means all of them."""
    row = row or VolunteerTeam()
    row.name, row.districts, row.said = name, list(districts), list(said)
    row.categories = [category.value for category in categories]
    session.add(row)
    session.flush()
    return row


def remove_team(session: Session, row: VolunteerTeam) -> None:
    """Remove a team.

    Raises:
        StillInUseError: it has volunteers, or has claimed orders, which go on naming it.
    """
    volunteers = select(Staff.id).where(Staff.team_id == row.id).limit(1)
    orders = select(WorkOrder.id).where(WorkOrder.team_id == row.id).limit(1)
    if session.scalar(volunteers) is not None or session.scalar(orders) is not None:
        raise StillInUseError(f"{row.name} has volunteers or orders.")
    session.delete(row)
    session.flush()


def put_rule(
    session: Session,
    row: DispatchRule | None,
    *,
    category: Category | None,
    district: str | None,
    lead: Department,
    assisting: Sequence[str],
) -> DispatchRule:
    """Add a rule, or change the one of a row; it counts for what is dispatched from then on.

    Raises:
        RuleTakenError: another rule is for the same.
    """
    wanted = select(DispatchRule).where(
        DispatchRule.category.is_not_distinct_from(category), DispatchRule.district.is_not_distinct_from(district)
    )
    if any(other is not row for other in session.scalars(wanted)):
        raise RuleTakenError("There is a rule for this category and district already.")
    row = row or DispatchRule()
    row.category, row.district, row.department_id, row.assisting = category, district, lead.id, list(assisting)
    session.add(row)
    session.flush()
    return row
