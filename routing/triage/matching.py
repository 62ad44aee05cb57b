"""Finds a lexicon's words in what was heard: in characters, by sound, and not where they are denied."""

import re
from collections.abc import Iterable, Iterator

from core.phonetics import sounds_in
from routing.triage.lexicon import Negations

_BY_SOUND_FROM = 3  # shorter phrases have too many namesakes
_SAME = {"can't": "cannot", "cant": "cannot", "won't": "will not", "i'm": "i am", "isn't": "is not"}


def found(phrases: Iterable[str], text: str, language: str, negations: Negations) -> Iterator[str]:
    """Yield the phrases that a text says and does not deny, each once.

    Only what is plainly denied counts as denied: a danger heard wrongly costs a minute, one passed over a life.
    """
    look = _says_in_chinese if language == "zh" else _says_in_english
    readable = tidy(text, language)
    return (phrase for phrase in phrases if look(phrase, readable, negations))


def tidy(text: str, language: str) -> str:
    """Return a text as it is matched: Chinese without spaces, English in lower case with one spelling of “cannot”."""
    if language == "zh":
        return re.sub(r"[ \t]+", "", text)
    words = re.findall(r"[a-z']+|\n", text.lower())
    return " ".join(_SAME.get(word, word) for word in words).replace("can not", "cannot")


def _says_in_chinese(phrase: str, text: str, negations: Negations) -> bool:
    if phrase in text:
        places = [match.start() for match in re.finditer(re.escape(phrase), text)]
        return any(not _denied_in_chinese(text[:at], negations) for at in places)
    return len(phrase) >= _BY_SOUND_FROM and any(sounds_in(phrase, line) for line in text.splitlines())


def _denied_in_chinese(before: str, negations: Negations) -> bool:
    return before.endswith(negations.words) and not before.endswith(negations.not_at_the_end_of)


def _says_in_english(phrase: str, text: str, negations: Negations) -> bool:
    if phrase not in text:
        return False
    pattern = re.compile(rf"\b{re.escape(phrase)}\b")
    return any(not _denied_in_english(text[: match.start()], negations) for match in pattern.finditer(text))


def _denied_in_english(before: str, negations: Negations) -> bool:
    words = before.rpartition("\n")[2].split()
    while words and words[-1] in negations.between:
        words.pop()
    return bool(words) and words[-1] in negations.words
