"""Finds a lexicon's words in what was heard: as written, by sound, and with one syllable wrong or lost."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from routing.triage.cutting import Cut, cut
from routing.triage.entries import Entry, Kind

AS_WRITTEN, BY_SOUND, NEARLY, SHORT_BY_SOUND = 1.0, 0.9, 0.6, 0.25
_NEARLY_FROM = 4
"""Units from which a phrase is also known with one of them wrong, lost or one too many."""
_BY_SOUND_FROM = 3
_DANGER = frozenset({Kind.RED, Kind.SIGN})
_NEARLY_KNOWN = _DANGER | {Kind.PLACE}
_SURE_ONLY = frozenset(
    {Kind.PLACE, Kind.GRAVITY, Kind.GROUP, Kind.NEED, Kind.FLAG, Kind.CATEGORY, Kind.DISTRESS, Kind.YELLOW}
)
_ENGLISH_CODE_FROM = 4
_DENYING = frozenset("没不无未")
"""Must be heard for sure: 去做透析 (off to dialysis) is not 没做透析 (had none)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon that was heard, from one unit to another, and how surely."""

    entry: Entry
    start: int
    end: int
    strength: float


class Spotter:
    """One language's words, arranged so that a line is looked through once."""

    def __init__(self, entries: Iterable[Entry], language: str) -> None:
        self._language = language
        self._written: dict[str, list[Entry]] = defaultdict(list)
        self._sounds: dict[str, list[Entry]] = defaultdict(list)
        self._near: dict[str, list[Entry]] = defaultdict(list)
        self._longest = 1
        self._longest_near = 0
        for entry in entries:
            self._learn(entry)

    def _learn(self, entry: Entry) -> None:
        phrase = cut(entry.phrase, self._language)
        if not phrase.units:
            return
        self._longest = max(self._longest, len(phrase.units))
        self._written[phrase.words(0, len(phrase.units))].append(entry)
        if self._language == "en":
            code = "".join(phrase.sounds)
            if len(code) >= _ENGLISH_CODE_FROM and entry.kind in _NEARLY_KNOWN:
                self._sounds[code].append(entry)
            return
        code = _code(phrase.sounds)
        self._sounds[code].append(entry)
        if len(code) >= _NEARLY_FROM and entry.kind in _NEARLY_KNOWN:
            self._longest_near = max(self._longest_near, len(code) + 1)
            sure = {place for place, unit in enumerate(phrase.units) if unit in _DENYING}
            for near in dict.fromkeys(_neighbours(code, sure)):
                self._near[near].append(entry)

    def hits(self, line: Cut) -> list[Hit]:
        """Return what is heard in a line, the surest hearing of each word at each place."""
        return self._english_hits(line) if self._language == "en" else self._mandarin_hits(line)

    def _english_hits(self, line: Cut) -> list[Hit]:
        found: list[Hit] = []
        count = len(line.units)
        for start in range(count):
            words, code = "", ""
            for end in range(start + 1, min(count, start + self._longest) + 1):
                unit = line.units[end - 1]
                words = f"{words} {unit}" if words else unit
                code += line.sounds[end - 1]
                exact = self._written.get(words, ())
                found += [Hit(entry, start, end, AS_WRITTEN) for entry in exact]
                if len(code) >= _ENGLISH_CODE_FROM:
                    by_sound = self._sounds.get(code, ())
                    found += [Hit(entry, start, end, NEARLY) for entry in by_sound if entry not in exact]
        return found

    def _mandarin_hits(self, line: Cut) -> list[Hit]:
        found: list[Hit] = []
        count = len(line.units)
        text, code = "".join(line.units), _code(line.sounds)
        for start in range(count):
            for end in range(start + 1, min(count, start + self._longest) + 1):
                exact = self._written.get(text[start:end], ())
                found += [Hit(entry, start, end, AS_WRITTEN) for entry in exact]
                length = end - start
                if length == 1:
                    continue
                for entry in self._sounds.get(code[start:end], ()):
                    if entry in exact or (length < _BY_SOUND_FROM and entry.kind in _SURE_ONLY):
                        continue
                    found.append(Hit(entry, start, end, BY_SOUND if length >= _BY_SOUND_FROM else SHORT_BY_SOUND))
            for end in range(start + _BY_SOUND_FROM, min(count, start + self._longest_near) + 1):
                found += [Hit(entry, start, end, NEARLY) for entry in self._nearly(code[start:end])]
        return found

    def _nearly(self, code: str) -> Iterator[Entry]:
        known = self._near
        if code in known:
            yield from known[code]
        if len(code) >= _NEARLY_FROM:
            for place in range(len(code)):
                near = f"{code[:place]}?{code[place + 1 :]}"
                if near in known:
                    yield from known[near]


_CODES: dict[str, str] = {}
_PRIVATE_USE = 0xE000


def _code(sounds: tuple[str, ...]) -> str:
    """Return one sign a syllable, so that runs of them are slices of a string."""
    return "".join(_CODES.get(sound) or _CODES.setdefault(sound, chr(_PRIVATE_USE + len(_CODES))) for sound in sounds)


def _neighbours(code: str, sure: Container[int]) -> Iterator[str]:
    """Yield a phrase with each syllable wrong (`?`), each lost, and one put in between any two; some are sure."""
    for place in range(len(code)):
        if place not in sure:
            yield f"{code[:place]}?{code[place + 1 :]}"
            yield code[:place] + code[place + 1 :]
        if place:
            yield f"{code[:place]}?{code[place:]}"
