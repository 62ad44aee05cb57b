"""Learns which label a text has, from texts with labels, and guesses it with a probability; touches no database."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from core.errors import HotlineError
from routing.triage.learned.turning_into_terms import characters, sounds
from routing.triage.mishearing import mishear

FEWEST_LABELS = 2
_NOISE_RATE = 0.15
_FOLDS = 3
_TEMPERATURES = (0.15, 0.25, 0.4, 0.6, 0.8, 1.0, 1.5, 2.5)
_SEED = 7
_REGULARISATION = 0.3


class TooLittleToLearnError(HotlineError):
    """There are not at least two labels with texts to learn from."""


@dataclass(frozen=True)
class Guess:
    """A label and how probable it is, 0–1."""

    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Classifier:
    """What was learned; made by `learn`."""

    labels: tuple[str, ...]
    terms: Any
    weigher: Any
    temperature: float

    def guess(self, texts: Sequence[str]) -> list[tuple[Guess, ...]]:
        """Return for each text all labels, the most probable first."""
        table = self.terms.transform(texts)
        chances = _chances(_margins(self.weigher, table), self.temperature)
        return [self._ranked(row) for row in chances]

    def _ranked(self, row: "np.ndarray[Any, Any]") -> tuple[Guess, ...]:
        order = np.argsort(-row, kind="stable")
        return tuple(Guess(self.labels[place], float(row[place])) for place in order)


class Terms:
    """Characters and sounds side by side, each weighed by how rare it is."""

    def __init__(self) -> None:
        self._parts = (
            TfidfVectorizer(preprocessor=characters, analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
            TfidfVectorizer(analyzer=sounds, sublinear_tf=True),
        )

    def fit_transform(self, texts: Sequence[str]) -> Any:
        """Learn the terms of these texts and return their table."""
        return _beside([part.fit_transform(texts) for part in self._parts])

    def transform(self, texts: Sequence[str]) -> Any:
        """Return the table of other texts in the terms learned."""
        return _beside([part.transform(texts) for part in self._parts])


def learn(texts: Sequence[str], labels: Sequence[str], *, misheard: bool = True) -> Classifier:
    """Learn from texts with labels; seconds for a few thousand texts.

    Args:
        texts: what was said or written.
        labels: what each was filed under; labels with one text only are learned too.
        misheard: learn also from each text as a recogniser would mishear it, which costs the time twice.

    Raises:
        TooLittleToLearnError: fewer than two labels.
    """
    if len(set(labels)) < FEWEST_LABELS:
        raise TooLittleToLearnError("At least two different labels with texts are needed to learn from.")
    chance = random.Random(_SEED)  # noqa: S311  (not a secret: the same texts must give the same model)
    also = [mishear(text, _language(text), _NOISE_RATE, chance) for text in texts] if misheard else []
    terms = Terms()
    table = terms.fit_transform([*texts, *also])
    known = np.array([*labels, *(labels if misheard else ())])
    weigher = _weigher().fit(table, known)
    return Classifier(tuple(weigher.classes_), terms, weigher, _temperature(table, known, len(texts)))


def _weigher() -> Any:
    return LinearSVC(C=_REGULARISATION, class_weight="balanced")


def _margins(weigher: Any, table: Any) -> "np.ndarray[Any, Any]":
    margins = weigher.decision_function(table)
    return np.column_stack([-margins, margins]) if margins.ndim == 1 else margins


def _chances(margins: "np.ndarray[Any, Any]", temperature: float) -> "np.ndarray[Any, Any]":
    scaled = margins / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _temperature(table: Any, labels: "np.ndarray[Any, Any]", number: int) -> float:
    """Return how sharply margins become probabilities so that they come true on texts that were not learned from.

    Only the texts as written are used, as a mishearing of one that was learned would flatter.
    """
    table, labels = table[:number], labels[:number]
    often = np.isin(labels, [label for label, count in Counter(labels).items() if count >= _FOLDS])
    if len(set(labels[often])) < FEWEST_LABELS:
        return 1.0
    table, labels = table[np.flatnonzero(often)], labels[often]
    losses = dict.fromkeys(_TEMPERATURES, 0.0)
    for seen, unseen in StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(labels, labels):
        weigher = _weigher().fit(table[seen], labels[seen])
        margins, right = _margins(weigher, table[unseen]), np.searchsorted(weigher.classes_, labels[unseen])
        for temperature in _TEMPERATURES:
            sure = _chances(margins, temperature)[np.arange(len(right)), right]
            losses[temperature] -= float(np.log(np.maximum(sure, 1e-9)).sum())
    return min(losses, key=lambda temperature: losses[temperature])


def _language(text: str) -> str:
    return "zh" if any("\u3400" <= sign <= "\u9fff" for sign in text) else "en"


def _beside(tables: list[Any]) -> Any:
    from scipy.sparse import hstack  # noqa: PLC0415  (scipy takes half a second to import)

    return hstack(tables).tocsr()
