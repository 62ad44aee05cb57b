"""Gathers what the pure conversation may know in a turn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.models import Call
from core.settings import Language, Settings
from ivr.conversation import Conversation, Facts, Place
from ivr.steps import CallerInput, Said
from knowledge.articles import Article
from knowledge.menu import read_topics
from knowledge.store import published_articles

_MENUS = frozenset({Place.TOPICS, Place.QUESTIONS, Place.CHOICE, Place.ANSWER})
_LIFE = timedelta(seconds=1)
"""How long articles are remembered: what is published or withdrawn is so for callers within a second."""


@dataclass(frozen=True)
class _Remembered:
    """The articles of a language, as they were."""

    read_at: datetime
    articles: tuple[Article, ...]


_shelves: WeakKeyDictionary[Engine | Connection, dict[Language, _Remembered]] = WeakKeyDictionary()


def gather_facts(
    session: Session,
    settings: Settings,
    call: Call,
    talk: Conversation,
    now: datetime,
    *,
    heard: CallerInput | None = None,
    can_hear: bool = False,
) -> Facts:
    """Read the settings a turn may need, and the articles for menus and questions: a danger never waits for them."""
    asks = isinstance(heard, Said) and not heard.is_danger
    return Facts(
        city={"zh": settings.city_name_zh, "en": settings.city_name_en},
        emergency_numbers=settings.emergency_numbers,
        topics=read_topics(),
        articles=_articles(session, talk.language, now) if asks or talk.place in _MENUS else (),
        can_ring=bool(settings.duty_phones),
        has_number=call.caller.number is not None,
        can_hear=can_hear,
    )


def _articles(session: Session, language: Language, now: datetime) -> tuple[Article, ...]:
    shelf = _shelves.setdefault(session.get_bind(), {})
    known = shelf.get(language)
    if known is None or not timedelta() <= now - known.read_at < _LIFE:
        known = shelf[language] = _Remembered(now, published_articles(session, language))
    return known.articles
