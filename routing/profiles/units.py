"""Adds a profile's departments, the rules that choose them, and its teams, as the console's editors keep them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Category, Department, DispatchRule, VolunteerTeam
from routing.dispatch import add_department, change_department
from routing.profiles.changes import Change, Outcome
from routing.profiles.profile import PER_DISTRICT, Profile, Team, Unit

_DEPARTMENTS, _RULES, _TEAMS = "departments", "rules", "teams"


def add_units(session: Session, profile: Profile, districts: Sequence[str], now: datetime) -> Outcome:
    """Add the departments that are missing; of those that are there only the kind is set, all else is the city's."""
    there = {row.name: row for row in session.scalars(select(Department).where(Department.removed_at.is_(None)))}
    changes, named = [], set()
    for unit, name, district in _each(profile, districts):
        named.add(name)
        row = there.get(name)
        before = _department(row) if row else {}
        if row is None:
            row = add_department(session, name, now, kind=unit.kind, district=district)
        elif row.kind is not unit.kind:
            change_department(
                session,
                row,
                name,
                kind=unit.kind,
                district=row.district,
                channel=row.channel,
                address=row.address,
                secret=row.secret,
            )
        if _department(row) != before:
            changes.append(Change(_DEPARTMENTS, str(row.id), before, _department(row)))
    return changes, [(_DEPARTMENTS, f"{name} ({there[name].kind.value})") for name in sorted(there.keys() - named)]


def set_rules(session: Session, profile: Profile) -> Outcome:
    """Have each category led by the department that the profile names; rules of single districts stay."""
    there = {row.name: row for row in session.scalars(select(Department).where(Department.removed_at.is_(None)))}
    rules = session.scalars(
        select(DispatchRule).where(DispatchRule.district.is_(None)).order_by(DispatchRule.id.desc())
    )
    known = {row.category: row for row in rules}
    names = {row.id: name for name, row in there.items()}
    changes = []
    for unit, category in ((each, led) for each in profile.units for led in each.leads):
        row = known.get(category) or DispatchRule(category=category, department_id=0, assisting=[])
        before = _rule(row, names) if category in known else {}
        row.department_id, row.assisting = there[unit.name].id, list(unit.assisting)
        session.add(row)
        session.flush()
        if _rule(row, names) != before:
            changes.append(Change(_RULES, str(row.id), before, _rule(row, names)))
    led = {category for unit in profile.units for category in unit.leads}
    others = (category.value if category else "*" for category in known if category not in led)
    return changes, [(_RULES, name) for name in sorted(others)]


def add_teams(session: Session, profile: Profile) -> Outcome:
    """Add the volunteer teams that are missing, and set what the others are for; their areas are the city's."""
    there = {row.name: row for row in session.scalars(select(VolunteerTeam))}
    changes = []
    for team in profile.teams:
        row = there.get(team.name)
        before = _team(row) if row else {}
        row = row or VolunteerTeam(name=team.name, districts=[])
        _set(row, team)
        session.add(row)
        session.flush()
        if _team(row) != before:
            changes.append(Change(_TEAMS, str(row.id), before, _team(row)))
    return changes, [(_TEAMS, name) for name in sorted(there.keys() - {team.name for team in profile.teams})]


def _set(row: VolunteerTeam, team: Team) -> None:
    row.categories, row.said = [category.value for category in team.categories], list(team.said)


def _each(profile: Profile, districts: Sequence[str]) -> Iterator[tuple[Unit, str, str | None]]:
    """Yield every department with its name and district."""
    for unit in profile.units:
        if unit.is_per_district:
            yield from ((unit, unit.name.replace(PER_DISTRICT, district), district) for district in districts)
        else:
            yield unit, unit.name, None


def _department(row: Department) -> dict[str, str]:
    named = {"name": row.name, "kind": row.kind.value, "district": row.district or ""}
    return {**named, "channel": row.channel.value, "address": row.address or ""}


def _rule(row: DispatchRule, names: dict[int, str]) -> dict[str, str]:
    lead = names.get(row.department_id, "")
    return {
        "category": Category(row.category).value if row.category else "",
        "district": row.district or "",
        "department": lead,
        "assisting": "、".join(row.assisting),
    }


def _team(row: VolunteerTeam) -> dict[str, str]:
    kinds = {f"category_{each.value}": "1" if each.value in row.categories else "" for each in Category}
    return {"name": row.name, "districts": "、".join(row.districts), **kinds, "said": "、".join(row.said)}
