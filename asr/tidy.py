"""Makes words readable as a person would have written them down: spaced, no fillers, no stutter, numbers in digits.

Nothing else is changed; what was heard word by word is kept beside it by whoever asks.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from asr import chinese_numbers, english_numbers
from core.settings import Language

NOT_UNDERSTOOD = "…"
"""Stands in the text for words that the model does not know, so that the reader sees that something was said."""

_NOT_A_WORD = re.compile(r"[\[<].*[\]>]")  # [unk], <UNK>, [noise]: every model has its own
_UNSPACED = re.compile(r"[…\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_HAN = "\u3400-\u9fff"
_NUMERALS = "零〇幺一二两三四五六七八九十百千万亿半几"
_SOUND = f"(?![{_NUMERALS}])[{_HAN}]"
_CHINESE = tuple(
    (re.compile(pattern, re.MULTILINE), written)
    for pattern, written in (
        (rf"(?<=[{_HAN}…])[ \t]+(?=[{_HAN}…])", ""),
        ("嗯+|唔+|(?<!打)呃+(?!逆)|(?:就是说|那个|这个){2,}", ""),
        ("^(?:那个|这个|就是说|就是)(?=[我你您他她请])", ""),
        (r"([我你您他她这那就在给把跟])\1+(?!\1)", r"\1"),
        (rf"([我你您他她](?:{_SOUND}){{1,3}}|(?:{_SOUND}){{3,4}})\1+", r"\1"),
        (rf"((?:{_SOUND}){{2}})\1{{2,}}", r"\1"),
    )
)
_ENGLISH_FILLERS = frozenset(["um", "umm", "uh", "uhh", "er", "erm", "hm", "hmm", "mm", "mhm"])
_STUTTERED = frozenset(
    [
        "i",
        "we",
        "you",
        "he",
        "she",
        "they",
        "it",
        "the",
        "a",
        "an",
        "my",
        "our",
        "your",
        "to",
        "and",
        "is",
        "in",
        "of",
        "for",
        "with",
        "need",
        "want",
        "can",
    ]
)
_LONGEST_REPEAT = 4
_MOST_ROUNDS = 20


def is_word(word: str) -> bool:
    """Tell whether the model knows a word; `[unk]` and noises are none."""
    return not _NOT_A_WORD.fullmatch(word)


def readable(words: Iterable[str]) -> str:
    """Write words as a person would: spaces around Latin letters, not between Chinese, one `…` for what is unknown."""
    known = [word if is_word(word) else NOT_UNDERSTOOD for word in words]
    once = [word for before, word in pairwise(["", *known]) if not before == word == NOT_UNDERSTOOD]
    return "".join(_space(before, word) + word for before, word in pairwise(["", *once]))


def _space(before: str, word: str) -> str:
    if not before or (_UNSPACED.match(before[-1]) and _UNSPACED.match(word[0])):
        return ""
    return " "


def tidy(text: str, language: Language) -> str:
    """Return a recognised text made readable, line by line; tidying twice changes nothing.

    Words come as the recogniser gives them: no punctuation, English in lower case. A text that is nothing but fillers
    becomes empty.
    """
    once = _chinese if language == "zh" else _english
    return "\n".join(_until_nothing_changes(once, line) for line in text.split("\n"))


def _until_nothing_changes(once: Callable[[str], str], line: str) -> str:
    for _ in range(_MOST_ROUNDS):
        before, line = line, once(line)
        if line == before:
            break
    return line


def _chinese(line: str) -> str:
    for pattern, written in _CHINESE:
        line = pattern.sub(written, line)
    return chinese_numbers.with_digits(line).strip()


def _english(line: str) -> str:
    words = [word for word in line.split() if word not in _ENGLISH_FILLERS]
    return " ".join(english_numbers.with_digits(_without_repeats(words)))


def _without_repeats(words: Sequence[str]) -> list[str]:
    """Leave out what was begun twice: “i i need”, “my mother my mother”; one word only if nobody means it twice."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for length in range(1, _LONGEST_REPEAT + 1):
            again = kept[-length:]
            if again == kept[-2 * length : -length] and _is_stutter(again):
                del kept[-length:]
                break
    return kept


def _is_stutter(words: Sequence[str]) -> bool:
    return all(word in _STUTTERED for word in words) or (len(words) > 1 and not english_numbers.has_number(words))
