"""Turns a text into what the classifier compares: runs of characters, of words, and of sounds; pure."""

import re
from collections.abc import Iterator

from routing.triage.cutting import cut

_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_TEXT = 4_000
_LONGEST_RUN = 3


def characters(text: str) -> str:
    """Return a text as its runs of characters are taken: in lower case, blanks as one."""
    return _SPACE.sub(" ", text[:_LONGEST_TEXT].lower())


def sounds(text: str) -> list[str]:
    """Return the runs of one to three syllables of Mandarin and of one to two stems of English.

    Whoever is misheard says other characters, but much the same syllables.
    """
    text = text[:_LONGEST_TEXT]
    found: list[str] = []
    for line in text.splitlines():
        if _HAN.search(line):
            found += _runs(cut(line, "zh").sounds, _LONGEST_RUN, "")
        found += _runs(cut(line, "en").units, _LONGEST_RUN - 1, "=")
    return found


def _runs(units: tuple[str, ...], longest: int, mark: str) -> Iterator[str]:
    for end in range(1, len(units) + 1):
        for length in range(1, min(longest, end) + 1):
            yield mark + "-".join(units[end - length : end])
