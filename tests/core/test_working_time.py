"""Time that counts: round the clock or in working hours, around holidays, pauses and changed clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.working_time import FAR, Hours, add, is_working_day

OFFICE = Hours("Asia/Shanghai", "CN", time(9), time(17))
BERLIN = Hours("Europe/Berlin", "DE", time(0), time(4))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(*moment, zone=SHANGHAI):
    return datetime(*moment, tzinfo=zone)


def hours(number):
    return timedelta(hours=number)


def test_round_the_clock_is_plain_addition():
    assert add(local(2026, 2, 17, 3), hours(50)) == local(2026, 2, 19, 5)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        (local(2026, 3, 2, 10), 2, local(2026, 3, 2, 12)),  # within a Monday
        (local(2026, 3, 2, 16), 2, local(2026, 3, 3, 10)),  # over night
        (local(2026, 3, 6, 16), 2, local(2026, 3, 9, 10)),  # over a weekend
        (local(2026, 3, 2, 7), 1, local(2026, 3, 2, 10)),  # before the door opens
        (local(2026, 3, 2, 9), 8, local(2026, 3, 2, 17)),  # to the very end of the day
        (local(2026, 3, 7, 12), 0, local(2026, 3, 9, 9)),  # nothing, from a Saturday on
        (local(2026, 2, 13, 16), 2, local(2026, 2, 14, 10)),  # a Saturday swapped for the Spring Festival
        (local(2026, 2, 14, 16), 2, local(2026, 2, 24, 10)),  # over the Spring Festival
    ],
)
def test_working_hours_skip_nights_weekends_and_holidays(start, duration, expected):
    assert add(start, hours(duration), OFFICE) == expected


def test_a_weekend_that_was_swapped_is_a_working_day():
    assert is_working_day(date(2026, 2, 28), "CN")
    assert not is_working_day(date(2026, 2, 17), "CN")


def test_a_changed_clock_neither_adds_nor_takes_time():
    """On 29 March 2026 the hour from 2 to 3 does not exist in Berlin; the night of 25 October has it twice."""
    berlin = ZoneInfo("Europe/Berlin")
    assert add(local(2026, 3, 28, 12, zone=berlin), hours(24)).astimezone(berlin) == local(2026, 3, 29, 13, zone=berlin)
    every_day = Hours("Europe/Berlin", "XX", time(0), time(4))
    with pytest.raises(NotImplementedError):
        add(local(2026, 3, 28, 0, zone=berlin), hours(1), every_day)  # no such country
    monday = local(2026, 3, 30, 0, zone=berlin)
    assert add(monday, hours(4), BERLIN) == local(2026, 3, 30, 4, zone=berlin)


def test_a_pause_moves_the_end_by_as_much_as_it_took():
    start = local(2026, 3, 2, 10)
    pause = (start + hours(1), start + hours(4))
    assert add(start, hours(2), None, [pause]) == start + hours(5)
    assert add(start, hours(1), None, [pause]) == start + hours(1)  # done as it began
    assert add(start + hours(2), hours(1), None, [pause]) == start + hours(5)
    assert add(start + hours(6), hours(1), None, [pause]) == start + hours(7)


def test_a_pause_without_end_is_never_over():
    start = local(2026, 3, 2, 10)
    assert add(start, hours(2), None, [(start + hours(1), FAR)]) == FAR
    assert add(start, hours(1), OFFICE, [(start, FAR)]) == FAR


def test_hours_that_never_come_are_told_as_never():
    assert add(local(2026, 3, 2, 10), hours(1), Hours("UTC", "CN", time(9), time(9))) == FAR


MINUTE = timedelta(minutes=1)
BASE = datetime(2026, 2, 12, 0, 0, tzinfo=UTC)
minutes = st.integers(0, 6 * 24 * 60)


def by_hand(start, duration, office, pauses):
    """Walk minute by minute, and ask of each whether it counts."""
    at, left = start, duration
    while left > 0:
        there = at.astimezone(SHANGHAI)
        counts = not any(begin <= at < end for begin, end in pauses)
        if office:
            counts = counts and is_working_day(there.date(), "CN") and 9 <= there.hour < 17
        left -= counts
        at += MINUTE
    return at


@settings(max_examples=60)
@given(
    minutes,
    st.integers(1, 600),
    st.booleans(),
    st.lists(st.tuples(minutes, st.integers(0, 3 * 24 * 60)), max_size=4),
)
def test_it_is_what_walking_minute_by_minute_gives(start, duration, office, pauses):
    spans = [(BASE + begin * MINUTE, BASE + (begin + length) * MINUTE) for begin, length in pauses]
    begin = BASE + start * MINUTE
    assert add(begin, duration * MINUTE, OFFICE if office else None, spans) == by_hand(begin, duration, office, spans)
