"""Gathers what the pure conversation may know in a turn."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.models import Call
from core.settings import Settings
from ivr.conversation import Conversation, Facts, Place
from ivr.facts_of_line import line_now
from ivr.known_matter import known_matter
from ivr.standing import ask_standing
from ivr.steps import CallerInput, Said
from knowledge.announcing import spoken_announcements
from knowledge.menu import read_topics
from knowledge.store import published_articles

_MENUS = frozenset({Place.TOPICS, Place.QUESTIONS, Place.CHOICE, Place.ANSWER})


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
    needs_articles = asks or talk.place in _MENUS
    standing = ask_standing(session, call, now, with_articles=needs_articles)
    announces = talk.place is Place.GREETING and standing.is_announced
    return Facts(
        city={"zh": settings.city_name_zh, "en": settings.city_name_en},
        emergency_numbers=settings.emergency_numbers,
        topics=read_topics(),
        articles=published_articles(session, talk.language, now, stamp=standing.articles_stamp)
        if needs_articles
        else (),
        can_ring=bool(settings.duty_phones),
        has_number=call.caller.number is not None,
        announcement=spoken_announcements(session, now) if announces else {},
        can_hear=can_hear,
        line=line_now(session, settings, call, talk, heard, now, standing),
        known=known_matter(session, call, talk, now),
    )
