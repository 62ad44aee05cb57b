"""Judges a transcript: danger first, then what is pressing, what it is about, whom it concerns, and where; pure."""

import math
from collections.abc import Iterable, Sequence

from core.models import Category, Urgency
from routing.triage.gazetteer import place_of
from routing.triage.gravity import gravity
from routing.triage.in_use import lexicon_in_use
from routing.triage.judging_danger import Danger, told, weigh_lines
from routing.triage.lexicon import Branch, Kind, Lexicon
from routing.triage.listening import Heard, listen
from routing.triage.numbers import numbers_in
from routing.triage.spotting import NEARLY, Hit
from routing.triage.verdict import Reason, Verdict

LONGEST_TEXT = 10_000
_PRESSING_FROM = -1.5
"""A text that weighs almost as much as a danger is pressing at least."""
_NOT_OF_THE_BODY = frozenset(
    {
        "fire",
        "trapped",
        "drowning",
        "violence",
        "domestic",
        "kidnapping",
        "suicide",
        "stranded",
        "dying",
        "life",
        "likeness",
    }
)


def triage(text: str, language: str, words: Lexicon | None = None) -> Verdict:
    """Judge what a caller said.

    Args:
        text: the transcript, one line a recording; only the first 10,000 characters count.
        language: `zh` or `en`; words of the other one in between are not understood.
        words: the lexicon to judge by; by default the one that this process uses.

    Returns:
        A verdict whose reasons name the words that decided. A text without a word that tells what it is about is
        “unknown”: not yet understood is not “not urgent”.
    """
    text = text[:LONGEST_TEXT]
    words = words or lexicon_in_use(language)
    lines = tuple(listen(text, words))
    danger = weigh_lines(text, lines, words)
    pressing = _said(text, lines, Kind.YELLOW)
    branch, about = _branch(text, lines, words)
    category = Category.MEDICAL if _medical(danger) else branch.category if branch else None
    urgency = _urgency(danger, is_pressing=bool(pressing), is_understood=category is not None)
    place = place_of(*_places(text, lines), words.gazetteer)
    return Verdict(
        urgency=urgency,
        category=category,
        district=place.district if place else None,
        reasons=(*danger.reasons, *(reason for reason in pressing if reason not in danger.reasons)),
        confidence=_confidence(urgency, danger, pressing),
        score=danger.score,
        gravity=gravity(lines, danger.score),
        calming=danger.calming,
        branch=branch.key if branch else None,
        about=about,
        place=place,
        groups=_said(text, lines, Kind.GROUP),
        needs=_said(text, lines, Kind.NEED),
        flags=_said(text, lines, Kind.FLAG),
        distress=_said(text, lines, Kind.DISTRESS),
        numbers=numbers_in(text, language),
    )


def _urgency(danger: Danger, *, is_pressing: bool, is_understood: bool) -> Urgency:
    if danger.is_red:
        return Urgency.RED
    if is_pressing or (danger.score > _PRESSING_FROM and is_understood):
        return Urgency.YELLOW
    return Urgency.GREEN if is_understood else Urgency.UNKNOWN


def _confidence(urgency: Urgency, danger: Danger, pressing: Sequence[Reason]) -> float:
    """Return how sure the urgency is, 0–1: by the distance of the weighing from the border of red."""
    if urgency is Urgency.UNKNOWN:
        return 0.0
    sure = 1 / (1 + math.exp(-abs(danger.score)))
    return round(sure if urgency is not Urgency.YELLOW or pressing else 1 - sure / 2, 2)


def _medical(danger: Danger) -> bool:
    return danger.is_red and any(reason.why not in _NOT_OF_THE_BODY for reason in danger.reasons)


def _said(text: str, lines: Iterable[Heard], kind: Kind) -> tuple[Reason, ...]:
    """Return the words of a kind that were heard, one of each group and word."""
    found: dict[Reason, None] = {}
    for heard in lines:
        hits = [hit for hit in heard.hits if hit.entry.kind is kind and hit.strength > NEARLY]
        found |= dict.fromkeys(told(text, heard, hits))
    return tuple(found)


def _branch(text: str, lines: Sequence[Heard], words: Lexicon) -> tuple[Branch | None, tuple[Reason, ...]]:
    """Return the branch with the most of its words heard; the first of the tree wins a tie."""
    about = _said(text, lines, Kind.CATEGORY)
    counts = {key: sum(1 for reason in about if reason.why == key) for key in words.branches}
    best = max(counts, key=lambda key: counts[key], default=None)
    if best is None or not counts[best]:
        return None, ()
    return words.branches[best], tuple(reason for reason in about if reason.why == best)


def _places(text: str, lines: Iterable[Heard]) -> tuple[list[Hit], dict[Hit, str]]:
    words: dict[Hit, str] = {}
    for heard in lines:
        hits = [hit for hit in heard.hits if hit.entry.kind is Kind.PLACE]
        words |= {hit: reason.word for hit, reason in zip(hits, told(text, heard, hits), strict=True)}
    return list(words), words
