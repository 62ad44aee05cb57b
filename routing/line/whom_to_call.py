"""Which numbers may be called back, pure: by the carrier, by a person's own telephone, or not at all."""

import enum
import re

from core.phone_numbers import costs_extra, country_prefix
from core.settings import Settings


class Way(enum.StrEnum):
    """How a number can be called back."""

    CARRIER = "carrier"
    BY_HAND = "by_hand"  # no carrier of ours takes it: a person rings, by whatever telephone they have
    NEVER = "never"


def way_to_call(number: str, settings: Settings) -> Way:
    """Tell how a citizen's number (E.164) is called back.

    Never: outside of the allowed prefixes, premium numbers (whoever keys one in would earn by our calls), emergency
    numbers, and the hotline's own lines, which would ring themselves.
    """
    allowed = settings.callback_prefixes or (country_prefix(settings.hotline_number),)
    own = {settings.hotline_number, settings.seat_number, *settings.english_numbers, *settings.duty_phones}
    local = number.removeprefix(country_prefix(settings.hotline_number))
    if not number.startswith(allowed) or number in own or local in _emergency(settings) or costs_extra(number):
        return Way.NEVER
    return Way.BY_HAND if number.startswith(settings.unplaceable_prefixes) else Way.CARRIER


def _emergency(settings: Settings) -> set[str]:
    return set(re.findall(r"[0-9]+", settings.emergency_numbers))
