"""How sure a hit is and what to do about it: a small logistic model over its signs, with coefficients kept as data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from core.settings import Language
from knowledge.signs import Signs


@dataclass(frozen=True)
class Calibration:
    """What each sign weighs, and from which confidence an article is spoken or asked about.

    Made by `python -m tools.fit_confidence`; how, on what and with what result stands in docs/knowledge.md.
    """

    weights: Mapping[str, float]
    constant: float
    speak_from: float
    ask_from: float


def confidence(signs: Signs, calibration: Calibration) -> float:
    """Return about how often an article with these signs is the right one, 0 to 1."""
    weighed = sum(weight * getattr(signs, name) for name, weight in calibration.weights.items())
    return 1 / (1 + exp(-weighed - calibration.constant))


@cache
def calibration(language: Language, *, with_meaning: bool) -> Calibration:
    """Return what was fitted for a language, with or without the sign of sentence meaning."""
    fitted = json.loads((files("knowledge") / "confidence.json").read_text(encoding="utf-8"))
    return Calibration(**fitted[f"{language} with meaning" if with_meaning else language])
