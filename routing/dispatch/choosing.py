"""Chooses who works on an order: by what it is about and where, else the backstop; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NobodyToTakeItError
from core.models import Category, DepartmentKind


@dataclass(frozen=True)
class Unit:
    """A department that can be chosen."""

    id: int
    name: str
    kind: DepartmentKind = DepartmentKind.ORDINARY
    district: str | None = None


@dataclass(frozen=True)
class Rule:
    """Category and place, each None for any → the lead, and those that assist."""

    lead_id: int
    category: Category | None = None
    district: str | None = None
    assisting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matter:
    """What decides over the choice."""

    category: Category | None
    district: str | None
    about_id: int | None = None
    """The department that the order is about."""
    is_distress: bool = False
    """Distress without danger: for the psychological line."""


@dataclass(frozen=True)
class Choice:
    """Who leads (首接负责) and who assists, by id."""

    lead: Unit
    assisting: tuple[Unit, ...] = ()


def choose(matter: Matter, units: Sequence[Unit], rules: Sequence[Rule]) -> Choice:
    """Return who works on a matter.

    The most specific rule counts: category and district, category, district, neither; then the district's backstop
    (兜底), then the city's. The department that an order is about never leads it; it only assists.

    Raises:
        NobodyToTakeItError: no rule fits and there is no backstop.
    """
    known = {unit.id: unit for unit in units}
    if matter.is_distress:
        line = _of_kind(units, DepartmentKind.PSYCHOLOGICAL, matter)
        if line:
            return Choice(line[0])
    fitting = sorted((rule for rule in rules if _fits(rule, matter)), key=_generality)
    leads = [(known[rule.lead_id], rule.assisting) for rule in fitting if rule.lead_id in known]
    leads += [(unit, ()) for unit in _of_kind(units, DepartmentKind.BACKSTOP, matter)]
    chosen = next(((lead, names) for lead, names in leads if lead.id != matter.about_id), None)
    if chosen is None:
        raise NobodyToTakeItError("No department fits, and no backstop is set.")
    lead, names = chosen
    helping = {unit.name: unit for unit in units if unit.id == matter.about_id or unit.name in names}
    return Choice(lead, tuple(unit for unit in helping.values() if unit.id != lead.id))


def _fits(rule: Rule, matter: Matter) -> bool:
    return rule.category in {None, matter.category} and rule.district in {None, matter.district}


def _generality(rule: Rule) -> tuple[bool, bool]:
    return rule.category is None, rule.district is None


def _of_kind(units: Sequence[Unit], kind: DepartmentKind, matter: Matter) -> list[Unit]:
    """Return the units of a kind for a place: the district's own before the city's."""
    fitting = [unit for unit in units if unit.kind is kind and unit.district in {None, matter.district}]
    return sorted(fitting, key=lambda unit: unit.district is None)
