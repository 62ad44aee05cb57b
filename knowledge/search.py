"""Finds the articles that fit a question best and says how sure it is; pure, and it may not decide what is said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.articles import Article
from knowledge.index import Index
from knowledge.reach import holds_in, is_city_wide, is_valid
from knowledge.words import terms

_HOME_ADVANTAGE = 1.25
"""A district's own article goes before a whole-city one that fits as well or up to a fifth better."""


@dataclass(frozen=True)
class Hit:
    """One article found; score compares hits of one question only, confidence (0 to 1) those of any."""

    article: Article
    score: float
    confidence: float


def search(
    index: Index, question: str, *, district: str | None = None, now: datetime | None = None, limit: int = 3
) -> tuple[Hit, ...]:
    """Return at most `limit` hits, best first: whole-city articles and those of the caller's district, never another's.

    Articles that are not valid at `now` are left out. A caller whose district is unknown (None) gets whole-city
    articles only. The confidence of a hit is the share of
    the question's terms, weighed by how telling they are, that its article has at all, times (1 + lead) / 2; the lead
    is the part of its score by which the next article of the same reach falls behind (0 below the first hit). It is
    no probability.
    """
    asked = frozenset(terms(question, index.language))
    scores = _scores_here(index, asked, district, now)
    ranked = sorted(scores, key=lambda number: (-scores[number], number))
    return tuple(
        Hit(
            article=index.articles[number],
            score=scores[number],
            confidence=_covered(index, asked, number) * (1 + (_lead(index, scores, number) if place == 0 else 0)) / 2,
        )
        for place, number in enumerate(ranked[:limit])
    )


def _scores_here(index: Index, asked: Collection[str], district: str | None, now: datetime | None) -> dict[int, float]:
    return {
        number: score * (1 if is_city_wide(index.articles[number]) else _HOME_ADVANTAGE)
        for number, score in index.scores(asked).items()
        if holds_in(index.articles[number], district) and is_valid(index.articles[number], now)
    }


def _covered(index: Index, asked: Collection[str], number: int) -> float:
    vocabulary = index.vocabularies[number]
    return sum(index.rarity(term) for term in asked if term in vocabulary) / sum(index.rarity(term) for term in asked)


def _lead(index: Index, scores: Mapping[int, float], first: int) -> float:
    """Return 0 (a tie) to 1 (nothing else found); a district's version of a city's article is no rival of it."""
    city_wide = is_city_wide(index.articles[first])
    rivals = (
        score
        for number, score in scores.items()
        if number != first and is_city_wide(index.articles[number]) == city_wide
    )
    return max(0.0, 1 - max(rivals, default=0.0) / scores[first])
