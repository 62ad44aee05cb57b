"""Finds the articles that fit a question best and says how sure it is; pure, and it may not decide what is said."""

from dataclasses import dataclass
from datetime import datetime

from core.settings import Language
from knowledge.articles import Article
from knowledge.confidence import Calibration, calibration, confidence
from knowledge.index import Index
from knowledge.ranking import rank, read_question
from knowledge.sentences import sentence_model
from knowledge.signs import signs_of

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
    articles only. The confidence is about how often such a hit is right (see knowledge.confidence).
    """
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
