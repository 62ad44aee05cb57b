"""What a lexicon is made of: words, each with its kind and what it speaks for."""

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a word does in triage."""

    RED = "red"
    """Decides alone, unless it is denied or told of another time, person or story."""
    SIGN = "sign"
    """A sign of danger, weighed together with all else that is said."""
    TOPIC = "topic"
    """What a danger can be about; it counts together with a state near it (“insulin” … “none left”)."""
    STATE = "state"
    CALM = "calm"
    """Tells that nobody is in danger now: a question, the past, a story, an appointment."""
    YELLOW = "yellow"
    GRAVITY = "gravity"
    """How grave a matter is that is no danger yet: serious illness, admission, frailty; orders the unflagged."""
    GROUP = "group"
    """People who need more care: dialysis, infants, living alone …"""
    NEED = "need"
    FLAG = "flag"
    """What forbids text messages and open hands-on: violence, suicide, tip-off, secrecy."""
    DISTRESS = "distress"
    """Distress without danger: the psychological line."""
    CATEGORY = "category"
    PLACE = "place"
    NEGATION = "negation"
    """Denies the word right after it."""
    NO_NEGATION = "no_negation"
    """Ends like a negation and is none (是不是)."""
    BETWEEN = "between"
    """May stand between a negation and what it denies."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of one language: its kind and what it speaks for (`heart`, `dialysis`, `question` …)."""

    kind: Kind
    why: str
    phrase: str
