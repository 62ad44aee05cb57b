"""Prepares the words of a transcript for the screen: where each starts, how clearly it was heard, what it decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.orders.reading_one import HeardWord

_CLEAR_FROM = 0.6
_KEY = "key"  # a reason that was pressed, not said


@dataclass(frozen=True)
class ShownWord:
    """One word on the screen."""

    text: str
    at_seconds: float
    unclear: bool
    why: str | None
    """What it speaks for, if it helped to decide."""


def shown_words(words: Sequence[HeardWord], reasons: Sequence[tuple[str, str]], language: str) -> tuple[ShownWord, ...]:
    """Return the words with marks; a deciding phrase may run over several of them."""
    deciding = _deciding(words, reasons, language)
    return tuple(
        ShownWord(word.text, word.start_seconds, word.confidence < _CLEAR_FROM, deciding.get(place))
        for place, word in enumerate(words)
    )


def _deciding(words: Sequence[HeardWord], reasons: Sequence[tuple[str, str]], language: str) -> dict[int, str]:
    gap = "" if language == "zh" else " "
    starts, text = [], gap
    for word in words:
        starts.append(len(text))
        text += word.text.casefold() + gap
    marks: dict[int, str] = {}
    for phrase, why in reasons:
        for first, last in _places(text, gap + phrase.casefold() + gap, gap) if why != _KEY else ():
            for place, start in enumerate(starts):
                if start < last and start + len(words[place].text) > first:
                    marks.setdefault(place, why)
    return marks


def _places(text: str, phrase: str, gap: str) -> Iterator[tuple[int, int]]:
    at = text.find(phrase)
    while at >= 0 and phrase.strip():
        yield at + len(gap), at + len(phrase) - len(gap)
        at = text.find(phrase, at + 1)
