"""Finds the articles that fit a question best and says how sure it is; pure, and it may not decide what is said."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.settings import Language
from knowledge.articles import Article
from knowledge.confidence import Calibration, calibration, confidence
from knowledge.index import Index
from knowledge.ranking import rank, read_question
from knowledge.sentences import sentence_model
from knowledge.signs import signs_of
from knowledge.words import LONGEST_QUESTION, questions_in

LOOKED_AT = 10
"""Articles that are compared to tell how sure the first is."""


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
    articles only. The confidence is about how often such a hit is right (see knowledge.confidence). Who asks two things
    in one breath is sure to be answered the one that is found first, if it is found first for its own words as well.
    """
    hits = _hits(index, question, district, now, limit)
    parts = questions_in(question[:LONGEST_QUESTION], index.language)
    if len(parts) < 2 or not hits:  # noqa: PLR2004  (one question is what was searched for)
        return hits
    alone = (hit for part in parts for hit in _hits(index, part, district, now, 1))
    sure = max((hit.confidence for hit in alone if hit.article is hits[0].article), default=0.0)
    return (replace(hits[0], confidence=max(sure, hits[0].confidence)), *hits[1:])


def _hits(index: Index, question: str, district: str | None, now: datetime | None, limit: int) -> tuple[Hit, ...]:
    asked = read_question(question, index.language)
    ranked = rank(index, asked, district=district, now=now, limit=max(limit, LOOKED_AT))
    fitted = calibration_of(index.language)
    return tuple(
        Hit(one.article, one.score, confidence(signs_of(one, ranked[:LOOKED_AT], asked, index), fitted))
        for one in ranked[:limit]
    )


def calibration_of(language: Language) -> Calibration:
    """Return how sure is sure enough in a language, with what is installed here."""
    return calibration(language, with_meaning=sentence_model(language) is not None)
