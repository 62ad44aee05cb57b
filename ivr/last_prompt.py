"""What a caller was told last, read from the newest answer of the call; whether the call may be moved meanwhile."""

import html
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Call, WebhookAnswer
from core.settings import Language

_SAID = re.compile(r"<Say\b[^>]*>([^<]*)</Say>")
_NOT_TO_BE_BROKEN_OFF = re.compile(r"<(Dial|Record|Hangup|Enqueue|Conference)\b")


@dataclass(frozen=True)
class LastPrompt:
    """The newest document that a call was given."""

    turn: int
    """The turn that the caller is in now."""
    language: Language
    """That of the conversation."""
    text: str
    answered_at: datetime | None
    may_be_moved: bool
    """Nobody is being rung, talked to or recorded: the caller only listens, and we may go on at once."""


def last_prompt(session: Session, call: Call) -> LastPrompt:
    """Return what a call was told last, and whether words may move it on."""
    language: Language = call.dialogue["language"]
    newest = select(WebhookAnswer).where(WebhookAnswer.call_id == call.id).order_by(WebhookAnswer.id.desc()).limit(1)
    answer = session.scalar(newest)
    if answer is None:
        return LastPrompt(call.turn, language, "", None, may_be_moved=False)
    text = " ".join(html.unescape(said) for said in _SAID.findall(answer.twiml))
    is_busy = bool(_NOT_TO_BE_BROKEN_OFF.search(answer.twiml)) or bool(call.dialogue.get("ringing"))
    may_be_moved = not is_busy and call.ended_at is None
    return LastPrompt(call.turn, language, text, answer.answered_at, may_be_moved=may_be_moved)
