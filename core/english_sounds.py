"""How an English word sounds: its consonants by sound, a vowel only as “there is one” at the start; knows no meaning.

After the published rules of Lawrence Philips' Metaphone (1990), with the Greek words of medicine put right.
"""

import re
import unicodedata
from functools import lru_cache

_LONGEST = 64

_RESPELT = tuple(
    (re.compile(pattern), spelt)
    for pattern, spelt in (
        (r"[^a-z]", ""),
        (r"^(?:[gkp](?=n)|p(?=[st])|w(?=r))", ""),
        (r"^x", "s"),
        (r"^who", "ho"),
        (r"wh", "w"),
        (r"^rh|rrh", "r"),
        (r"([^cg])\1+", r"\1"),
    )
)

_SOUNDS = tuple(
    (re.compile(pattern), code)
    for pattern, code in (  # at each place the first that fits is taken
        (r"mb(?=s?$|ed$|ing$)", "M"),
        (r"sch", "SK"),
        (r"(?<=stoma)ch|(?<=sy)ch|(?<=te)ch(?=n)|(?<=ar)ch(?=i[tv])|^ch(?=[lr]|em|ol)", "K"),
        (r"(?<=^a)che|(?<=[dhkr]a)che", "K"),
        (r"tch|ch|sh|ci(?=[aou])|[st]i(?=[ao]|en[tc])", "X"),
        (r"ph|[fv]|(?<=(?<!s)lau)gh|(?<=[ct]ou)gh|(?<=^rou)gh|(?<=nou)gh", "F"),
        (r"(?<=s)th(?=m)|(?<=s)t(?=le|en|mas)|(?<=^t)w(?=o)|(?<=s)w(?=er|or)", ""),
        (r"^th(?=om)", "T"),
        (r"th", "0"),
        (r"cc(?=[ei])|x", "KS"),
        (r"sc(?=[eiy])|[sz]|c(?=[eiy])", "S"),
        (r"dg(?=[eiy])|j", "J"),
        (r"^g(?=et|iv|irl|ift|ear)|^gh|gu(?=[ei])|gg|c[ckq]|[ckq]", "K"),
        (r"gh|g(?=n(?:s|ed|ing)?$)", ""),
        (r"g(?=[eiy])", "J"),
        (r"g", "K"),
        (r"[dt]", "T"),
        (r"b", "B"),
        (r"p", "P"),
        (r"l", "L"),
        (r"m", "M"),
        (r"n", "N"),
        (r"r", "R"),
        (r"h(?=[aeiouy])", "H"),
        (r"w(?=[aeiouy])", "W"),
        (r"y(?=[aeiou])", "Y"),
        (r"^[aeiouy]", "A"),
        (r".", ""),
    )
)


@lru_cache(maxsize=20_000)
def english_code(word: str) -> str:
    """Return how a word sounds as a short code (`phone` and `fone` are both `FN`); empty when nothing in it sounds.

    B F H J K L M N P R S T W Y are themselves, X is “sh” or “ch”, 0 is “th”, A is any vowel at the start. Letters
    that are not Latin, digits and apostrophes are passed over; of a word longer than 64 characters the rest is too.
    """
    letters = unicodedata.normalize("NFKD", word[:_LONGEST]).lower()
    for pattern, spelt in _RESPELT:
        letters = pattern.sub(spelt, letters)
    code, at = "", 0
    while at < len(letters):
        sound, match = next((sound, match) for pattern, sound in _SOUNDS if (match := pattern.match(letters, at)))
        code, at = code + sound, match.end()
    return code
