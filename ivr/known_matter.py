"""Looks up whether what a live caller has told is an incident that is known, so that they hear so before the code."""

import math
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from asr.tidy import tidy
from core.models import Call, Utterance
from ivr.conversation import Conversation, KnownMatter
from routing.orders.same_matter import known_incident
from routing.triage import triage

_HOUR = timedelta(hours=1)


def known_matter(session: Session, call: Call, talk: Conversation, now: datetime) -> KnownMatter | None:
    """Return what is known of a matter that has no answer yet; None too when the caller has not said where it is."""
    if not (talk.voice and talk.words_left) or talk.registered:
        return None
    spoken = select(Utterance.text).where(Utterance.call_id == call.id).order_by(Utterance.position)
    text = "\n".join(tidy(one, talk.language) for one in session.scalars(spoken))
    district = triage(text, talk.language).district
    incident = known_incident(session, text, district, now) if district else None
    if incident is None:
        return None
    left = incident.due_at - now if incident.due_at else timedelta()
    return KnownMatter(hours=math.ceil(left / _HOUR) if left > timedelta() else None)
