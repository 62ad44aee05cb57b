"""Judges a transcript by the lexicon: danger first, then what is pressing, then what it is about and where."""

from core.models import Category, Urgency
from routing.triage.lexicon import Lexicon, Negations, lexicon
from routing.triage.matching import found
from routing.triage.verdict import Reason, Verdict

_LONGEST = 10_000


def triage(text: str, language: str) -> Verdict:
    """Judge what a caller said.

    Args:
        text: the transcript, one line a recording; only the first 10,000 characters count.
        language: `zh` or `en`.

    Returns:
        A verdict whose reasons name the words that decided. A text without a word that tells what it is about is
        “unknown”: not yet understood is not “not urgent”.
    """
    text = text[:_LONGEST]
    words = lexicon(language)
    red = red_reasons(text, language)
    yellow = _reasons(words.yellow, text, language, words)
    category = Category.MEDICAL if _medical(red) else _category(text, language, words)
    understood = Urgency.GREEN if category else Urgency.UNKNOWN
    urgency = Urgency.RED if red else Urgency.YELLOW if yellow else understood
    return Verdict(urgency, category, _district(text, language, words), (*red, *yellow))


def red_reasons(text: str, language: str) -> tuple[Reason, ...]:
    """Return the words that tell of a danger to life."""
    words = lexicon(language)
    return _reasons(words.red, text, language, words)


def _reasons(groups: dict[str, tuple[str, ...]], text: str, language: str, words: Lexicon) -> tuple[Reason, ...]:
    return tuple(
        Reason(phrase, why)
        for why, phrases in groups.items()
        for phrase in found(phrases, text, language, Negations() if why in words.needs else words.negations)
    )


def _medical(red: tuple[Reason, ...]) -> bool:
    body = {"heart", "breathing", "unconscious", "bleeding", "birth", "dialysis", "chemotherapy", "stroke", "poison"}
    return any(reason.why in body for reason in red)


def _category(text: str, language: str, words: Lexicon) -> Category | None:
    """Return the class with the most of its words heard; the first named wins a tie."""
    counts = {
        category: sum(1 for _ in found(phrases, text, language, Negations()))
        for category, phrases in words.categories.items()
    }
    best = max(counts, key=lambda category: counts[category])
    return best if counts[best] else None


def _district(text: str, language: str, words: Lexicon) -> str | None:
    return next((name for name, said in words.districts.items() if any(found(said, text, language, Negations()))), None)
