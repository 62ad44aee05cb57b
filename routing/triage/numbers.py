"""Hears the numbers that matter in a call: ages, temperatures, telephone numbers, days without, due dates; pure."""

import re
from collections.abc import Iterator

from routing.triage.verdict import Number

_DIGITS = dict(zip("零〇一二两三四五六七八九幺", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_ZH = rf"[{''.join(_DIGITS)}十百半]+(?:点[{''.join(_DIGITS)}]+)?|\d+(?:\.\d+)?"
_SPOKEN_DIGITS = rf"(?:[{''.join(_DIGITS)}]|\d)"
_EN_VALUES = {
    **dict(
        zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), range(10), strict=True)
    ),
    **dict(zip(("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"), range(10, 17), strict=True)),
    **dict(zip(("seventeen", "eighteen", "nineteen"), range(17, 20), strict=True)),
    **dict(zip(("twenty", "thirty", "forty", "fifty", "sixty"), range(20, 70, 10), strict=True)),
    **dict(zip(("seventy", "eighty", "ninety"), range(70, 100, 10), strict=True)),
}
_EN_WORD = rf"(?:{'|'.join(sorted(_EN_VALUES, key=len, reverse=True))}|couple of|\d+(?:\.\d+)?)"
_EN = rf"{_EN_WORD}(?:[ -](?:and a half|(?:point )?{_EN_WORD}))*"
_WARMEST, _COLDEST, _OLDEST = 43.5, 34.0, 120
_SHORTEST_PHONE = 7

_PATTERNS = {
    "zh": (
        ("phone", rf"(?<![{''.join(_DIGITS)}\d])({_SPOKEN_DIGITS}{{7,12}})(?!{_SPOKEN_DIGITS})"),
        ("temperature", rf"(?:烧到|体温|烧|发热)?({_ZH})度([{''.join(_DIGITS)}半]?)"),
        ("temperature", rf"(?:烧到|体温|烧)({_ZH})"),
        ("age_years", rf"({_ZH})岁"),
        ("age_months", rf"({_ZH})个月(?:大|的(?:宝|娃|孩|婴))"),
        ("weeks_pregnant", rf"(?:怀孕|孕|怀了)({_ZH})周"),
        ("days_without", rf"(?:断|停|没|缺)(?:了)?[^\n]{{0,6}}?({_ZH})(?:天|日)"),
        ("days_without", rf"({_ZH})天没"),
        ("days_left", rf"(?:只|还|能|够|剩)[^\n]{{0,5}}?({_ZH})天"),
        ("people", rf"({_ZH})(?:个|口)人"),
    ),
    "en": (
        ("phone", r"\b((?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|\d+)[ -]?){7,12})\b"),
        ("temperature", rf"\b(?:temperature(?: is| of|'s)?|fever of|burning at) ({_EN})"),
        ("temperature", rf"\b({_EN}) degrees"),
        ("age_years", rf"\b({_EN})[ -]years?[ -]old"),
        ("age_years", rf"\b(?:he|she|i|mum|dad|gran)(?:'s| is|'m| am) ({_EN})(?= and|$|\n)"),
        ("age_months", rf"\b({_EN})[ -]months?[ -]old"),
        ("weeks_pregnant", rf"\b({_EN}) weeks (?:pregnant|gone|along)"),
        ("days_without", rf"\b(?:no|without|out of|missed)\b[^\n]{{0,40}}?\bfor ({_EN}) days?"),
        ("days_left", rf"\b({_EN}) days? left"),
        ("people", rf"\b({_EN}) (?:people|of us)\b"),
    ),
}


def numbers_in(text: str, language: str) -> tuple[Number, ...]:
    """Return the numbers said in a text (`zh` or `en`), each once, in the order they were said."""
    squeezed = re.sub(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])", "", text) if language == "zh" else text.lower()
    found: list[Number] = []
    for number in _numbers(squeezed, language):
        if not any(number.kind == known.kind and _overlap(number, known) for known in found):
            found.append(number)
    once = {(number.kind, number.value): number for number in found}
    return tuple(sorted(once.values(), key=lambda number: number.at or 0))


def _overlap(one: Number, other: Number) -> bool:
    first, second = sorted(((one.at or 0, len(one.word)), (other.at or 0, len(other.word))))
    return second[0] < first[0] + first[1]


def _numbers(text: str, language: str) -> Iterator[Number]:
    for kind, pattern in _PATTERNS[language]:
        for match in re.finditer(pattern, text):
            value = _value(kind, "".join(group or "" for group in match.groups()), match, language)
            if value is not None and _is_likely(kind, value):
                yield Number(kind, value, match.group().strip(), match.start())


def _value(kind: str, said: str, match: re.Match[str], language: str) -> float | str | None:
    if kind == "phone":
        digits = _telephone(said, language)
        return digits if len(digits) >= _SHORTEST_PHONE else None
    if language == "en":
        return _english_number(said)
    whole = _chinese_number(match.group(1))
    last = match.group(2) if len(match.groups()) > 1 else ""  # “三十九度二”
    return None if whole is None else whole + (0.5 if last == "半" else _DIGITS.get(last, 0) / 10 if last else 0)


def _is_likely(kind: str, value: float | str) -> bool:
    if isinstance(value, str):
        return True
    if kind == "temperature":
        return _COLDEST <= value <= _WARMEST
    return 0 < value <= _OLDEST


def _telephone(said: str, language: str) -> str:
    if language == "zh":
        return "".join(str(_DIGITS.get(sign, sign)) for sign in said)
    words = re.findall(r"[a-z]+|\d", said)
    return "".join("0" if word == "oh" else str(_EN_VALUES.get(word, word)) for word in words)


def _chinese_number(said: str) -> float | None:
    """Return the value of a number in characters or digits; None if it is none (“半” alone is a half)."""
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return float(said)
    whole, _, part = said.partition("点")
    total, current = 0, 0
    for sign in whole:
        if sign in _TENS:
            total += (current or 1) * _TENS[sign]
            current = 0
        else:
            current = current * 10 + _DIGITS.get(sign, 0)
    value = float(total + current)
    value += 0.5 if "半" in whole else 0.0
    return value + sum(_DIGITS[sign] * 0.1 ** (place + 1) for place, sign in enumerate(part))


def _english_number(said: str) -> float | None:
    total, part, scale, is_part = 0.0, 0.0, 0.1, False
    for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", said):
        if word == "point":
            is_part = True
        elif is_part and word in _EN_VALUES:
            part += _EN_VALUES[word] * scale
            scale /= 10
        elif word == "half":
            part += 0.5
        elif word == "couple":
            total += 2
        elif word in _EN_VALUES:
            total += _EN_VALUES[word]
        elif word[0].isdigit():
            total += float(word)
    return total + part or None
