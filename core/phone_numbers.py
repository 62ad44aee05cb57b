"""Telephone numbers: what a carrier sends as “From” becomes an E.164 number, or nothing at all."""

from functools import lru_cache

import phonenumbers

# Twilio's stand-ins for a caller who has no number or withholds it:
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE spelled on a keypad.
_SENTINELS = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


_LONGEST = len("+") + 15
"""E.164 has at most fifteen digits; the library's tables hold longer ones, of some countries' inner networks."""


@lru_cache(maxsize=4096)
def e164(text: str | None) -> str | None:
    """Return the number in E.164 form, or None for a withheld, sentinel or impossible one.

    None is never a key and never dialled. The last few thousand are remembered: each webhook of a call tells its own.
    """
    if not text or text in _SENTINELS:
        return None
    number = _formatted(text)
    stands = number is not None and _formatted(number) == number  # some impossible ones lose a digit each time
    return number if stands and number not in _SENTINELS else None


def _formatted(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if len(written) <= _LONGEST else None


def keyed_number(digits: str, like: str) -> str | None:
    """Return what somebody keyed in on a telephone as E.164: a number of the country of `like`, or 00 and all of it."""
    if digits.startswith("00"):
        return e164(f"+{digits[2:]}")
    region = phonenumbers.region_code_for_number(phonenumbers.parse(like, None))
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    return e164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=4096)
def costs_extra(number: str) -> bool:
    """Tell whether an E.164 number is one at whose end somebody earns by being rung."""
    kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    return kind in {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}


@lru_cache(maxsize=4096)
def country_prefix(number: str) -> str:
    """Return the beginning of all numbers of an E.164 number's country, e.g. +86."""
    return f"+{phonenumbers.parse(number, None).country_code}"
