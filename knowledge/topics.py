"""Puts texts together that ask the same, by words and by sound, and names each group by its most typical text; pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from core.settings import Language
from knowledge.channels import told

_ALIKE = 0.3
"""Share of the telling signs that a text and a group have in common, from which it belongs there."""


@dataclass(frozen=True)
class Cluster:
    """Texts that ask the same."""

    phrase: str
    members: tuple[int, ...]
    """Places of the texts in what was given, the most typical first."""


@dataclass
class _Group:
    """A group as it grows."""

    members: list[int]
    signs: Counter[str]

    def likeness(self, signs: frozenset[str], weights: Mapping[str, float]) -> float:
        shared = sum(weights[sign] * self.signs[sign] / len(self.members) for sign in signs)
        own = sum(weights[sign] for sign in signs)
        centre = sum(weights[sign] * count / len(self.members) for sign, count in self.signs.items())
        return shared / (own + centre - shared)


def cluster(texts: Sequence[str], language: Language) -> tuple[Cluster, ...]:
    """Return groups of texts, the largest first; a text in which nothing can be compared is in none."""
    signs = [_signs(text, language) for text in texts]
    weights = _weights(signs)
    groups: list[_Group] = []
    groups_with: dict[str, set[int]] = defaultdict(set)
    for place in sorted((one for one in range(len(texts)) if signs[one]), key=lambda one: (len(signs[one]), one)):
        near = {number for sign in signs[place] for number in groups_with[sign]}
        ranked = [(groups[number].likeness(signs[place], weights), -number) for number in near]
        likeness, number = max(ranked, default=(0.0, 0))
        if likeness < _ALIKE:
            number = -len(groups)
            groups.append(_Group([], Counter()))
        groups[-number].members.append(place)
        groups[-number].signs.update(signs[place])
        for sign in signs[place]:
            groups_with[sign].add(-number)
    named = [_named(group, texts, signs, weights) for group in groups]
    return tuple(sorted(named, key=lambda one: (-len(one.members), one.members)))


def _signs(text: str, language: Language) -> frozenset[str]:
    """Return what is compared: of Chinese the telling syllables and their pairs, of English the stems."""
    units = told(text, language)
    if language == "en":
        return frozenset(written for written, _ in units)
    spoken = [heard for _, heard in units]
    return frozenset(spoken) | {" ".join(pair) for pair in pairwise(spoken)}


def _weights(signs: Sequence[frozenset[str]]) -> dict[str, float]:
    spread = Counter(sign for each in signs for sign in each)
    return {sign: log(1 + len(signs) / count) for sign, count in spread.items()}


def _named(
    group: _Group, texts: Sequence[str], signs: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> Cluster:
    ranked = sorted(group.members, key=lambda place: (-group.likeness(signs[place], weights), len(texts[place]), place))
    return Cluster(texts[ranked[0]], tuple(ranked))
