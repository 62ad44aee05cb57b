"""Learns from texts whose urgency is known which others are red; what weighs as a danger stays red."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold

from routing.triage.judge import triage
from routing.triage.learned.classifier import Classifier, TooLittleToLearnError, learn

_RED, _OTHER = "red", "other"
_FOLDS = 3


@dataclass(frozen=True, eq=False)
class UrgencyModel:
    """What was learned; made by `learn_urgency`."""

    classifier: Classifier
    combined: Any
    border: float

    def judge(self, texts: Sequence[str], language: str) -> tuple[list[bool], list[float]]:
        """Return which texts are red, by the weighing of danger or by what was learned, and all scores."""
        table = _table(texts, language, _chances(self.classifier, texts))
        scores = self.combined.decision_function(table)
        by_rule = [triage(text, language).urgency.value == _RED for text in texts]
        return [rule or score > self.border for rule, score in zip(by_rule, scores, strict=True)], list(scores)


def learn_urgency(texts: Sequence[str], is_red: Sequence[bool], language: str) -> UrgencyModel:
    """Learn which texts are red from words, gravity and danger together.

    Raises:
        TooLittleToLearnError: fewer than three reds or three others.
    """
    labels = np.array([_RED if red else _OTHER for red in is_red])
    if min((labels == _RED).sum(), (labels == _OTHER).sum()) < _FOLDS:
        raise TooLittleToLearnError(f"At least {_FOLDS} texts that are red and {_FOLDS} that are not are needed.")
    chances = np.zeros(len(texts))
    for seen, unseen in StratifiedKFold(_FOLDS, shuffle=True, random_state=1).split(labels, labels):
        part = learn([texts[place] for place in seen], list(labels[seen]))
        chances[unseen] = _chances(part, [texts[place] for place in unseen])
    table = _table(texts, language, chances)
    combined = LogisticRegression(class_weight="balanced", max_iter=1000).fit(table, labels == _RED)
    border = _best_border(combined.decision_function(table), labels == _RED)
    return UrgencyModel(learn(texts, list(labels)), combined, border)


def judge_by_rules(texts: Sequence[str], language: str) -> tuple[list[bool], list[float]]:
    """Return which texts are red by the shipped rules alone, and how grave each is."""
    verdicts = [triage(text, language) for text in texts]
    return [verdict.urgency.value == _RED for verdict in verdicts], [verdict.gravity for verdict in verdicts]


def _chances(classifier: Classifier, texts: Sequence[str]) -> "np.ndarray[Any, Any]":
    found = [next(guess.probability for guess in ranked if guess.label == _RED) for ranked in classifier.guess(texts)]
    chances = np.clip(np.array(found), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(chances / (1 - chances)))


def _table(texts: Sequence[str], language: str, chances: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    verdicts = [triage(text, language) for text in texts]
    return np.column_stack([chances, [each.gravity for each in verdicts], [each.score / 8 for each in verdicts]])


def _best_border(scores: "np.ndarray[Any, Any]", is_red: "np.ndarray[Any, Any]") -> float:
    precision, recall, borders = precision_recall_curve(is_red, scores)
    both = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(borders[int(np.argmax(both[:-1]))])
