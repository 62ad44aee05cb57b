"""A stream's pass is good for one call and one minute."""

from datetime import UTC, datetime, timedelta

import pytest

from core.settings import Settings
from ivr.stream_token import is_valid, make

NOON = datetime(2022, 7, 29, 12, tzinfo=UTC)
SETTINGS = Settings(secret_key="a key for tests")


def test_a_pass_is_good_for_its_call_and_for_a_minute():
    token = make(SETTINGS, "CA1", NOON)
    assert is_valid(SETTINGS, token, "CA1", NOON)
    assert is_valid(SETTINGS, token, "CA1", NOON + timedelta(seconds=60))
    assert not is_valid(SETTINGS, token, "CA1", NOON + timedelta(seconds=61))
    assert not is_valid(SETTINGS, token, "CA2", NOON)


def test_a_pass_made_with_another_key_is_refused():
    assert not is_valid(SETTINGS, make(Settings(secret_key="another"), "CA1", NOON), "CA1", NOON)


def test_the_end_of_its_life_can_t_be_put_off():
    _, _, signature = make(SETTINGS, "CA1", NOON).partition(".")
    later = int((NOON + timedelta(hours=1)).timestamp())
    assert not is_valid(SETTINGS, f"{later}.{signature}", "CA1", NOON)


@pytest.mark.parametrize("token", ["", ".", "1", "1.", ".1", "x.y", "你.好", "\ud800.x", "9" * 10_000])
def test_garbage_is_refused(token):
    assert not is_valid(SETTINGS, token, "CA1", NOON)
