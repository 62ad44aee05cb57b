"""How alike two callers' words are: by sound, by what they are about, by place and number; pure."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from core.models import Category
from core.phonetics import syllables

_NUMBERS = re.compile(r"\d+|[零一二三四五六七八九十百两]+(?=[号栋幢楼单元室街弄组])")
_WORDS = re.compile(r"[a-z']+")
_DIGITS = str.maketrans("零一二两三四五六七八九", "01223456789")
_SOUND, _MEANING, _PLACE = 0.6, 0.25, 0.15
_OTHER_NUMBERS = 0.5
"""What is left of the likeness when both name numbers (block, street) and none is the same."""


@dataclass(frozen=True)
class Said:
    """What one caller said."""

    text: str
    category: Category | None = None
    district: str | None = None


def likeness(one: Said, other: Said) -> float:
    """Return how alike two matters are, 0–1; 0 for other districts, or when one has no words."""
    if (one.district and other.district and one.district != other.district) or not (one.text and other.text):
        return 0.0
    meaning = float(one.category == other.category) if one.category and other.category else 0.5
    place = 1.0 if one.district and one.district == other.district else 0.5
    whole = _SOUND * _sounds_alike(one.text, other.text) + _MEANING * meaning + _PLACE * place
    numbers, others = _numbers(one.text), _numbers(other.text)
    return whole * _OTHER_NUMBERS if numbers and others and not numbers & others else whole


def _sounds_alike(one: str, other: str) -> float:
    """Compare syllables (words, in English), the longer text only where it meets the shorter."""
    first, second = sorted((_sounds(one), _sounds(other)), key=len)
    if not first:
        return 0.0
    common = (len(first) + len(second) - Indel.distance(first, second)) / 2
    return common / len(first) * min(1.0, 2 * len(first) / len(second))


def _sounds(text: str) -> tuple[str, ...]:
    return (*syllables(text), *_WORDS.findall(text.lower()))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(found.translate(_DIGITS) for found in _NUMBERS.findall(text))
