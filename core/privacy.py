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
