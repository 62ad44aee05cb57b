"""Judges how alike what was heard and a listed name are; the same sound alone is not enough to propose it."""

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from core.phonetics import english_code
from core.settings import Language

SHORTEST_SYLLABLES, SHORTEST_CODE = 3, 5
"""Shorter names have too many namesakes: proposing them would be guessing."""

_SMALL_IN_CHINESE = frozenset("不没别可了的地得吗呢吧啊是在有就也都和")
_SMALL_IN_ENGLISH = re.compile(
    "an?|and|any|am|are|at|be|but|by|for|from|he|her|him|his|i|in|is|it|my|no|not|of|on|or|she|so|the|them|to|we|with|you"
)
_LIKE_ENOUGH = 65.0
"""Least likeness of the letters, in percent: the code of an English word forgets its vowels."""


def code_of(words: Sequence[str]) -> str:
    """Return how words sound in one breath: a vowel counts only at the start of the first."""
    first, *others = [english_code(word) for word in words] or [""]
    return first + "".join(code.removeprefix("A") for code in others)


def is_like(term: str, heard: str) -> bool:
    """Tell whether an English term and what was heard have enough letters in common to be one name."""
    return ratio(_letters(term), _letters(heard)) >= _LIKE_ENOUGH


def only_small_words_differ(heard: str, term: str, language: Language) -> bool:
    """Tell whether the exchange would only take a 不, 了, and, him … away: “住院不方便” means no 住院部."""
    if language == "zh":
        return {one for one, other in zip(heard, term, strict=True) if one != other} <= _SMALL_IN_CHINESE
    if _letters(heard) == _letters(term):  # only divided otherwise
        return False
    telling = _letters("".join(word for word in heard.split() if not _SMALL_IN_ENGLISH.fullmatch(word)))
    return len(telling) >= SHORTEST_CODE and telling in _letters(term)


def _letters(text: str) -> str:
    return text.casefold().replace(" ", "")
