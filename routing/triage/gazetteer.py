"""The places of the city, coarse to fine, and which of them a caller named; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing.triage.entries import Entry, Kind
from routing.triage.spotting import Hit
from routing.triage.verdict import PlaceHeard

LEVELS = ("district", "street", "community", "landmark")
_CLEAR_LEAD = 0.15
_FINER_IS_SURER = 0.05
_UNCERTAIN = 0.5


@dataclass(frozen=True)
class Place:
    """One place; `within` is the key of the place around it, None for a district."""

    key: str
    level: str
    name: str
    within: str | None
    said: Mapping[str, tuple[str, ...]]
    """What callers call it, by language."""


@dataclass(frozen=True)
class Gazetteer:
    """All places of the city by their key."""

    places: Mapping[str, Place]

    def entries(self, language: str) -> Iterable[Entry]:
        """Yield what callers call the places, as words to be found."""
        for place in self.places.values():
            for phrase in place.said.get(language, ()):
                yield Entry(Kind.PLACE, place.key, phrase)

    def chain(self, key: str) -> tuple[Place, ...]:
        """Return a place and what is around it, the district last."""
        found: list[Place] = []
        while key in self.places and len(found) <= len(LEVELS):
            found.append(self.places[key])
            key = self.places[key].within or ""
        return tuple(found)


def place_of(hits: Sequence[Hit], words: Mapping[Hit, str], gazetteer: Gazetteer) -> PlaceHeard | None:
    """Return the place that was named most surely; None if none was, or if two districts were named alike.

    A finer place counts a little more than a coarse one, and the more so where its district was named too.
    """
    by_district: dict[str, list[tuple[float, Hit, tuple[Place, ...]]]] = {}
    for hit in hits:
        chain = gazetteer.chain(hit.entry.why)
        if chain and chain[-1].level == LEVELS[0]:
            sure = hit.strength + _FINER_IS_SURER * LEVELS.index(chain[0].level)
            by_district.setdefault(chain[-1].name, []).append((sure, hit, chain))
    ranked = sorted((_support(found), name) for name, found in by_district.items())
    if not ranked:
        return None
    support, district = ranked[-1]
    rivals = ranked[-2][0] if len(ranked) > 1 else 0.0
    if rivals and support - rivals < _CLEAR_LEAD:
        return None
    finest = max(by_district[district], key=lambda each: (each[0], len(each[2])))
    names = {place.level: place.name for _, _, chain in by_district[district] for place in chain} | {
        place.level: place.name for place in finest[2]
    }
    confidence = min(1.0, max(0.0, finest[1].strength - _UNCERTAIN * rivals / support))
    street, community, landmark = (names.get(level) for level in LEVELS[1:])
    return PlaceHeard(district, street, community, landmark, round(confidence, 2), words[finest[1]])


def _support(found: list[tuple[float, Hit, tuple[Place, ...]]]) -> float:
    """The surest naming, and a little for each other place of the same district that was named."""
    named = {each[1].entry.why: each[0] for each in sorted(found, key=lambda each: each[0])}
    return max(named.values()) + 0.2 * (len(named) - 1)
