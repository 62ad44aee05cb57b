"""Finds the everyday words that mean the same in a text, as written and as heard; reads this room's lists, no more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from core.phonetics import syllables
from core.settings import Language
from knowledge.words import stem, units

_SHORTEST_HEARD = 2
"""Syllables: a single one sounds like too many others."""


@dataclass(frozen=True)
class WordClasses:
    """Words as their units, and the class each word belongs to."""

    classes: Mapping[tuple[str, ...], str]
    longest: int

    def found(self, said: Sequence[str]) -> tuple[str, ...]:
        """Return the classes of the words in a text, in order; of words in words only the longest."""
        return tuple(self._found(tuple(said)))

    def _found(self, said: tuple[str, ...]) -> Iterator[str]:
        at = 0
        while at < len(said):
            for length in range(min(self.longest, len(said) - at), 0, -1):
                name = self.classes.get(said[at : at + length])
                if name:
                    yield name
                    at += length - 1
                    break
            at += 1


@cache
def written_classes(language: Language) -> WordClasses:
    """Return the classes by characters (Chinese) or stems (English)."""
    return _word_classes(
        (units(word, language) if language == "zh" else tuple(map(stem, units(word, language))), name)
        for word, name in _lines(language)
    )


@cache
def heard_classes() -> WordClasses:
    """Return the classes of Chinese words by their folded syllables."""
    heard = ((syllables(word), name) for word, name in _lines("zh"))
    return _word_classes((sounds, name) for sounds, name in heard if len(sounds) >= _SHORTEST_HEARD)


def _word_classes(words: Iterator[tuple[tuple[str, ...], str]]) -> WordClasses:
    classes: dict[tuple[str, ...], str] = {}
    for word, name in words:
        classes.setdefault(word, name)
    return WordClasses(classes, max(map(len, classes)))


def _lines(language: Language) -> Iterator[tuple[str, str]]:
    lines = (files("knowledge") / "same_meaning" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in lines if not line.startswith("#")):
        for word in line.split(", "):
            yield word, str(number)
