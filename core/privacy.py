"""One place that decides how much of a person a screen or a log line may show."""

import re

_LONG_DIGITS = re.compile(r"\+?\d[\d\s-]{5,}\d")


def mask_number(number: str | None) -> str:
    """Return a telephone number with its middle hidden: `138****8000`; “no number” for a withheld one."""
    if not number:
        return "no number"
    digits = number.removeprefix("+86") if number.startswith("+86") else number
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else "****"  # noqa: PLR2004


def mask_digits(text: str) -> str:
    """Hide every run of seven or more digits in free text (for logs: never whole numbers)."""
    return _LONG_DIGITS.sub("[number]", text)


_NUMERALS = r"零一二三四五六七八九幺两〇"
_PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(rf"[\d{_NUMERALS}](?:[\s，,.-]?[\d{_NUMERALS}]){{3,}}[\dxX]?"),
    re.compile(r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double)\b[\s,-]*){4,}", re.IGNORECASE),
    re.compile(r"(?<=我叫)[^，。,.\s]{1,4}|(?<=姓名是)[^，。,.\s]{1,4}"),
    re.compile(r"(?<=my name is )\w+(?: [A-Z]\w+)?", re.IGNORECASE),
    re.compile(r"\d+\s*(?:号楼|栋|单元|室|号)(?:\s*\d+\s*(?:号楼|栋|单元|室|号))*"),
)


def mask_personal(text: str) -> str:
    """Hide in what somebody said whatever leads to them: numbers and ids however spoken, addresses, names.

    A rule of thumb, for wordings that a person will read before anybody else does.
    """
    for pattern in _PERSONAL:
        text = pattern.sub("…", text)
    return text
