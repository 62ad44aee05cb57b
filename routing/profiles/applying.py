"""Applies a profile to a city's own data: the rows that the console's editors keep, with their history.

Adds and adjusts; what the city has besides stays, and is named. Nothing is taken away on which an open order depends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.city_changes import note_change, one_at_a_time
from core.models import CityChange, PlaceRow
from routing.profiles.changes import Change
from routing.profiles.clocks import set_clocks
from routing.profiles.directory import Missing, missing_contacts
from routing.profiles.profile import Profile
from routing.profiles.sorting import set_tree
from routing.profiles.units import add_teams, add_units, set_rules
from routing.triage.gazetteer import LEVELS

ACTOR = "profile {}"
"""Whose name stands in the history of what a profile changed."""


@dataclass(frozen=True)
class Applied:
    """What applying a profile changed, what stays besides it, and what only the city can add."""

    changes: tuple[Change, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    """(sheet, name) of what the city has besides the profile."""
    missing: tuple[Missing, ...] = ()
    """Entries of the directory whose telephone only the city knows."""
    districts: tuple[str, ...] = field(default=())
    """The districts for which it was applied; none: the city has no places of its own yet."""


def apply(session: Session, profile: Profile, actor: str, now: datetime) -> Applied:
    """Make a city work by a profile; applied twice, it changes nothing the second time.

    Args:
        session: the caller's open transaction; rolled back, it was only a look at what would change.
        profile: the way of working.
        actor: whose name stands in the history.
        now: when.
    """
    one_at_a_time(session)
    districts = tuple(_districts(session))
    changes: list[Change] = []
    kept: list[tuple[str, str]] = []
    for changed, stays in (
        set_tree(session, profile),
        set_clocks(session, profile),
        add_units(session, profile, districts, now),
        set_rules(session, profile),
        add_teams(session, profile),
    ):
        changes += changed
        kept += stays
    for change in changes:
        note_change(session, change.sheet, change.key, change.before, change.after, actor, now)
    return Applied(tuple(changes), tuple(kept), missing_contacts(session, profile, districts), districts)


def newest_profile(session: Session) -> str | None:
    """Return the key of the profile that changed the city's data last; None if none ever did."""
    by_profiles = select(CityChange.actor).where(CityChange.actor.startswith(ACTOR.format("")))
    actor = session.scalar(by_profiles.order_by(CityChange.id.desc()).limit(1))
    return actor.removeprefix(ACTOR.format("")) if actor else None


def _districts(session: Session) -> Iterator[str]:
    """Yield the city's own districts; the sample city's are nobody's."""
    yield from session.scalars(select(PlaceRow.name).where(PlaceRow.level == LEVELS[0]).order_by(PlaceRow.name))
