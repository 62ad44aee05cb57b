"""How words sound: Mandarin as toneless syllables with near sounds folded, English as a code of its consonants."""

import re
from functools import lru_cache
from itertools import chain

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

from core.english_sounds import english_code

__all__ = ["english_code", "pinyin", "sounds_in", "syllables"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("uang", "uan"))


@lru_cache(maxsize=20_000)
def pinyin(text: str) -> tuple[str, ...]:
    """Return the toneless syllables of the Chinese characters in a text, unfolded; all else is passed over."""
    words = seg.cut("".join(_HAN.findall(text)))
    return tuple(chain.from_iterable(map(_word_pinyin, words)))


@lru_cache(maxsize=50_000)
def _word_pinyin(word: str) -> tuple[str, ...]:
    """Look a word up whole, as how 行 sounds depends on it; once, as looking up is what takes time."""
    return tuple(lazy_pinyin(word, style=Style.NORMAL))


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Return the folded syllables of the Chinese characters in a text; everything else is passed over."""
    return tuple(_fold(syllable) for syllable in pinyin(text))


def sounds_in(phrase: str, text: str) -> bool:
    """Tell whether a Chinese phrase is heard in a text, whatever characters were written for it."""
    wanted = _in_a_row(phrase)
    return bool(wanted) and wanted in _in_a_row(text)


@lru_cache(maxsize=20_000)
def _in_a_row(text: str) -> str:
    """Return the syllables as one string, each with a space on both sides; empty for none."""
    return "".join(f" {syllable} " for syllable in syllables(text))


@lru_cache(maxsize=1_000)
def _fold(syllable: str) -> str:
    """Fold pairs that southern Mandarin and a telephone line don't keep apart (zh/z, n/l, ng/n, f/h …)."""
    for start, folded in _INITIALS:
        if syllable.startswith(start):
            syllable = folded + syllable[len(start) :]
            break
    for end, folded in _FINALS:
        if syllable.endswith(end):
            return syllable[: -len(end)] + folded
    return syllable
