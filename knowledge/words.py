"""Cuts a spoken question into the terms search compares: character pairs in Chinese, word stems in English; pure."""

import re
import unicodedata
from collections.abc import Iterator

from knowledge.articles import Language

LONGEST_TEXT = 500
"""Characters of a question that are looked at: a caller's need is in its first minute, and time must stay bounded."""

# One Chinese character, or a run of Latin letters and digits. Spaces and punctuation fall away, so that a
# recogniser's "健康 码 红 了" and a written "健康码，红了" give the same terms.
_UNIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[a-z0-9]+")
_APOSTROPHE = re.compile(r"[’'](?:s\b)?")

# What people say around their question.
_PREAMBLE_ZH = re.compile(r"请问|你好|您好|喂|麻烦|我想问(?:一下|下)?|问一下|想咨询(?:一下)?|那个|就是说|谢谢|[嗯呃啊呀吧呢吗嘛哦]")
_FILLERS_EN = frozenset(
    "a an the and or of to in on at for with is are am was were be been it its this that these those there here i me my we "
    "us our you your he she they them do does did have has had can could may might should would will shall must please "
    "hello hi thanks thank um uh er so just if what how when where who which why any some now get got as by from about "
    "im ive id dont whats hows wheres".split()  # noqa: SIM905 - a list of sixty quoted words is no clearer
)
_SHORTEST_STEM = 3


def terms(text: str, language: Language) -> tuple[str, ...]:
    """Return the terms of a text in order, repeats kept; empty if nothing in it can be compared."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    return tuple(_chinese(plain) if language == "zh" else _english(plain))


def _chinese(text: str) -> Iterator[str]:
    units = _UNIT.findall(_PREAMBLE_ZH.sub(" ", text))
    yield from units
    yield from map("".join, zip(units, units[1:], strict=False))


def _english(text: str) -> Iterator[str]:
    for word in _UNIT.findall(_APOSTROPHE.sub("", text)):
        if word not in _FILLERS_EN:
            yield stem(word)


def stem(word: str) -> str:
    """Return an English word without its common endings, so that close, closes, closed and closing meet.

    A handful of rules, not a full stemmer: questions and phrasings are short and both go through the same rules.
    """
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("ly", ""), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") else word.removesuffix("e")
