"""Listens to a whole text: cuts it, finds the lexicon's words, leaves out what is denied, and weighs the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from routing.triage.cutting import Cut, cut
from routing.triage.entries import Kind
from routing.triage.lexicon import Lexicon
from routing.triage.spotting import NEARLY, Hit
from routing.triage.weighing import Weighed, weigh

_DANGER = frozenset({Kind.RED, Kind.SIGN})
_DENIABLE = frozenset({Kind.RED, Kind.SIGN, Kind.TOPIC, Kind.STATE, Kind.YELLOW, Kind.FLAG, Kind.DISTRESS})
_NOTHING_DENIES = frozenset(
    {"dialysis", "chemotherapy", "medicine", "infant", "ambulance", "vital_medicine", "diabetes", "oxygen"}
)
"""What these speak of is a danger when it is missing (“no insulin”)."""


@dataclass(frozen=True)
class Heard:
    """A line of a text with the words found in it, and those that are denied."""

    line: Cut
    hits: tuple[Hit, ...]
    denied: tuple[Hit, ...]


def listen(text: str, words: Lexicon) -> Iterator[Heard]:
    """Yield what is heard in each line, and at last in all of them together, if there is more than one."""
    lines, offset = [], 0
    for part in text.split("\n"):
        line = cut(part, words.language, offset)
        offset += len(part) + 1
        if line.units:
            lines.append(line)
            yield _hear(line, words)
    if len(lines) > 1:
        yield _hear(_joined(lines), words)


def weighed(heard: Heard, words: Lexicon) -> Iterator[Weighed]:
    """Yield each stretch of what was heard with its score."""
    return weigh(heard.line, heard.hits, heard.denied, words.weights, words.language)


def _hear(line: Cut, words: Lexicon) -> Heard:
    hits = list(_longest_wins(words.spotter.hits(line)))
    no = [hit for hit in hits if _is_denied(hit, line, words)]
    denied = tuple(hit for hit in hits if hit in no or (hit.entry.kind in _DENIABLE and _inside(hit, no)))
    return Heard(line, tuple(hit for hit in hits if hit not in denied), denied)


def _inside(hit: Hit, others: list[Hit]) -> bool:
    return any(_holds(other, hit) for other in others)


def _longest_wins(hits: list[Hit]) -> Iterator[Hit]:
    """Leave out what calms inside a word of danger (“过去” in “晕过去”), and danger inside a longer calm (“跳楼价”)."""
    danger = [hit for hit in hits if hit.entry.kind in _DANGER and hit.strength > NEARLY]
    calm = [hit for hit in hits if hit.entry.kind is Kind.CALM and hit.strength > NEARLY]
    for hit in hits:
        if hit.entry.kind is Kind.CALM and any(_holds(other, hit) for other in danger):
            continue
        if hit.entry.kind in _DANGER and any(_holds(other, hit) and _length(other) > _length(hit) for other in calm):
            continue
        yield hit


def _holds(outer: Hit, inner: Hit) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _length(hit: Hit) -> int:
    return hit.end - hit.start


def _is_denied(hit: Hit, line: Cut, words: Lexicon) -> bool:
    if hit.entry.kind not in _DENIABLE or hit.entry.kind is Kind.TOPIC or hit.entry.why in _NOTHING_DENIES:
        return False
    if words.language == "zh":
        before = line.words(max(0, hit.start - 5), hit.start)
        return before.endswith(words.denying) and not before.endswith(words.not_denying)
    at = hit.start - 1
    while at >= 0 and line.units[at] in words.between:
        at -= 1
    return at >= 0 and line.units[at] in words.denying


def _joined(lines: list[Cut]) -> Cut:
    return Cut(
        units=tuple(chain.from_iterable(line.units for line in lines)),
        sounds=tuple(chain.from_iterable(line.sounds for line in lines)),
        starts=tuple(chain.from_iterable(line.starts for line in lines)),
        ends=tuple(chain.from_iterable(line.ends for line in lines)),
        between=lines[0].between,
    )
