"""Tells our own prompt, coming back from the caller's loudspeaker, from what the caller says; pure.

Only while the prompt can still be sounding, and only words that stand together in it near where it has come to by now.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from core.phonetics import syllables
from core.settings import Language

_UNITS = re.compile(r"(?P<zh>[\u3400-\u9fff])|(?P<en>[a-z']+)|(?P<digit>[0-9])")
_DIGITS: dict[Language, Sequence[str]] = {
    "zh": "零一二三四五六七八九",
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_FASTEST_SECONDS = {"zh": 0.13, "en": 0.2}
_SLOWEST_SECONDS = {"zh": 0.4, "en": 0.7}
"""How long a voice takes for a syllable of Mandarin, for a word of English."""
_LATEST_START_SECONDS = 3.0
"""The carrier fetches our answer, makes a voice of it and plays it."""
_HEARD_LATE_SECONDS = 2.0
_RUN = {"zh": 4, "en": 3}
"""So many syllables or words in a row are no coincidence."""
_MOSTLY = 0.7


@dataclass(frozen=True)
class Echo:
    """Which of the heard words are our own."""

    places: frozenset[int] = frozenset()
    """Where they stand among the heard words."""
    is_all: bool = False
    """The caller said nothing, as far as can be told now."""


@dataclass(frozen=True)
class _Unit:
    """A syllable or a word of a prompt, and when it can be heard at all, in seconds after the prompt was given."""

    sound: str
    earliest: float
    latest: float


def find_echo(
    words: Sequence[str],
    language: Language,
    prompt: str,
    *,
    given_seconds_ago: float,
    began_seconds_ago: float,
    final: bool,
) -> Echo:
    """Find the words of the prompt among those that were heard.

    Args:
        words: what was heard of an utterance so far, or (`final`) in all.
        language: of what was heard.
        prompt: the sentences that the caller was given last.
        given_seconds_ago: when that was.
        began_seconds_ago: when the utterance began.
        final: a word or two of the prompt, said into it, are the caller's once nothing more has come; before that
            they may be the beginning of an echo.
    """
    began = given_seconds_ago - began_seconds_ago - _HEARD_LATE_SECONDS
    nearby = [
        unit.sound for unit in _spoken(prompt, language) if unit.earliest <= given_seconds_ago and unit.latest >= began
    ]
    heard = [(sound, place) for place, word in enumerate(words) for sound, _ in _sounds(word, language)]
    if not nearby or not heard:
        return Echo()
    blocks = SequenceMatcher(None, nearby, [sound for sound, _ in heard], autojunk=False).get_matching_blocks()
    if not final and len(heard) < _RUN[language]:
        return Echo(is_all=any(block.size == len(heard) for block in blocks))
    echoed = {at for block in blocks if block.size >= _RUN[language] for at in range(block.b, block.b + block.size)}
    strange = {place for at, (_, place) in enumerate(heard) if at not in echoed}
    return Echo(frozenset(range(len(words))) - strange, is_all=len(echoed) >= _MOSTLY * len(heard))


def may_sound(prompt: str, language: Language, given_seconds_ago: float) -> bool:
    """Tell whether a prompt may still be heard, or not yet."""
    spoken = _spoken(prompt, language)
    return bool(spoken) and given_seconds_ago <= spoken[-1].latest


@lru_cache(maxsize=256)
def _spoken(prompt: str, language: Language) -> tuple[_Unit, ...]:
    earliest, latest, units = 0.0, _LATEST_START_SECONDS, []
    for sound, spoken_in in _sounds(prompt, language):
        latest += _SLOWEST_SECONDS[spoken_in]
        units.append(_Unit(sound, earliest, latest))
        earliest += _FASTEST_SECONDS[spoken_in]
    return tuple(units)


def _sounds(text: str, language: Language) -> list[tuple[str, str]]:
    """Return the syllables and words of a text with the language that each is spoken in; digits in the text's own."""
    return [_sound(match, language) for match in _UNITS.finditer(text.lower())]


def _sound(match: re.Match[str], language: Language) -> tuple[str, str]:
    if match["en"]:
        return match["en"], "en"
    if match["zh"]:
        return "".join(syllables(match["zh"])), "zh"
    spoken = _DIGITS[language][int(match["digit"])]
    return ("".join(syllables(spoken)) or spoken), language
