"""When a callback is offered, and what follows a try to reach a caller."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.models import Urgency
from routing.line.callback_policy import NextTry, Outcome, is_offered, next_try, not_in_quiet_hours

CITY = ZoneInfo("Asia/Shanghai")
NOON = datetime(2022, 7, 29, 4, tzinfo=UTC)
MISSED = (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL)


def offered(urgency=Urgency.GREEN, *, danger_words=False, wait=301.0):
    return is_offered(urgency, danger_words=danger_words, expected_wait_seconds=wait, threshold_seconds=300.0)


def test_a_callback_is_offered_when_the_wait_is_long_and_never_to_the_urgent():
    assert offered()
    assert offered(Urgency.UNKNOWN)
    assert not offered(wait=300.0)
    assert not offered(Urgency.RED)
    assert not offered(Urgency.UNKNOWN, danger_words=True)


@pytest.mark.parametrize("missed", MISSED)
def test_three_spaced_tries_then_a_person(missed):
    def follows(tries):
        return next_try(Urgency.YELLOW, tries, missed, NOON, CITY)

    assert follows(1) == NextTry(NOON + timedelta(minutes=10))
    assert follows(2) == NextTry(NOON + timedelta(minutes=60))
    assert follows(3) == NextTry(by_hand=True)


@pytest.mark.parametrize("missed", MISSED)
def test_a_red_is_rung_every_minute_and_a_person_is_told_after_two_misses(missed):
    soon = NOON + timedelta(minutes=1)
    assert next_try(Urgency.RED, 1, missed, NOON, CITY) == NextTry(soon)
    assert next_try(Urgency.RED, 2, missed, NOON, CITY) == NextTry(soon, by_hand=True)
    assert next_try(Urgency.RED, 9, missed, NOON, CITY) == NextTry(soon, by_hand=True)


def test_what_ends_the_tries_and_what_does_not_count():
    assert next_try(Urgency.GREEN, 1, Outcome.CONNECTED, NOON, CITY) == NextTry()
    assert next_try(Urgency.RED, 1, Outcome.REFUSED, NOON, CITY) == NextTry(by_hand=True)
    assert next_try(Urgency.GREEN, 3, Outcome.AGENT_LOST, NOON, CITY) == NextTry(NOON)


@pytest.mark.parametrize(
    ("hour", "minute", "rung_at"),
    [(20, 59, (29, 20, 59)), (21, 0, (30, 8, 0)), (23, 30, (30, 8, 0)), (7, 59, (29, 8, 0)), (8, 0, (29, 8, 0))],
)
def test_nobody_is_woken_for_a_green_matter(hour, minute, rung_at):
    moment = datetime(2022, 7, 29, hour, minute, tzinfo=CITY)
    day, *clock = rung_at
    assert not_in_quiet_hours(Urgency.GREEN, moment, CITY) == datetime(2022, 7, day, *clock, tzinfo=CITY)
    assert not_in_quiet_hours(Urgency.YELLOW, moment, CITY) == moment


def test_the_next_try_for_a_green_matter_waits_for_the_morning():
    evening = datetime(2022, 7, 29, 20, 55, tzinfo=CITY)
    morning = datetime(2022, 7, 30, 8, tzinfo=CITY)
    assert next_try(Urgency.GREEN, 1, Outcome.BUSY, evening, CITY) == NextTry(morning)
