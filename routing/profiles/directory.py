"""Tells which entries of the directory a profile needs and the city has not made yet; writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Contact, ContactKind
from routing.profiles.profile import PER_DISTRICT, Profile


@dataclass(frozen=True)
class Missing:
    """An entry that only the city can make, as only it knows the telephone."""

    kind: ContactKind
    name: str
    district: str | None = None


def missing_contacts(session: Session, profile: Profile, districts: Sequence[str]) -> tuple[Missing, ...]:
    """Return what is missing: an entry of the same kind for the same district counts, whatever it is called."""
    there = {(kind, district) for kind, district in session.execute(select(Contact.kind, Contact.district))}
    return tuple(each for each in _wanted(profile, districts) if (each.kind, each.district) not in there)


def _wanted(profile: Profile, districts: Sequence[str]) -> Iterator[Missing]:
    for rung in profile.ladder:
        if rung.is_per_district:
            for district in districts:
                yield Missing(rung.kind, rung.name.replace(PER_DISTRICT, district), district)
        else:
            yield Missing(rung.kind, rung.name)
