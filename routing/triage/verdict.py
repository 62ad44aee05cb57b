"""What triage says of a text."""

from dataclasses import dataclass

from core.models import Category, Urgency


@dataclass(frozen=True)
class Reason:
    """A word that was heard, and what it speaks for."""

    word: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """Category, urgency and place of a text, each None or unknown when nothing was heard that tells."""

    urgency: Urgency
    category: Category | None
    district: str | None
    reasons: tuple[Reason, ...]
