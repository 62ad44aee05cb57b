"""Cuts what was said into units that can be compared: characters with syllables in Mandarin, stems in English."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.phonetics import english_code, syllables
from knowledge.words import stem

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_SPELT_OUT = {
    "can't": "cannot",
    "cant": "cannot",
    "won't": "will not",
    "wont": "will not",
    "shan't": "shall not",
    "ain't": "is not",
    "dont": "do not",
    "im": "i am",
}
_ENDINGS = (("n't", " not"), ("'m", " am"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'d", ""), ("'s", ""))


@dataclass(frozen=True)
class Cut:
    """One line of a text, cut into units; `starts` and `ends` are places in the whole text."""

    units: tuple[str, ...]
    sounds: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    between: str
    """What joins units to the words they were: nothing in Mandarin, a space in English."""

    def words(self, start: int, end: int) -> str:
        """Return the units from one place to another as one string."""
        return self.between.join(self.units[start:end])


def cut(line: str, language: str, offset: int = 0) -> Cut:
    """Cut one line, `zh` or `en`; what belongs to neither language is passed over."""
    return _cut_mandarin(line, offset) if language == "zh" else _cut_english(line, offset)


def _cut_mandarin(line: str, offset: int) -> Cut:
    found = [(match.group(), offset + match.start()) for match in _HAN.finditer(line)]
    units = tuple(character for character, _ in found)
    starts = tuple(at for _, at in found)
    return Cut(units, tuple(map(_syllable, units)), starts, tuple(at + 1 for at in starts), "")


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return syllables(character)[0]


def _cut_english(line: str, offset: int) -> Cut:
    units: list[str] = []
    sounds: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _WORD.finditer(line.lower().replace("’", "'")):
        for unit, sound in _english_units(match.group()):
            units.append(unit)
            sounds.append(sound)
            starts.append(offset + match.start())
            ends.append(offset + match.end())
    return Cut(tuple(units), tuple(sounds), tuple(starts), tuple(ends), " ")


@lru_cache(maxsize=30_000)
def _english_units(word: str) -> tuple[tuple[str, str], ...]:
    """Return a word's units, more than one where it is a contraction (“won't”)."""
    word = _SPELT_OUT.get(word, word)
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            word = word.removesuffix(ending) + instead
            break
    return tuple((stem(part), english_code(part)) for part in word.split())
