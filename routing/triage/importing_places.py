"""Reads a city's places from a CSV file, all of it or nothing; touches no database."""

import csv
import io
from collections.abc import Iterable, Iterator

from core.errors import HotlineError
from core.phonetics import syllables
from routing.triage.gazetteer import LEVELS, Place

COLUMNS = ("level", "name", "within", "zh", "en")
_SEPARATOR = "|"
_MOST_PROBLEMS = 10


class PlacesUnreadableError(HotlineError):
    """The file is no list of places; the message names each line that is wrong."""


def places_from_csv(content: bytes) -> list[Place]:
    """Read places: columns level, name, within (the name of the place around it), zh and en (said so, split by `|`).

    `within` is empty for districts, and may be `district/street` where two places have the same name. `zh` and `en`
    may be left out: a place is always called by its name. The name without 区, 街道 or 社区 counts too.

    Raises:
        PlacesUnreadableError: no UTF-8, a column is missing, or lines are wrong.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlacesUnreadableError("The file is not UTF-8. Save it as “CSV UTF-8” and try again.") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS[:3] if name not in (rows.fieldnames or ())]
    if missing:
        raise PlacesUnreadableError(f"The file has no column {', '.join(missing)}; it has {rows.fieldnames or 'none'}.")
    return _read(list(rows))


def _read(rows: list[dict[str, str]]) -> list[Place]:
    places: dict[str, Place] = {}
    problems: list[str] = []
    for level in LEVELS:  # coarse to fine, whatever the order in the file
        for line, row in enumerate(rows, start=2):
            if (row["level"] or "").strip() == level:
                problems += (f"Line {line}: {problem}" for problem in _add(row, level, places))
    problems += (
        f"Line {line}: “{row['level']}” is none of {', '.join(LEVELS)}."
        for line, row in enumerate(rows, start=2)
        if (row["level"] or "").strip() not in LEVELS
    )
    if not rows:
        problems.append("There is no line after the head.")
    if problems:
        more = f" … and {len(problems) - _MOST_PROBLEMS} more." if len(problems) > _MOST_PROBLEMS else ""
        raise PlacesUnreadableError("Nothing was imported. " + " ".join(problems[:_MOST_PROBLEMS]) + more)
    return list(places.values())


def _add(row: dict[str, str], level: str, places: dict[str, Place]) -> Iterator[str]:
    name, within = (row["name"] or "").strip(), (row["within"] or "").strip()
    around = _find(within, places.values())
    if not name:
        yield "there is no name."
    elif level == LEVELS[0] and within:
        yield f"a district is within nothing, not within “{within}”."
    elif level != LEVELS[0] and len(around) != 1:
        yield f"“{within}” is {'no place above this line’s level' if not around else 'the name of several places'}."
    else:
        parent = around[0].key if around else None
        key = f"{parent}/{name}" if parent else name
        if key in places:
            yield f"“{key}” is there twice."
        else:
            said = {"zh": _called(row.get("zh"), name), "en": tuple(_split(row.get("en")))}
            places[key] = Place(key, level, name, parent, said)


def _find(within: str, places: Iterable[Place]) -> list[Place]:
    return [place for place in places if within in (place.key, place.name)] if within else []


_ENDINGS = ("街道办事处", "街道", "社区", "小区", "新区", "区", "镇", "乡")
_SHORTEST = 2


def _called(words: str | None, name: str) -> tuple[str, ...]:
    """Return what callers call a place: what the file says, its name, and its name without 区, 街道 …"""
    called = [*_split(words), name]
    for ending in _ENDINGS:
        if name.endswith(ending):
            called.append(name.removesuffix(ending))
            break
    return tuple(dict.fromkeys(word for word in called if len(syllables(word)) >= _SHORTEST))


def _split(words: str | None) -> Iterator[str]:
    return (word.strip() for word in (words or "").split(_SEPARATOR) if word.strip())
