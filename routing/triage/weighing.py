"""Weighs what was heard for and against a danger: groups of words, topics near states, and runs of units."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from routing.triage.cutting import Cut
from routing.triage.entries import Kind
from routing.triage.spotting import Hit

_WINDOW = {"zh": 90, "en": 45}
"""Units that are weighed together; in a longer text windows overlap by half, and the most dangerous one counts."""
_NEAR = {"zh": 6, "en": 5}
_COUNTED = frozenset({Kind.RED, Kind.SIGN, Kind.TOPIC, Kind.STATE, Kind.CALM})
_SUMMED_UP = {Kind.RED: ("danger", "red"), Kind.SIGN: ("danger",)}
_LONGEST_RUN = 3
_BEGINNING = "^"
"""Stands before a line, so that a run also tells what it begins with (“请问 …”); an end is none before all is said."""


@dataclass(frozen=True)
class Weights:
    """What each feature weighs; above 0 is red. Made by `python -m tools.danger_weights` from example sentences."""

    base: float = 0.0
    features: Mapping[str, float] = field(default_factory=dict)
    runs: Mapping[str, float] = field(default_factory=dict)
    """Runs of one to three units (`w:`) and sounds (`s:`)."""


@dataclass(frozen=True)
class Weighed:
    """The most dangerous stretch of a line: how much it weighs, above 0 is red, and the hits in it."""

    score: float
    hits: tuple[Hit, ...] = ()
    denied: tuple[Hit, ...] = ()


def weigh(line: Cut, hits: Sequence[Hit], denied: Sequence[Hit], weights: Weights, language: str) -> Iterator[Weighed]:
    """Yield each stretch of a line with its score."""
    width, count = _WINDOW[language], len(line.units)
    sums = _run_sums(line, weights)
    starts = range(0, max(1, count - width // 2), width // 2) if count > width else range(1)
    for start in starts:
        end = min(count, start + width)
        inside = tuple(hit for hit in hits if hit.start >= start and hit.end <= end)
        not_so = tuple(hit for hit in denied if hit.start >= start and hit.end <= end)
        score = weights.base + sum(
            weights.features.get(name, 0.0) * value for name, value in features(inside, not_so, language).items()
        )
        number = (end - start) * 2 * _LONGEST_RUN
        score += (sums[end] - sums[start]) / math.sqrt(number or 1)
        yield Weighed(score, inside, not_so)


def features(hits: Iterable[Hit], denied: Sequence[Hit], language: str) -> dict[str, float]:
    """Return what is weighed of a stretch: each group of words that it has, how many, and topics near states."""
    found: dict[str, float] = {}
    counts: dict[Kind, float] = {}
    weighed = [hit for hit in hits if hit.entry.kind in _COUNTED]
    for hit in weighed:
        kind = hit.entry.kind
        counts[kind] = counts.get(kind, 0.0) + hit.strength
        for name in (f"{kind}:{hit.entry.why}", *_SUMMED_UP.get(kind, ())):
            _raise(found, name, hit.strength)
    for kind, count in counts.items():
        found[f"count:{kind}"] = math.log1p(count)
    topics = [hit for hit in weighed if hit.entry.kind is Kind.TOPIC]
    states = [hit for hit in weighed if hit.entry.kind is Kind.STATE]
    for name, strength in _pairs(topics, states, _NEAR[language]):
        _raise(found, name, strength)
    if denied:
        found["denied"] = math.log1p(len(denied))
    return found


def _pairs(topics: Sequence[Hit], states: Sequence[Hit], near: int) -> Iterator[tuple[str, float]]:
    for topic in topics:
        for state in states:
            gap = max(topic.start, state.start) - min(topic.end, state.end)
            if 0 <= gap <= near:
                strength = topic.strength * state.strength
                yield f"pair:{topic.entry.why}~{state.entry.why}", strength
                yield f"pair~{state.entry.why}", strength


def _raise(found: dict[str, float], name: str, strength: float) -> None:
    if strength > found.get(name, 0.0):
        found[name] = strength


def runs(line: Cut) -> Iterator[tuple[int, str]]:
    """Yield each run of units and of sounds, the line's beginning among them, with the place of its last unit."""
    units, sounds = (_BEGINNING, *line.units), (_BEGINNING, *line.sounds)
    for end in range(1, len(units) + 1):
        for length in range(1, min(_LONGEST_RUN, end) + 1):
            yield max(end - 2, 0), "w:" + line.between.join(units[end - length : end])
            yield max(end - 2, 0), "s:" + "-".join(sounds[end - length : end])


def _run_sums(line: Cut, weights: Weights) -> list[float]:
    """Return the sum of the weights of all runs that end before each place."""
    at_place = [0.0] * len(line.units)
    if weights.runs:
        known = weights.runs.get
        for place, run in runs(line):
            at_place[place] += known(run, 0.0)
    sums = [0.0]
    for value in at_place:
        sums.append(sums[-1] + value)
    return sums


def heaviest_run(line: Cut, weights: Weights) -> tuple[int, int]:
    """Return where the run of units begins and ends that speaks most for a danger; the whole line if none does."""
    best, where = 0.0, (0, len(line.units))
    for end in range(1, len(line.units) + 1):
        for length in range(1, min(_LONGEST_RUN, end) + 1):
            weight = weights.runs.get("w:" + line.words(end - length, end), 0.0)
            if weight > best:
                best, where = weight, (end - length, end)
    return where
