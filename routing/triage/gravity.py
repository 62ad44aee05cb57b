"""Says how grave a matter is among those that are no plain danger: what puts the unflagged in order; pure."""

import math
from collections.abc import Iterable

from routing.triage.entries import Kind
from routing.triage.listening import Heard

_WEIGHTS = {"illness": 1.8, "acute": 0.6, "admission": 0.65, "frail": 0.4, "chronic": -0.1, "goods": -0.8}
_MOST = 4
_DANGER_SHARE = 0.05


def gravity(lines: Iterable[Heard], danger_score: float) -> float:
    """Return how grave a matter is, about −3 to 8; a danger adds to it."""
    words: dict[str, set[str]] = {}
    for heard in lines:
        for hit in heard.hits:
            if hit.entry.kind is Kind.GRAVITY:
                words.setdefault(hit.entry.why, set()).add(hit.entry.phrase)
    weighed = sum(_WEIGHTS.get(why, 0.0) * math.sqrt(min(len(said), _MOST)) for why, said in words.items())
    return weighed + _DANGER_SHARE * max(-4.0, min(8.0, danger_score))
