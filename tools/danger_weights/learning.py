"""Learns weights: a logistic regression over the very features that routing.triage.weighing adds up."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from routing.triage.cutting import Cut
from routing.triage.entries import Entry
from routing.triage.lexicon import Lexicon
from routing.triage.listening import Heard, listen
from routing.triage.spotting import NEARLY, Hit
from routing.triage.weighing import Weights, features, runs
from tools.danger_weights.examples import Example


@dataclass(frozen=True)
class Learning:
    """How weights are learned."""

    strength: float = 0.3
    """Inverse of the regularisation."""
    run_scale: float = 8.0
    """How much runs count beside groups of words."""
    usual_rarity: float = 3.0
    """By so much a run's rarity (the logarithm of one in how many sentences says it) is divided."""
    fewest: int = 2
    """Runs said in fewer of the sentences are left out."""
    smallest: float = 0.03
    """Weights of runs below this are left out."""


Support = Mapping[Entry, set[int]]
"""In which sentences each word of the lexicon is heard."""


def support(examples: Iterable[Example], words: Lexicon) -> Support:
    """Return in which sentences each word is plainly heard."""
    found: dict[Entry, set[int]] = defaultdict(set)
    for example in examples:
        for heard in listen(example.text, words):
            for hit in heard.hits:
                if hit.strength > NEARLY:
                    found[hit.entry].add(example.source)
    return found


def listen_anew(text: str, source: int, words: Lexicon, known: Support) -> list[Heard]:
    """Listen to a sentence without the words that are heard in no other one.

    Many words came into the lexicon by such a sentence: it would flatter both the weights and their measuring.
    """

    def elsewhere(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(hit for hit in hits if known.get(hit.entry, set()) - {source})

    return [Heard(heard.line, elsewhere(heard.hits), elsewhere(heard.denied)) for heard in listen(text, words)]


def row(example: Example, words: Lexicon, known: Support, how: Learning) -> dict[str, float]:
    """Return all features of one sentence as if it were new, runs included."""
    found: dict[str, float] = {}
    for heard in listen_anew(example.text, example.source, words, known):
        found |= {f"f:{name}": value for name, value in features(heard.hits, heard.denied, words.language).items()}
        found |= {f"r:{name}": value * how.run_scale for name, value in _run_values(heard.line).items()}
    return found


def _run_values(line: Cut) -> dict[str, float]:
    counts = Counter(name for _, name in runs(line))
    number = math.sqrt(len(line.units) * 6 or 1)
    return {name: count / number for name, count in counts.items()}


@dataclass(frozen=True)
class Table:
    """All sentences' features, one sentence a line, set up once and learned from again and again."""

    names: np.ndarray
    values: csr_matrix
    is_red: np.ndarray
    sources: np.ndarray
    how: Learning

    def learn(self, seen: np.ndarray) -> Weights:
        """Return weights by which the dangers among some sentences come out above 0."""
        scale = self._scales(seen)
        kept = np.flatnonzero(scale)
        table = self.values[seen][:, kept] @ diags(scale[kept])
        model = LogisticRegression(C=self.how.strength, max_iter=5000, tol=1e-3)
        model.fit(table, self.is_red[seen])
        found = dict(zip(self.names[kept], model.coef_[0] * scale[kept], strict=True))
        words = {name[2:]: round(float(value), 3) for name, value in found.items() if name[0] == "f"}
        said = {name[2:]: float(value) * self.how.run_scale for name, value in found.items() if name[0] == "r"}
        return Weights(
            round(float(model.intercept_[0]), 3),
            {name: value for name, value in words.items() if value},
            {name: round(value, 2) for name, value in said.items() if abs(value) >= self.how.smallest},
        )

    def _scales(self, seen: np.ndarray) -> np.ndarray:
        """Return by how much each feature counts: a run the more the rarer, one said too seldom not at all."""
        _, of_source = np.unique(self.sources[seen], return_inverse=True)
        number = int(of_source.max()) + 1
        said = csr_matrix((np.ones(len(seen)), (of_source, np.arange(len(seen)))), shape=(number, len(seen)))
        counts = np.asarray(((said @ (self.values[seen] > 0)) > 0).sum(axis=0)).ravel()
        rarity = np.log((number + 1) / (counts + 1)) / self.how.usual_rarity
        is_run = np.char.startswith(self.names.astype(str), "r:")
        return np.where(is_run, np.where(counts >= self.how.fewest, rarity, 0.0), 1.0)


def set_up(examples: Sequence[Example], words: Lexicon, known: Support, how: Learning) -> Table:
    """Return the features of sentences, each as if it were new."""
    columns = DictVectorizer(dtype=np.float32)
    values = columns.fit_transform(row(example, words, known, how) for example in examples)
    return Table(
        columns.get_feature_names_out(),
        csr_matrix(values),
        np.array([example.is_red for example in examples]),
        np.array([example.source for example in examples]),
        how,
    )
