"""Which numbers are called back, and by whom."""

import pytest

from core.phone_numbers import keyed_number
from core.settings import Settings
from routing.line.whom_to_call import Way, way_to_call

HOTLINE = "+8657100000000"


@pytest.mark.parametrize(
    ("number", "way"),
    [
        ("+8613800138000", Way.CARRIER),
        ("+8613700138000", Way.BY_HAND),
        ("+12025550123", Way.NEVER),  # another country
        (HOTLINE, Way.NEVER),
        ("+8613911110000", Way.NEVER),  # our own telephone
        ("+86120", Way.NEVER),
    ],
)
def test_who_is_called_back(number, way):
    settings = Settings(hotline_number=HOTLINE, duty_phones="+8613911110000", unplaceable_prefixes="+86137")
    assert way_to_call(number, settings) is way


def test_prefixes_of_other_countries_are_allowed_by_name_and_premium_numbers_never():
    settings = Settings(callback_prefixes="+1, +44")
    assert way_to_call("+12025550123", settings) is Way.CARRIER
    assert way_to_call("+19002345678", settings) is Way.NEVER
    assert way_to_call("+8613800138000", settings) is Way.NEVER


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("057112345678", "+8657112345678"),
        ("0012025550123", "+12025550123"),
        ("120", None),
        ("", None),
        ("00", None),
    ],
)
def test_a_number_is_keyed_in_as_people_know_it(digits, number):
    assert keyed_number(digits, HOTLINE) == number
