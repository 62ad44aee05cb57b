"""Nobody is rung at night, by the city's clocks, summer time included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.quiet_hours import out_of_quiet_hours, read_quiet_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day, hour, minute=0, zone=SHANGHAI):
    return datetime(2026, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "then"),
    [
        ("21:00-08:00", local(1, 20, 59), local(1, 20, 59)),
        ("21:00-08:00", local(1, 21), local(2, 8)),
        ("21:00-08:00", local(2, 0), local(2, 8)),
        ("21:00-08:00", local(2, 7, 59), local(2, 8)),
        ("21:00-08:00", local(2, 8), local(2, 8)),
        ("12:00-14:00", local(1, 13), local(1, 14)),
        ("12:00-14:00", local(1, 14), local(1, 14)),
        ("12:00-14:00", local(1, 23), local(1, 23)),
        ("00:00-00:00", local(1, 3), local(1, 3)),
    ],
)
def test_what_falls_into_the_night_waits_for_its_end(hours, moment, then):
    assert out_of_quiet_hours(moment, read_quiet_hours(hours), SHANGHAI) == then


def test_the_morning_comes_by_the_wall_clock():
    berlin = ZoneInfo("Europe/Berlin")  # clocks go forward in the night to 29 March 2026
    hours = read_quiet_hours("21:00-08:00")
    assert out_of_quiet_hours(local(28, 23, zone=berlin), hours, berlin) == local(29, 8, zone=berlin)


@pytest.mark.parametrize("text", ["", "21-8", "25:00-08:00", "21:00-08:60", "9pm-8am", "21:00–08:00"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="21:00-08:00"):
        read_quiet_hours(text)
