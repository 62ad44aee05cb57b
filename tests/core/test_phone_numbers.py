"""What a carrier sends as “From” becomes a number that can be dialled, or nothing at all."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.phone_numbers import e164
from core.privacy import mask_digits, mask_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+8613800138000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("+8657112345", "+8657112345"),
        ("+14155552671", "+14155552671"),
        ("+442079460958", "+442079460958"),
    ],
)
def test_a_number_of_any_country_is_kept_as_e164(text, number):
    assert e164(text) == number


@pytest.mark.parametrize(
    "text", ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+86 28 2452253", " +266696687 "]
)
def test_a_stand_in_for_a_withheld_number_is_no_number(text):
    assert e164(text) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "anonymous",
        "Anonymous",
        "unknown",
        "Restricted",
        "sip:alice@example.com",
        "client:agent7",
        "13800138000",
        "120",
        "+",
        "+86",
        "+1",
        "+8613",
        "+999999999999999999999",
        "+8613800138000138001380001380",
        "'; DROP TABLE callers; --",
        "+86😀",
        "9" * 10_000,
        "+310000000",
        "\0",
    ],
)
def test_what_can_t_be_dialled_is_no_number(text):
    assert e164(text) is None


@settings(max_examples=300, deadline=None)
@example("+49100000000000000")
@given(st.text() | st.text("+0123456789 -().;ext=anoymus", max_size=40) | st.integers(0, 10**18).map(lambda n: f"+{n}"))
def test_no_text_at_all_makes_it_fail(text):
    number = e164(text)
    assert number is None or re.fullmatch(r"\+[1-9]\d{2,14}", number)
    assert number is None or e164(number) == number


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+8613800138000", "138****8000"),
        ("+14155552671", "+14****2671"),
        ("+8657112345", "571****2345"),
        ("+12345", "****"),
        (None, "no number"),
        ("", "no number"),
    ],
)
def test_a_masked_number_hides_its_middle(number, masked):
    assert mask_number(number) == masked


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"\+[1-9]\d{6,14}", fullmatch=True))
def test_a_masked_number_never_tells_the_whole(number):
    shown = sum(character.isdigit() for character in mask_number(number))
    assert shown <= 7
    assert shown < len(number.removeprefix("+86").removeprefix("+"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call +8613800138000 now", "call [number] now"),
        ("138 0013 8000 and 138-0013-8000", "[number] and [number]"),
        ("电话13800138000，急", "电话[number]，急"),
        ("order 12, code 482913", "order 12, code 482913"),
        ("id 330102199001011234.", "id [number]."),
        ("", ""),
    ],
)
def test_runs_of_digits_are_hidden_in_text(text, masked):
    assert mask_digits(text) == masked


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.from_regex(r"\+?\d{7,18}", fullmatch=True), st.text(max_size=40))
def test_a_whole_number_is_hidden_wherever_it_stands(before, number, after):
    assert number.lstrip("+") not in mask_digits(f"{before} {number} {after}")
