"""Ranks the articles that share something with a question, best first; pure, it doesn't know how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import nlargest

import numpy as np

from core.settings import Language
from knowledge.articles import Article
from knowledge.channels import Terms, sounded, terms
from knowledge.index import Index
from knowledge.reach import holds_in, is_valid
from knowledge.section import Section
from knowledge.sentences import SentenceModel, Vector, sentence_model
from knowledge.words import LONGEST_QUESTION

_HOME_ADVANTAGE = 1.25
"""A district's own article goes before a whole-city one that fits as well or up to a fifth better."""


_REREAD = 30
"""Articles, best by their words, that a sentence model reads."""

_MEANING_SHARE = 2.0
"""What the nearness in meaning (0 to 1) counts against the score by words (as a part of the best)."""


@dataclass(frozen=True)
class Question:
    """A question as search sees it."""

    text: str
    language: Language
    terms: Terms


@dataclass(frozen=True)
class Ranked:
    """An article found, and its score, which compares those of one question only."""

    article: Article
    score: float
    section: Section
    number: int
    """The article's number in its section."""
    by_words: float
    """The score without meaning, which compares with `knowledge.section.attainable`."""
    meant: float = 0.0
    """How near its meaning is to the question's, where a sentence model is installed."""


def read_question(text: str, language: Language) -> Question:
    """Return a question cut into terms; what comes after `LONGEST_QUESTION` characters is not looked at."""
    text = text[:LONGEST_QUESTION]
    return Question(text, language, terms(sounded(text, language), language))


def rank(
    index: Index, question: Question, *, district: str | None = None, now: datetime | None = None, limit: int
) -> tuple[Ranked, ...]:
    """Return at most `limit` articles, best first: whole-city ones and those of the caller's district, valid `now`.

    Where a sentence model is installed, it has its say in the order of the first `_REREAD`.
    """
    model = sentence_model(question.language)
    wanted = max(limit, _REREAD) if model else limit
    found = [
        *_ranked(index.base, index.replaced, question, district, now, wanted),
        *_ranked(index.changed, frozenset(), question, district, now, wanted),
    ]
    best = nlargest(wanted, found, key=lambda one: one.score)
    return tuple(_reread(best, question, model) if model and best else best)[:limit]


def _reread(found: Sequence[Ranked], question: Question, model: SentenceModel) -> Iterator[Ranked]:
    """Yield the first of the articles in the order of words and meaning together, then the others as they were."""
    asked = model.vector(question.text)
    meant = [_meant(one, asked, model) for one in found[:_REREAD]]
    first = [
        replace(one, score=one.score / found[0].score + _MEANING_SHARE * near, meant=near)
        for one, near in zip(found, meant, strict=False)
    ]
    first.sort(key=lambda one: -one.score)
    yield from first
    yield from (replace(one, score=first[-1].score * one.score / found[0].score) for one in found[_REREAD:])


def _meant(one: Ranked, asked: Vector, model: SentenceModel) -> float:
    texts = (one.article.question, *one.article.phrasings)
    return max(0.0, *(float(asked @ model.vector(text)) for text in texts))


def _ranked(
    section: Section,
    left_out: frozenset[int],
    question: Question,
    district: str | None,
    now: datetime | None,
    limit: int,
) -> Iterator[Ranked]:
    """Yield the best of one section, in order."""
    scores = section.scores(question.terms) * np.where(section.is_city_wide, 1, _HOME_ADVANTAGE)
    for number in map(int, np.argsort(-scores, kind="stable")):
        article = section.articles[number]
        if limit == 0 or scores[number] <= 0:
            return
        if number not in left_out and holds_in(article, district) and is_valid(article, now):
            limit -= 1
            score = float(scores[number])
            yield Ranked(article, score, section, number, score)
