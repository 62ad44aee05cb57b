"""What a turn must know of the house, asked in one statement: mostly nothing is announced and nobody waits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Call
from core.prepared import Prepared
from knowledge.announcing import IS_ANNOUNCED
from knowledge.stamp import STAMP_NOW
from routing.line.joining import HAS_KEPT_PLACE
from routing.line.places import IS_IN_LINE
from routing.line.seats import LANGUAGES_NOW, languages_in


@dataclass(frozen=True)
class Standing:
    """How things stand for one call; what holds is then read in full."""

    is_announced: bool
    languages_served: frozenset[str]
    is_in_line: bool
    has_kept_place: bool
    articles_stamp: str | None = None


_NEARLY_ALL = select(IS_ANNOUNCED, LANGUAGES_NOW, IS_IN_LINE, HAS_KEPT_PLACE)
_ASKED, _ASKED_WITH_ARTICLES = Prepared(_NEARLY_ALL), Prepared(_NEARLY_ALL.add_columns(STAMP_NOW))


def ask_standing(session: Session, call: Call, now: datetime, *, with_articles: bool) -> Standing:
    """Return how things stand for a call in this moment of the transaction; the articles only where they are needed."""
    asked = _ASKED_WITH_ARTICLES if with_articles else _ASKED
    is_announced, languages, *rest = asked.first(
        session, now=now, call_id=call.id, caller_id=call.caller_id, number=call.caller.number
    )
    return Standing(is_announced, languages_in(languages), *rest)
