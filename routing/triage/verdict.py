"""What triage says of a text."""

from dataclasses import dataclass, field

from core.models import Category, Urgency


@dataclass(frozen=True)
class Reason:
    """A word that was heard, what it speaks for, and where in the text it begins."""

    word: str
    why: str
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Number:
    """A number that was said aloud: an age, a temperature, a telephone number, days without medicine, …"""

    kind: str
    value: float | str
    word: str
    at: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class PlaceHeard:
    """Where it is, as far as it was said; `confidence` 0–1 is lower for what was known by its sound only."""

    district: str
    street: str | None
    community: str | None
    landmark: str | None
    confidence: float
    word: str


@dataclass(frozen=True)
class Verdict:
    """What a text is about; None, unknown or empty where nothing was heard that tells."""

    urgency: Urgency
    category: Category | None
    district: str | None
    reasons: tuple[Reason, ...]
    """The words that decided over the urgency."""
    confidence: float = 0.0
    """0–1: how far the weighing is from its border; 0 when nothing was understood."""
    score: float = 0.0
    """How much speaks for a danger; above 0 is red. For putting texts in order, not for people."""
    gravity: float = 0.0
    """How grave the matter is, danger or not; puts what is not red in order."""
    calming: tuple[Reason, ...] = ()
    """The words that spoke against a danger."""
    branch: str | None = None
    """The key in the city's own tree of categories."""
    about: tuple[Reason, ...] = ()
    """The words that told the category."""
    place: PlaceHeard | None = None
    groups: tuple[Reason, ...] = ()
    needs: tuple[Reason, ...] = ()
    flags: tuple[Reason, ...] = ()
    """Violence, suicide, tip-off, secrecy: no text message may be sent."""
    distress: tuple[Reason, ...] = ()
    """Words of distress without danger: the psychological line."""
    numbers: tuple[Number, ...] = ()

    @property
    def may_be_texted(self) -> bool:
        """Tell whether nothing was said that forbids a text message."""
        return not self.flags
