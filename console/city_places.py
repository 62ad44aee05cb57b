"""The gazetteer: districts, streets, communities, landmarks, and what callers call them."""

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from console.article_form import places as divided
from console.city_sheets import Field, Line, Sheet, UnusableError
from console.display import t
from console.permissions import Permission
from routing.triage.editing import UnusableEntryError, put_place, remove_place
from routing.triage.gazetteer import LEVELS, Place
from routing.triage.store import read_places

_NOTHING = ("", "—")
_KEYS = re.compile(r"\s+")


class Places(Sheet):
    """The places as the page shows and keeps them."""

    name = "places"
    see, keep = Permission.SEE_CITY, Permission.KEEP_CITY

    def fields(self, session: Session) -> list[Field]:
        """Return what a place has; it can be within every place that is no landmark."""
        places = read_places(session).places.values()
        around = [(place.key, place.name) for place in places if place.level != LEVELS[-1]]
        return [
            Field("level", "choice", tuple((level, t(f"city.level_{level}")) for level in LEVELS)),
            Field("name", required=True),
            Field("within", "choice", (_NOTHING, *around)),
            Field("said_zh", "words"),
            Field("said_en", "words"),
        ]

    def lines(self, session: Session) -> list[Line]:
        """Return every place, coarse to fine within its district."""
        gazetteer = read_places(session)
        return [
            Line(
                place.key,
                {
                    "level": place.level,
                    "name": place.name,
                    "within": place.within or "",
                    "said_zh": "、".join(place.said["zh"]),
                    "said_en": "、".join(place.said["en"]),
                },
            )
            for place in sorted(
                gazetteer.places.values(), key=lambda each: [around.key for around in gazetteer.chain(each.key)][::-1]
            )
        ]

    def save(self, session: Session, key: str, values: Mapping[str, str]) -> str:
        """Keep a place; callers may always call it by its name."""
        within, name = values.get("within") or None, values["name"]
        key = key or _KEYS.sub(" ", f"{within}/{name}" if within else name)
        said = {"zh": _said(values, "said_zh") or (name,), "en": _said(values, "said_en")}
        try:
            put_place(session, Place(key, values["level"], name, within, said))
        except UnusableEntryError as error:
            raise UnusableError(error.what) from error
        return key

    def remove(self, session: Session, key: str) -> None:
        """Remove a place that holds no other."""
        remove_place(session, key)


def _said(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return divided(values.get(name, ""))
