"""Measures a classifier and the weighing of danger against texts whose labels are known; pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import KFold

from routing.triage.learned.classifier import Guess, learn

_TOP = 3


@dataclass(frozen=True)
class ClassFigures:
    """How well labels are guessed: F1 averaged over labels, share right, share with the right one among three."""

    macro_f1: float
    accuracy: float
    top3: float

    def as_json(self) -> dict[str, float]:
        """Return the figures with four decimals."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class UrgencyFigures:
    """How well reds are found: by the judgement itself, and among the share of texts that weigh most."""

    recall: float
    precision: float
    flagged: float
    recall_at_flagged: float

    def as_json(self) -> dict[str, float]:
        """Return the figures with four decimals."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def class_figures(guesses: Sequence[tuple[Guess, ...]], labels: Sequence[str]) -> ClassFigures:
    """Compare guesses with the labels known; F1 is averaged over the labels known and those guessed."""
    first = [ranked[0].label for ranked in guesses]
    among = [
        any(guess.label == label for guess in ranked[:_TOP]) for ranked, label in zip(guesses, labels, strict=True)
    ]
    return ClassFigures(
        macro_f1=float(f1_score(labels, first, average="macro", zero_division=0)),
        accuracy=float(accuracy_score(labels, first)),
        top3=float(np.mean(among)),
    )


def urgency_figures(
    flags: Sequence[bool], scores: Sequence[float], is_red: Sequence[bool], at_flagged: float
) -> UrgencyFigures:
    """Compare what was judged red with what is; `at_flagged` is the share of texts that can be looked at first."""
    flagged, red, weights = np.array(flags, bool), np.array(is_red, bool), np.array(scores, float)
    number = round(at_flagged * len(red))
    first = np.zeros(len(red), bool)
    first[np.argsort(-weights, kind="stable")[:number]] = True
    return UrgencyFigures(
        recall=float(flagged[red].mean()) if red.any() else 0.0,
        precision=float(red[flagged].mean()) if flagged.any() else 0.0,
        flagged=float(flagged.mean()),
        recall_at_flagged=float(first[red].mean()) if red.any() else 0.0,
    )


def cross_validated(texts: Sequence[str], labels: Sequence[str], folds: int = 5) -> ClassFigures:
    """Return the figures when each text is guessed by what was learned from the other four fifths."""
    guesses: list[tuple[Guess, ...]] = [()] * len(texts)
    for seen, unseen in KFold(min(folds, len(texts)), shuffle=True, random_state=1).split(texts):
        model = learn([texts[place] for place in seen], [labels[place] for place in seen])
        for place, ranked in zip(unseen, model.guess([texts[place] for place in unseen]), strict=True):
            guesses[place] = ranked
    return class_figures(guesses, labels)
