"""Makes the errors that recognition makes, from a seed: to train on and to measure with, never on a caller's words.

Mandarin: of the characters hit, 55 % become another of the same toneless sound, 20 % one of a near sound, 15 % are
lost, 10 % are followed by a particle. English: near spellings, words lost, torn apart, or a filler put in. Fillers
start every second text, and punctuation goes.
"""

import random
import re
from collections import defaultdict
from functools import cache

from pypinyin import lazy_pinyin

_HAN = re.compile(r"[\u4e00-\u9fff]")
_NEAR_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"), ("r", "l"))
_NEAR_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_FILLERS = ("那个", "喂你好", "嗯", "就是说", "我想问一下", "请问一下啊", "哎")
_PARTICLES = "啊呢的了那个"
_ENGLISH_FILLERS = ("um", "hello", "well", "you know", "so", "i wanted to ask")
_NEAR_SPELLINGS = (
    *(("sh", "s"), ("th", "f"), ("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ea", "ee"), ("ou", "ow"), ("ow", "ou")),
    *(("ai", "ay"), ("igh", "ie"), ("er", "a"), ("tion", "shun"), ("b", "p"), ("p", "b"), ("d", "t"), ("t", "d")),
    *(("v", "f"), ("g", "k"), ("m", "n"), ("n", "m"), ("i", "e"), ("e", "i"), ("o", "u"), ("a", "u")),
)
_SAME, _NEAR, _LOST = 0.55, 0.75, 0.90
_WORD_LOST, _WORD_FOLLOWED, _WORD_TORN = 0.15, 0.25, 0.40
_FIRST_PLANE, _AFTER_FIRST_PLANE = 0xB0, 0xD8
"""Rows of GB 2312 that hold the 3,755 commonest characters, in the order of their sounds."""
_TORN_FROM = 6


def mishear(text: str, language: str, rate: float, chance: random.Random) -> str:
    """Return a text as a poor recogniser would hear it; `rate` is the share of characters (words) that are hit."""
    return _mishear_mandarin(text, rate, chance) if language == "zh" else _mishear_english(text, rate, chance)


def _mishear_mandarin(text: str, rate: float, chance: random.Random) -> str:
    heard = [chance.choice(_FILLERS)] if chance.random() < 1 / 2 else []
    for character in re.sub(r"[^\u4e00-\u9fffA-Za-z0-9\n]", "", text):
        hit = _HAN.match(character) and chance.random() < rate
        heard.append(_misheard(character, chance) if hit else character)
    return "".join(heard)


def _misheard(character: str, chance: random.Random) -> str:
    kind, sound = chance.random(), lazy_pinyin(character)[0]
    if kind < _NEAR:
        near = _near_sounds(sound) if kind >= _SAME else ()
        others = _characters().get(chance.choice(near) if near else sound, "").replace(character, "")
        return chance.choice(others) if others else character
    return "" if kind < _LOST else character + chance.choice(_PARTICLES)


@cache
def _characters() -> dict[str, str]:
    """Return the common characters of each toneless syllable."""
    table: dict[str, str] = defaultdict(str)
    for high in range(_FIRST_PLANE, _AFTER_FIRST_PLANE):
        for low in range(0xA1, 0xFF):
            character = bytes((high, low)).decode("gb2312", errors="ignore")
            if character:
                table[lazy_pinyin(character)[0]] += character
    return dict(table)


@cache
def _near_sounds(sound: str) -> tuple[str, ...]:
    near = set()
    for one, other in (*_NEAR_INITIALS, *((b, a) for a, b in _NEAR_INITIALS)):
        if sound.startswith(one) and not (one in "zcs" and sound[1:2] == "h"):
            near.add(other + sound[len(one) :])
    for one, other in (*_NEAR_FINALS, *((b, a) for a, b in _NEAR_FINALS)):
        if sound.endswith(one):
            near.add(sound[: -len(one)] + other)
    return tuple(sorted(near & _characters().keys() - {sound}))


def _mishear_english(text: str, rate: float, chance: random.Random) -> str:
    heard = [chance.choice(_ENGLISH_FILLERS)] if chance.random() < 1 / 2 else []
    words = re.findall(r"[a-z0-9']+", text.lower())
    heard += [_misheard_word(word, chance) if chance.random() < rate else word for word in words]
    return " ".join(filter(None, heard))


def _misheard_word(word: str, chance: random.Random) -> str:
    kind = chance.random()
    if kind < _WORD_LOST:
        return ""
    if kind < _WORD_FOLLOWED:
        return f"{word} {chance.choice(('uh', 'um', 'the', 'a', 'like'))}"
    if kind < _WORD_TORN and len(word) >= _TORN_FROM:
        return f"{word[: len(word) // 2]} {word[len(word) // 2 :]}"
    for one, other in chance.sample(_NEAR_SPELLINGS, len(_NEAR_SPELLINGS)):
        if one in word:
            return word.replace(one, other, 1)
    return word
