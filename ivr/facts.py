"""Gathers what the pure conversation may know in a turn."""

from sqlalchemy.orm import Session

from core.models import Call
from core.settings import Settings
from ivr.conversation import Conversation, Facts
from knowledge.store import published_articles
from knowledge.topics import read_topics


def gather_facts(session: Session, settings: Settings, call: Call, talk: Conversation) -> Facts:
    """Read the articles and settings that a turn of a call may need."""
    return Facts(
        city={"zh": settings.city_name_zh, "en": settings.city_name_en},
        emergency_numbers=settings.emergency_numbers,
        topics=read_topics(),
        articles=published_articles(session, talk.language),
        can_ring=bool(settings.duty_phones),
        has_number=call.caller.number is not None,
    )
