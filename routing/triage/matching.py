"""Finds a lexicon's words in what was heard: in characters, by sound, and not where they are denied."""

import re
from collections.abc import Iterable, Iterator

from core.phonetics import sounds_in

_BY_SOUND_FROM = 3  # shorter phrases have too many namesakes
_WORDS_BEFORE = 3
_CHARACTERS_BEFORE = 2
_SAME = {"can't": "cannot", "cant": "cannot", "won't": "will not", "i'm": "i am", "isn't": "is not"}


def found(phrases: Iterable[str], text: str, language: str, negations: tuple[str, ...]) -> Iterator[str]:
    """Yield the phrases that a text says and does not deny, each once."""
    look = _says_in_chinese if language == "zh" else _says_in_english
    readable = tidy(text, language)
    return (phrase for phrase in phrases if look(phrase, readable, negations))


def tidy(text: str, language: str) -> str:
    """Return a text as it is matched: Chinese without spaces, English in lower case with one spelling of “cannot”."""
    if language == "zh":
        return re.sub(r"[ \t]+", "", text)
    words = re.findall(r"[a-z']+|\n", text.lower())
    return " ".join(_SAME.get(word, word) for word in words).replace("can not", "cannot")


def _says_in_chinese(phrase: str, text: str, negations: tuple[str, ...]) -> bool:
    places = [match.start() for match in re.finditer(re.escape(phrase), text)]
    if places:
        return any(not _denied_before(text[:at], negations) for at in places)
    return len(phrase) >= _BY_SOUND_FROM and any(sounds_in(phrase, line) for line in text.splitlines())


def _denied_before(before: str, negations: tuple[str, ...]) -> bool:
    nearest = before.splitlines()[-1] if before and not before.endswith("\n") else ""
    return any(negation in nearest[-_CHARACTERS_BEFORE - len(negation) + 1 :] for negation in negations)


def _says_in_english(phrase: str, text: str, negations: tuple[str, ...]) -> bool:
    pattern = re.compile(rf"\b{re.escape(phrase)}\b")
    places = [match.start() for match in pattern.finditer(text)]
    return any(not set(text[:at].split()[-_WORDS_BEFORE:]) & set(negations) for at in places)
