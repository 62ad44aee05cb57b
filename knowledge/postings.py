"""Weighs terms of one kind by BM25 and adds up what a question's weigh in each row; it knows no article."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

# Robertson & Zaragoza (2009), the usual values.
_K1 = 1.2
_B = 0.75


@dataclass(frozen=True)
class Rows:
    """The rows of some texts, whatever their terms: a row is a text, or a passage of a long one."""

    owners: Numbers
    """Of each row the article."""
    fields: Numbers
    """Of each row 0 if it is asked (a question, a phrasing), 1 if it is answered."""
    is_passage: NDArray[np.bool_]
    weights: Floats
    """What each row's terms weigh."""


@dataclass(frozen=True)
class Statistics:
    """How telling the terms of one kind are, and how many a text has, in each field, over all articles."""

    vocabulary: Mapping[str, int]
    rarities: NDArray[np.float64]
    """Inverse document frequency by field and term. Articles are counted: six phrasings make no word common."""
    unseen: float
    mean_lengths: NDArray[np.float64]

    def rarity(self, term: str, field: int = 0) -> float:
        """Return how telling a term is; one that no article has is as telling as can be."""
        number = self.vocabulary.get(term)
        return self.unseen if number is None else float(self.rarities[field, number])


@dataclass(frozen=True)
class Postings:
    """Of each term the rows that have it, ascending, with its weight there."""

    vocabulary: Mapping[str, int]
    starts: Numbers
    rows: Numbers
    weights: Floats

    def scores(self, asked: Mapping[str, int], row_count: int) -> NDArray[np.float64]:
        """Return the score of each row: the sum of its terms' weights, as often as the question has them."""
        spans = [(self._span(term), count) for term, count in asked.items() if term in self.vocabulary]
        if not spans:
            return np.zeros(row_count)
        rows = np.concatenate([self.rows[span] for span, _ in spans])
        weights = np.concatenate([self.weights[span] * np.float32(count) for span, count in spans])
        return np.bincount(rows, weights.astype(np.float64), row_count).astype(np.float64)

    def has(self, term: str, rows: range) -> bool:
        """Return whether any of these rows has the term."""
        if term not in self.vocabulary:
            return False
        found = self.rows[self._span(term)]
        at = int(np.searchsorted(found, rows.start))
        return at < len(found) and int(found[at]) < rows.stop

    def _span(self, term: str) -> slice:
        number = self.vocabulary[term]
        return slice(int(self.starts[number]), int(self.starts[number + 1]))


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each row, by term and then row."""

    vocabulary: Mapping[str, int]
    terms: Numbers
    rows: Numbers
    times: Numbers
    lengths: Numbers


def count(texts: Sequence[Sequence[str]]) -> Counts:
    """Return the counts of rows given as their terms."""
    vocabulary: dict[str, int] = {}
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    numbers = np.fromiter(
        (vocabulary.setdefault(term, len(vocabulary)) for term in chain.from_iterable(texts)), np.int64, lengths.sum()
    )
    # One number for each pair of term and row, so that sorting them once puts everything in order.
    pairs, times = np.unique(numbers * len(texts) + np.repeat(np.arange(len(texts)), lengths), return_counts=True)
    terms, rows = np.divmod(pairs, max(len(texts), 1))
    return Counts(vocabulary, terms, rows, times, lengths)


def measure(counts: Counts, rows: Rows, article_count: int) -> Statistics:
    """Return the statistics of all articles; passages are left out, their text is counted already."""
    fields = [~rows.is_passage & (rows.fields == field) for field in (0, 1)]
    return Statistics(
        vocabulary=counts.vocabulary,
        rarities=np.array([_rarity(_articles_having(counts, rows, chosen), article_count) for chosen in fields]),
        unseen=float(_rarity(np.zeros(1), article_count)[0]),
        mean_lengths=np.array([counts.lengths[chosen].mean() if chosen.any() else 0 for chosen in fields]),
    )


def weigh(counts: Counts, rows: Rows, statistics: Statistics) -> Postings:
    """Return the postings of rows by the statistics given, which need not be of the same articles."""
    lengths = counts.lengths / np.maximum(statistics.mean_lengths[rows.fields], 1)
    lengths[rows.is_passage] = 1  # they are all of a length
    damping = _K1 * (1 - _B + _B * lengths[counts.rows])
    weights = counts.times * (_K1 + 1) / (counts.times + damping)
    weights *= rows.weights[counts.rows] * _rarities(counts, statistics)[rows.fields[counts.rows], counts.terms]
    return Postings(
        vocabulary=counts.vocabulary,
        starts=np.searchsorted(counts.terms, np.arange(len(counts.vocabulary) + 1)),
        rows=counts.rows,
        weights=weights.astype(np.float32),
    )


def _rarity(found: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    return np.log(1 + (total - found + 0.5) / (found + 0.5))


def _articles_having(counts: Counts, rows: Rows, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    there = chosen[counts.rows]
    owner_count = int(rows.owners.max(initial=0)) + 1
    pairs = np.unique(counts.terms[there] * owner_count + rows.owners[counts.rows[there]])
    return np.bincount(pairs // owner_count, minlength=len(counts.vocabulary)).astype(np.float64)


def _rarities(counts: Counts, statistics: Statistics) -> NDArray[np.float64]:
    if counts.vocabulary is statistics.vocabulary:
        return statistics.rarities
    unseen = np.full((2, 1), statistics.unseen)
    known = np.concatenate([statistics.rarities, unseen], axis=1)
    return known[:, list(_numbers(counts.vocabulary, statistics.vocabulary))]


def _numbers(terms: Iterable[str], vocabulary: Mapping[str, int]) -> Iterable[int]:
    return (vocabulary.get(term, -1) for term in terms)
