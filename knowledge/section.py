"""Articles indexed together: what each of their texts weighs; it ranks nothing and decides nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from core.settings import Language
from knowledge.articles import Article
from knowledge.channels import KINDS, Terms, longness, sounded, terms
from knowledge.postings import Floats, Numbers, Postings, Rows, Statistics, count, measure, weigh
from knowledge.reach import is_city_wide

ANSWER_SHARE = 0.3
"""What a word of the question that only the answer mentions counts: a hint, not a match."""

PASSAGE_SHARE = 0.5
"""What the best passage of a long text counts besides the whole; a short text is its own passage."""

_PASSAGE_UNITS: Mapping[Language, int] = {"zh": 300, "en": 200}
_LONGEST_TEXT = 30_000
"""Characters of a text that are indexed: half an hour of reading aloud."""


@dataclass(frozen=True)
class Section:
    """Some articles, known by their number here, and the rows of their texts; rows of passages come after all others.

    An article's rows stand together: its question, its phrasings, its answer.
    """

    articles: tuple[Article, ...]
    is_city_wide: NDArray[np.bool_]
    postings: Mapping[str, Postings]
    """By the kind of term."""
    first_rows: Numbers
    """Of each article its first row, and at the end the number of texts."""
    answer_rows: Numbers
    answer_owners: Numbers
    long_rows: Numbers
    first_passages: Numbers
    """Of each long row its first passage, and at the end the number of rows."""

    def scores(self, question: Terms) -> NDArray[np.float64]:
        """Return the score of each article: what is written and what is heard, added up."""
        if not self.articles:
            return np.zeros(0)
        rows = np.zeros(self.first_passages[-1])
        for kind, postings in self.postings.items():
            rows += postings.scores(Counter(question[kind]), len(rows))
        texts = rows[: self.first_rows[-1]]
        if len(self.long_rows):
            texts[self.long_rows] += PASSAGE_SHARE * np.maximum.reduceat(rows, self.first_passages[:-1])
        return self._best(texts)

    def rows(self, article: int) -> range:
        return range(int(self.first_rows[article]), int(self.first_rows[article + 1]))

    def _best(self, texts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the score of each article: its best question or phrasing, and a little for the answer."""
        answered = texts[self.answer_rows]
        texts[self.answer_rows] = 0
        best = np.maximum.reduceat(texts, self.first_rows[:-1])
        asked = best[self.answer_owners]
        # A text that is too long to be spoken is a document: what it is about stands in it, not in its title.
        is_document = np.isin(self.answer_rows, self.long_rows)
        best[self.answer_owners] = np.maximum(
            asked + ANSWER_SHARE * answered, is_document * (answered + ANSWER_SHARE * asked)
        )
        return best


@dataclass(frozen=True)
class _Text:
    """A text cut into terms, whose it is, and the passages of a long one."""

    owner: int
    field: int
    terms: Terms
    passages: tuple[Terms, ...]


def build_section(
    articles: tuple[Article, ...], language: Language, statistics: Mapping[str, Statistics] | None = None
) -> tuple[Section, Mapping[str, Statistics]]:
    """Return the section of these articles, weighed by the statistics given or else among themselves; and these."""
    texts = [text for number, article in enumerate(articles) for text in _texts(number, article)]
    read = [text.terms for text in texts] + [passage for text in texts for passage in text.passages]
    postings, used = {}, {}
    for kind in KINDS[language]:
        rows = _rows(texts, np.array([kind.weight(_longness(found, language)) for found in read], np.float32))
        counts = count([found[kind.name] for found in read])
        used[kind.name] = statistics[kind.name] if statistics else measure(counts, rows, len(articles))
        postings[kind.name] = weigh(counts, rows, used[kind.name])
    return _section(articles, texts, postings), used


def attainable(question: Terms, language: Language, statistics: Mapping[str, Statistics]) -> float:
    """Return about what a text would score that is the question itself."""
    return (1 + PASSAGE_SHARE) * sum(
        kind.short * statistics[kind.name].rarity(term) for kind in KINDS[language] for term in question[kind.name]
    )


def _texts(number: int, article: Article) -> Iterator[_Text]:
    for text in (article.question, *article.phrasings):
        yield _text(number, 0, text, article.language)
    if article.answer:
        yield _text(number, 1, article.answer, article.language)


def _text(owner: int, field: int, text: str, language: Language) -> _Text:
    said = sounded(text[:_LONGEST_TEXT], language)
    size = _PASSAGE_UNITS[language]
    if len(said) <= size * 4 // 3:
        return _Text(owner, field, terms(said, language), ())
    pieces = (said[at : at + size] for at in range(0, len(said) - size // 2, size // 2))
    return _Text(owner, field, terms(said, language), tuple(terms(piece, language) for piece in pieces))


def _longness(found: Terms, language: Language) -> float:
    return longness(len(found[KINDS[language][0].name]))


def _rows(texts: Sequence[_Text], weights: Floats) -> Rows:
    passages = [text for text in texts for _ in text.passages]
    shares = [1 if text.passages else 1 + PASSAGE_SHARE for text in texts] + [1] * len(passages)
    return Rows(
        owners=np.array([text.owner for text in (*texts, *passages)], np.int64),
        fields=np.array([text.field for text in (*texts, *passages)], np.int64),
        is_passage=np.arange(len(weights)) >= len(texts),
        weights=weights * np.array(shares, np.float32),
    )


def _section(articles: tuple[Article, ...], texts: Sequence[_Text], postings: Mapping[str, Postings]) -> Section:
    sizes = Counter(text.owner for text in texts)
    answers = [row for row, text in enumerate(texts) if text.field]
    long = [row for row, text in enumerate(texts) if text.passages]
    return Section(
        articles=articles,
        is_city_wide=np.array([is_city_wide(article) for article in articles], np.bool_),
        postings=postings,
        first_rows=np.array([0, *accumulate(sizes[number] for number in range(len(articles)))]),
        answer_rows=np.array(answers, np.int64),
        answer_owners=np.array([texts[row].owner for row in answers], np.int64),
        long_rows=np.array(long, np.int64),
        first_passages=np.array([*accumulate((len(texts[row].passages) for row in long), initial=len(texts))]),
    )
