"""What a profile holds, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.models import Category, ClockStep, ContactKind, DepartmentKind, Role, Urgency
from routing.follow_up.public_figures import Figure
from routing.triage.lexicon import Branch

PER_DISTRICT = "{district}"
"""Stands in the name of what each district has its own of."""


@dataclass(frozen=True)
class Unit:
    """A department, what it leads, and who assists it then."""

    name: str
    kind: DepartmentKind = DepartmentKind.ORDINARY
    leads: tuple[Category, ...] = ()
    assisting: tuple[str, ...] = ()

    @property
    def is_per_district(self) -> bool:
        """Tell whether each district has its own."""
        return PER_DISTRICT in self.name


@dataclass(frozen=True)
class Team:
    """A volunteer team: kinds of matters, and the goods or the hospital that it is for."""

    name: str
    categories: tuple[Category, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """Somebody whom the city must enter into its directory: only it knows the telephone."""

    kind: ContactKind
    name: str

    @property
    def is_per_district(self) -> bool:
        """Tell whether each district has its own."""
        return PER_DISTRICT in self.name


@dataclass(frozen=True)
class Profile:
    """One way of working."""

    key: str
    names: Mapping[str, str]
    source: str
    tree: tuple[Branch, ...]
    minutes: Mapping[tuple[Urgency, ClockStep], int]
    """For every urgency and step, round the clock; for hard cases only if the profile has a time for them."""
    units: tuple[Unit, ...]
    teams: tuple[Team, ...]
    ladder: tuple[Rung, ...]
    """The escalation path, the nearest first, and the rest of the directory."""
    roles: Mapping[Role, str]
    """What the staff of each role do."""
    figures: tuple[Figure, ...]
    """What the public is told."""
