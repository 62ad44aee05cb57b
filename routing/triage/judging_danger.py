"""Decides whether a text tells of a danger to life, and which words of it say so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from routing.triage.entries import Kind
from routing.triage.lexicon import Lexicon
from routing.triage.listening import Heard, listen, weighed
from routing.triage.spotting import NEARLY, Hit
from routing.triage.verdict import Reason
from routing.triage.weighing import Weighed, heaviest_run

_JUST_RED = 0.1
_BY_LIKENESS_FROM = 1.0
"""So much a text must weigh to be red without any word of danger: by its likeness to sentences of danger alone."""
_BY_LIKENESS_THOUGH_CALM_FROM = 2.0
"""The same where something in it calms (“I wanted to ask”)."""
_ALIKE_FROM_UNITS = 6
_NOT_IN_THE_WAY = frozenset({"question", "negated", "goods", "place", "ordinary", "work"})
"""What calms but takes nothing back from a word that decides alone, as far as that word itself is not denied."""
_CUT_OFF = {
    "dialysis": {"refused", "gone"},
    "oxygen": {"refused", "gone"},
    "chemotherapy": {"refused"},
}
"""Treatment that nobody goes without for long, and in which states it is cut off: together they decide."""
_UNFINISHED_FROM = 1.0
_MOST_REASONS = 8
_TELLING = {Kind.RED: 0, Kind.SIGN: 1, Kind.STATE: 2, Kind.TOPIC: 3}


@dataclass(frozen=True)
class Danger:
    """Whether a text is red, by which words, how sure, and what spoke against it."""

    is_red: bool
    score: float
    reasons: tuple[Reason, ...]
    calming: tuple[Reason, ...]


def judge_danger(text: str, words: Lexicon, *, is_unfinished: bool = False) -> Danger:
    """Weigh every stretch of a text; the most dangerous one decides."""
    return weigh_lines(text, listen(text, words), words, is_unfinished=is_unfinished)


def weigh_lines(text: str, lines: Iterable[Heard], words: Lexicon, *, is_unfinished: bool = False) -> Danger:
    """The same of a text that has been listened to."""
    border = _UNFINISHED_FROM if is_unfinished else 0.0
    best: tuple[float, Weighed, Heard] | None = None
    red: list[Reason] = []
    for heard in lines:
        for stretch in weighed(heard, words):
            score = max(stretch.score, border + _JUST_RED) if _decides_alone(stretch) else stretch.score
            if not _tells(stretch) and not _is_alike(heard, stretch, score - border):
                score = min(score, -_JUST_RED)
            if score > border:
                red += _reasons(text, heard, stretch, words)
            if best is None or score > best[0]:
                best = score, stretch, heard
    if best is None:
        return Danger(is_red=False, score=words.weights.base, reasons=(), calming=())
    score, stretch, heard = best
    calm = told(text, heard, (hit for hit in stretch.hits if hit.entry.kind is Kind.CALM))
    return Danger(score > border, score, tuple(dict.fromkeys(red))[:_MOST_REASONS], tuple(dict.fromkeys(calm)))


def _tells(stretch: Weighed) -> bool:
    """Tell whether there is a word of danger, or a topic and a state of it."""
    kinds = {hit.entry.kind for hit in stretch.hits}
    return bool(kinds & {Kind.RED, Kind.SIGN}) or {Kind.TOPIC, Kind.STATE} <= kinds


def _is_alike(heard: Heard, stretch: Weighed, over: float) -> bool:
    """Tell whether a text is long enough to be like a danger, and weighs enough for it; “say it again” is neither."""
    calms = any(hit.entry.kind is Kind.CALM for hit in stretch.hits)
    least = _BY_LIKENESS_THOUGH_CALM_FROM if calms else _BY_LIKENESS_FROM
    return len(heard.line.units) >= _ALIKE_FROM_UNITS and over >= least


def _decides_alone(stretch: Weighed) -> bool:
    """Tell whether a red word, or a vital treatment and that it is cut off, was plainly heard and nothing denies it."""
    plain = [hit for hit in stretch.hits if hit.strength > NEARLY]
    calm = {hit.entry.why for hit in plain if hit.entry.kind is Kind.CALM}
    return calm <= _NOT_IN_THE_WAY and bool(_cut_off(plain) or any(hit.entry.kind is Kind.RED for hit in plain))


def _cut_off(hits: Iterable[Hit]) -> list[Hit]:
    """Return what names a vital treatment and that it is cut off; nothing if either is missing."""
    states = [hit for hit in hits if hit.entry.kind is Kind.STATE]
    return [
        found
        for topic in hits
        if topic.entry.kind is Kind.TOPIC
        for state in states
        if state.entry.why in _CUT_OFF.get(topic.entry.why, ())
        for found in (topic, state)
    ]


def _reasons(text: str, heard: Heard, stretch: Weighed, words: Lexicon) -> Iterator[Reason]:
    telling = [hit for hit in stretch.hits if hit.entry.kind in _TELLING and hit.strength > 1 / 2]
    decisive = [hit for hit in telling if hit.entry.kind in {Kind.RED, Kind.SIGN}] + _cut_off(telling)
    plain = [hit for hit in decisive if hit.strength > NEARLY]
    chosen = _widest(plain or decisive or telling)
    if chosen:
        yield from told(text, heard, sorted(chosen, key=lambda hit: (_TELLING[hit.entry.kind], hit.start)))
    else:
        start, end = heaviest_run(heard.line, words.weights)
        yield Reason(text[heard.line.starts[start] : heard.line.ends[end - 1]], "likeness", heard.line.starts[start])


def _widest(hits: list[Hit]) -> list[Hit]:
    """Leave out words that are part of a longer one that was heard at the same place."""
    return [
        hit
        for hit in hits
        if not any(
            other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
            for other in hits
        )
    ]


def told(text: str, heard: Heard, hits: Iterable[Hit]) -> Iterator[Reason]:
    """Yield hits as the words that were heard, with their place in the text."""
    for hit in hits:
        start, end = heard.line.starts[hit.start], heard.line.ends[hit.end - 1]
        yield Reason(
            "".join(text[start:end].split()) if not heard.line.between else text[start:end], hit.entry.why, start
        )
