"""Cuts a question into the terms search compares: characters and their pairs in Chinese, stems in English; pure."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from core.settings import Language

LONGEST_TEXT = 500
"""Characters of a question that are looked at: a need is said in the first two minutes, and time must stay bounded."""

# One Chinese character, or a run of Latin letters and digits. Spaces fall away first, so that a recogniser's
# "健康 码 红 了" and a written "健康码红了" give the same terms.
_UNIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[a-z0-9]+")
_SPACE = re.compile(r"\s+")
_APOSTROPHE = re.compile(r"[’'](?:s\b)?")

# What people say around a question, and the words that all questions share: neither tells one from another.
_FILLERS_ZH = re.compile(
    "请问|你好|您好|麻烦|想问一下|想问下|问一下|想咨询一下|咨询|那个|就是说|谢谢|"
    "什么时候|怎么办|怎么样|为什么|什么|怎么|能不能|可不可以|可以|有没有|要不要|是不是|会不会|哪里|哪儿|哪些|哪个|哪天|"
    "多少|多久|需要|应该|现在|期间|我们|你们|有人|"
    "[嗯呃啊呀吧呢吗嘛哦喂哎我你您了的是在去要能有谁找还就都也和会想该到被把让给不]"
)
_FILLERS_EN = re.compile(
    r"\b(?:an?|the|and|or|of|to|into|in|on|at|for|with|as|by|from|about|up|down|out|off|it|its|this|that|these|those|"
    r"there|here|i|me|my|we|us|our|you|your|he|him|his|she|hers?|they|them|am|is|are|was|were|been?|do|does|did|have|has|"
    r"had|can|could|cannot|may|might|should|would|will|shall|must|not|no|if|so|just|now|any|some|many|much|long|what|how|"
    r"when|where|whom?|which|why|get|got|go|come|take|need|want|someone|people|nobody|please|hello|hi|thanks?|um|uh|er|"
    r"im|ive|id|dont|cant|whats|hows|wheres|myself|yourself|himself|herself|themselves|ourselves)\b"
)
_SHORTEST_STEM = 3

# Greetings and the noises people make while they think: what is left may be a question.
_COURTESIES = re.compile(
    r"请问|你好|您好|喂|麻烦|想问一下|想问下|问一下|那个|就是说|谢谢|[嗯呃啊呀吧呢嘛哦哎]|"
    r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening)|please|thanks?(?: you)?|um+|uh+|er+|well|so|yes|no)\b"
)
_SHORTEST_QUESTION = {"zh": 3, "en": 2}
"""Characters or words: “停电了” asks something, “停电” is a word and may mean anything."""


def terms(text: str, language: Language) -> tuple[str, ...]:
    """Return the terms of a text in order, repeats kept; empty if nothing in it can be compared."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    return tuple(_chinese(plain) if language == "zh" else _english(plain))


def is_question(text: str, language: Language) -> bool:
    """Return whether a text says enough to be looked up: more than a greeting or a single word."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    if language == "zh":
        plain = _SPACE.sub("", plain)
    return len(_UNIT.findall(_COURTESIES.sub(" ", plain))) >= _SHORTEST_QUESTION[language] and bool(
        terms(text, language)
    )


def _chinese(text: str) -> Iterator[str]:
    for part in _FILLERS_ZH.split(_SPACE.sub("", text)):
        units = _UNIT.findall(part)
        yield from units
        yield from map("".join, pairwise(units))


def _english(text: str) -> Iterator[str]:
    return map(stem, _UNIT.findall(_FILLERS_EN.sub(" ", _APOSTROPHE.sub("", text))))


def stem(word: str) -> str:
    """Return an English word without its common endings, so that close, closes, closed and closing meet.

    A handful of rules, not a full stemmer: questions and phrasings are short, and both go through the same rules.
    """
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word
