"""Puts texts together that ask the same, by words and by sound, and names each group by its most typical text; pure.

Average linkage (Sokal and Michener 1958): two groups become one while their texts are alike on average, so that one
text between two matters does not join them. The terms are those of the search.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array, diags_array
from scipy.spatial.distance import squareform

from core.settings import Language
from knowledge.channels import KINDS, Terms, sounded, terms, told
from knowledge.words import LONGEST_QUESTION, says_something

_ALIKE: dict[Language, float] = {"zh": 0.35, "en": 0.25}
"""Mean cosine from which groups become one; English has fewer terms a text in common."""

_AT_ONCE = 2_000
"""Texts that are compared each with each: memory grows with the square. More are taken in such portions, in order,
and the groups of all portions are then compared by their means."""


@dataclass(frozen=True)
class Cluster:
    """Texts that ask the same."""

    phrase: str
    members: tuple[int, ...]
    """Places of the texts in what was given, the most typical first."""


@dataclass(frozen=True)
class Saying:
    """Something that was said, by whom or in what (an id of the asker's own), and when."""

    id: int
    text: str
    said_at: datetime


@dataclass(frozen=True)
class Topic:
    """What several people said alike, and how often, in a span of time and in the one before."""

    phrase: str
    sayings: tuple[Saying, ...]
    """The most typical first."""
    count: int
    count_before: int


def topics(sayings: Sequence[Saying], language: Language, *, until: datetime, span: timedelta) -> tuple[Topic, ...]:
    """Return the topics of what was said, most said in the `span` up to `until` first, then those that grew most."""
    clusters = cluster([saying.text for saying in sayings], language)
    found = (_topic(one.phrase, tuple(sayings[place] for place in one.members), until, span) for one in clusters)
    return tuple(sorted(found, key=lambda topic: (-topic.count, topic.count_before, topic.phrase)))


def cluster(texts: Sequence[str], language: Language) -> tuple[Cluster, ...]:
    """Return groups of texts, the largest first; a text that says nothing is in none. The same texts give the same."""
    places = [place for place, text in enumerate(texts) if says_something(text, language)]
    vectors = _vectors([texts[place] for place in places], language)
    groups = _groups(vectors, _ALIKE[language])
    named = [_named(group, places, vectors, texts) for group in groups]
    return tuple(sorted(named, key=lambda one: (-len(one.members), min(one.members))))


def _topic(phrase: str, sayings: tuple[Saying, ...], until: datetime, span: timedelta) -> Topic:
    ages = [until - saying.said_at for saying in sayings]
    return Topic(
        phrase,
        sayings,
        count=sum(timedelta() <= age < span for age in ages),
        count_before=sum(span <= age < 2 * span for age in ages),
    )


def _vectors(texts: Sequence[str], language: Language) -> csr_array:
    """Return a vector of length 1 for each text, rare terms counting more."""
    vocabulary: dict[tuple[str, str], int] = {}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        found = _terms(text, language)
        for kind in KINDS[language]:
            for term, count in Counter(found[kind.name]).items():
                rows.append(row)
                columns.append(vocabulary.setdefault((kind.name, term), len(vocabulary)))
                values.append(count * kind.short**0.5)
    counted = csr_array((values, (rows, columns)), shape=(len(texts), len(vocabulary)), dtype=np.float64)
    spread = np.bincount(columns, minlength=len(vocabulary))
    weighed = csr_array(counted @ diags_array(np.log(1 + len(texts) / np.maximum(spread, 1))))
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))
    return csr_array(diags_array(1 / np.maximum(lengths, 1e-9)) @ weighed)


def _terms(text: str, language: Language) -> Terms:
    """Return the terms of a text: in Chinese without the words that all questions share, in English with them.

    Chinese questions differ in two characters of six, and 怎么办 makes the other four; in English it measured worse.
    """
    return terms(told(text, "zh") if language == "zh" else sounded(text[:LONGEST_QUESTION], "en"), language)


def _groups(vectors: csr_array, alike: float) -> list[list[int]]:
    """Return the rows of each group."""
    count = vectors.shape[0]
    portions = [range(start, min(start + _AT_ONCE, count)) for start in range(0, count, _AT_ONCE)]
    groups = [
        [rows[at] for at in group] for rows in portions for group in _linked(vectors[rows.start : rows.stop], alike)
    ]
    if len(portions) > 1:
        means = csr_array(_means(groups, count) @ vectors)
        groups = [[row for at in joined for row in groups[at]] for joined in _linked(means, alike)]
    return groups


def _means(groups: Sequence[Sequence[int]], count: int) -> csr_array:
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    shares = np.repeat([1 / len(group) for group in groups], [len(group) for group in groups])
    return csr_array((shares, (rows, [row for group in groups for row in group])), shape=(len(groups), count))


def _linked(vectors: csr_array, alike: float) -> list[list[int]]:
    if vectors.shape[0] < 2:  # noqa: PLR2004  (there is no pair to link)
        return [[row] for row in range(vectors.shape[0])]
    distances = 1 - np.asarray((vectors @ vectors.T).todense())
    np.fill_diagonal(distances, 0)
    numbers = fcluster(linkage(squareform(distances.clip(0), checks=False), "average"), 1 - alike, "distance")
    rows: dict[int, list[int]] = defaultdict(list)
    for row, number in enumerate(numbers):
        rows[int(number)].append(row)
    return list(rows.values())


def _named(group: Sequence[int], places: Sequence[int], vectors: csr_array, texts: Sequence[str]) -> Cluster:
    own = vectors[list(group)]
    typical: NDArray[Any] = own @ np.asarray(own.mean(axis=0)).ravel()
    ranked = sorted(zip(-typical.round(9), (places[row] for row in group), strict=True))
    members = tuple(place for _, place in ranked)
    return Cluster(texts[members[0]], members)
