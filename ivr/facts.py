"""Gathers what the pure conversation may know in a turn."""

from sqlalchemy.orm import Session

from core.models import Call
from core.settings import Settings
from ivr.conversation import Conversation, Facts, Place
from knowledge.menu import read_topics
from knowledge.store import published_articles

_MENUS = frozenset({Place.TOPICS, Place.QUESTIONS, Place.ANSWER})


def gather_facts(session: Session, settings: Settings, call: Call, talk: Conversation) -> Facts:
    """Read the settings a turn may need, and the articles in the menus: a danger never waits for them."""
    return Facts(
        city={"zh": settings.city_name_zh, "en": settings.city_name_en},
        emergency_numbers=settings.emergency_numbers,
        topics=read_topics(),
        articles=published_articles(session, talk.language) if talk.place in _MENUS else (),
        can_ring=bool(settings.duty_phones),
        has_number=call.caller.number is not None,
    )
