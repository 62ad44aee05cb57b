"""Turns a text into the terms it is found by: as it is written, and as it sounds; pure.

A recogniser writes wrong characters with the right sound, so neither channel is enough: sound alone mixes up what
only writing keeps apart, writing alone loses every misheard word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise

from core.phonetics import english_code, syllables
from core.settings import Language
from knowledge.meanings import heard_classes, written_classes
from knowledge.words import LONGEST_QUESTION, stem, telling, units

Unit = tuple[str, str]
"""A character or word: as it is written, and as it sounds."""

Terms = Mapping[str, tuple[str, ...]]
"""Of each kind the terms, in order."""


@dataclass(frozen=True)
class Kind:
    """One kind of term, and what it weighs in a short text and in a long one.

    In a long text single characters are found by chance, so there order tells more.
    """

    name: str
    short: float
    long: float

    def weight(self, longness: float) -> float:
        return self.short + (self.long - self.short) * longness


KINDS: Mapping[Language, tuple[Kind, ...]] = {
    "zh": (
        Kind("character", 1, 1),
        Kind("pair", 0.3, 1),
        Kind("meaning", 0.5, 0.5),
        Kind("syllable", 1, 1),
        Kind("syllable pair", 0.3, 1),
        Kind("syllable gap", 0, 0.5),
        Kind("heard meaning", 0.5, 0.5),
    ),
    "en": (
        Kind("word", 1, 1),
        Kind("telling word", 1, 1),
        Kind("meaning", 1, 0.5),
        Kind("letters", 0.1, 0.1),
        Kind("code", 0.3, 0.3),
    ),
}
"""Set by measuring, see docs/knowledge.md: each on its own helps or does not harm on every set."""

TELLING: Mapping[Language, tuple[str, str]] = {"zh": ("character", "syllable"), "en": ("telling word", "code")}
"""The kinds of a telling unit, written and heard."""

_SHORT, _LONG = 30, 100
_LETTERS = (3, 4, 5)


def sounded(text: str, language: Language) -> tuple[Unit, ...]:
    """Return the units of a text, each as (written, heard); an English word that makes no sound is heard as ""."""
    said = units(text, language)
    heard = _syllables(said) if language == "zh" else (english_code(stem(word)) for word in said)
    return tuple(zip(said, heard, strict=True))


def terms(said: tuple[Unit, ...], language: Language) -> Terms:
    """Return the terms of a text's units by kind; of no units there are none of any."""
    return _chinese(said) if language == "zh" else _english(said)


def longness(unit_count: int) -> float:
    """Return 0 for texts as short as a question, 1 for those of a hundred units and more."""
    return min(max((unit_count - _SHORT) / (_LONG - _SHORT), 0), 1)


@lru_cache(maxsize=50_000)
def told(question: str, language: Language) -> tuple[Unit, ...]:
    """Return the units of a question that tell it from others, each as (written, heard), English ones as stems."""
    chosen = telling(units(question[:LONGEST_QUESTION], language), language)
    if language == "zh":
        return tuple(zip(chosen, _syllables(chosen), strict=True))
    return tuple((stem(word), english_code(stem(word))) for word in chosen)


def _chinese(said: tuple[Unit, ...]) -> Terms:
    characters = tuple(written for written, _ in said)
    sounds = tuple(heard for _, heard in said)
    return {
        "character": characters,
        "pair": tuple(map("".join, pairwise(characters))),
        "meaning": written_classes("zh").found(characters),
        "syllable": sounds,
        "syllable pair": tuple(map(" ".join, pairwise(sounds))),
        "syllable gap": tuple(f"{one} _ {other}" for one, other in zip(sounds, sounds[2:], strict=False)),
        "heard meaning": heard_classes().found(sounds),
    }


def _english(said: tuple[Unit, ...]) -> Terms:
    words = tuple(word for word, _ in said)
    stems = tuple(map(stem, words))
    return {
        "word": stems,
        "telling word": tuple(map(stem, telling(words, "en"))),
        "meaning": written_classes("en").found(stems),
        "letters": tuple(chain.from_iterable(map(_letters, stems))),
        "code": tuple(code for _, code in said if code),
    }


@lru_cache(maxsize=20_000)
def _letters(word: str) -> tuple[str, ...]:
    edged = f"^{word}$"
    return tuple(edged[at : at + length] for length in _LETTERS for at in range(len(edged) - length + 1))


def _syllables(characters: Iterable[str]) -> tuple[str, ...]:
    """Return the folded syllable of each character; what is no Chinese character stays as it is written."""
    runs = (list(run) for _, run in groupby(characters, str.isascii))
    return tuple(chain.from_iterable(run if run[0].isascii() else _syllable_each("".join(run)) for run in runs))


def _syllable_each(characters: str) -> Iterable[str]:
    together = syllables(characters)
    # Characters too rare to have a known sound come out in one piece.
    return together if len(together) == len(characters) else ("".join(syllables(one)) for one in characters)
