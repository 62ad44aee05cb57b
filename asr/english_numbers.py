"""Writes spoken English numbers in digits where a person would; small numbers without a unit stay in words."""

import re
from collections.abc import Sequence

_ONES = {
    word: n for n, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
}
_DIGITS = {**_ONES, "oh": 0, "o": 0}
_TEENS = {
    word: n
    for n, word in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        10,
    )
}
_TENS = {
    word: n for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_TIMES = {"double": 2, "triple": 3}
_SMALLEST, _SHORTEST_STRING = 10, 3
_UNITS = re.compile(
    r"degrees?|percent|years?|months?|weeks?|days?|hours?|minutes?|dollars?|yuan|kuai|milligrams?|mg|grams?|ml"
    r"|millilit(?:er|re)s?|kilos?|(?:kilo)?met(?:er|re)s?|tablets?|pills?|boxes|am|pm|a\.m\.|p\.m\.|o'clock"
)
_NAMED = frozenset(
    ["room", "building", "floor", "apartment", "flat", "unit", "number", "age", "aged", "line", "bus", "gate", "street"]
)


def with_digits(words: Sequence[str]) -> list[str]:
    """Return words with numbers in digits: “thirty nine point two degrees” → 39.2, “one three eight …” → 138…."""
    written: list[str] = []
    at = 0
    while at < len(words):
        taken, number = _string(words, at) or _whole(words, at) or (0, "")
        if taken and _is_written(number, words[at - 1] if at else "", words[at + taken : at + taken + 1]):
            written.append(number)
            at += taken
        else:
            written += words[at : at + max(taken, 1)]
            at += max(taken, 1)
    return written


def has_number(words: Sequence[str]) -> bool:
    """Tell whether one of these words is a part of a number."""
    return any(word in _DIGITS or word in _TEENS or word in _TENS or word in _SCALES for word in words)


def _is_written(number: str, before: str, after: Sequence[str]) -> bool:
    has_unit = bool(after and _UNITS.fullmatch(after[0])) or before in _NAMED
    return has_unit or "." in number or len(number) >= _SHORTEST_STRING or float(number) >= _SMALLEST


def _string(words: Sequence[str], at: int) -> tuple[int, str] | None:
    """Digits said one by one, at least three; “double eight” is two of them, “oh” a zero between others."""
    digits, start = "", at
    while at < len(words):
        times = _TIMES.get(words[at], 1)
        word = words[at + 1] if times > 1 and at + 1 < len(words) else words[at]
        if word not in _DIGITS or (not digits and word in {"oh", "o"}):
            break
        digits += str(_DIGITS[word]) * times
        at += 1 + (times > 1)
    return (at - start, digits) if len(digits) >= _SHORTEST_STRING else None


def _whole(words: Sequence[str], at: int) -> tuple[int, str] | None:
    """A number as such: tens and ones, hundreds, thousands; a year as “twenty twenty two”; a decimal after “point”."""
    start, total, section, part = at, 0, 0, _below_a_hundred(words, at)
    if part is None:
        return None
    taken, section = part
    at += taken
    if section in {19, 20} and (year := _below_a_hundred(words, at)) and year[1] >= _SMALLEST:
        return at + year[0] - start, f"{section}{year[1]}"
    while at < len(words) and words[at] in _SCALES:
        total, section = (total, section * 100) if words[at] == "hundred" else (total + section * _SCALES[words[at]], 0)
        at += 1
        skipped = 1 if words[at : at + 1] == ["and"] else 0
        if rest := _below_a_hundred(words, at + skipped):
            at, section = at + skipped + rest[0], section + rest[1]
    return _with_decimals(words, start, at, total + section)


def _with_decimals(words: Sequence[str], start: int, at: int, number: int) -> tuple[int, str]:
    decimals = ""
    if words[at : at + 1] == ["point"]:
        following = at + 1
        while following < len(words) and words[following] in _DIGITS:
            decimals += str(_DIGITS[words[following]])
            following += 1
        at = following if decimals else at
    return at - start, f"{number}.{decimals}" if decimals else str(number)


def _below_a_hundred(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if at >= len(words):
        return None
    word = words[at]
    if word in _TENS:
        one = _ONES.get(words[at + 1], 0) if at + 1 < len(words) else 0
        return (2, _TENS[word] * 10 + one) if one else (1, _TENS[word] * 10)
    number = _TEENS.get(word, _ONES.get(word))
    return None if number is None else (1, number)
