"""Adds durations to moments: round the clock or in working hours, around holidays and pauses; pure, real seconds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo

import holidays

Span = tuple[datetime, datetime]
"""From a moment up to another; both aware."""
FAR = datetime(9000, 1, 1, tzinfo=UTC)
"""Later than anything: the end of a pause that has no end yet."""
_LONGEST_SEARCH_DAYS = 4000


@dataclass(frozen=True)
class Hours:
    """Working hours of each working day of a country, on the local clock; the same from and to means none at all."""

    zone: str
    country: str
    opens: time
    closes: time


def add(start: datetime, duration: timedelta, hours: Hours | None = None, pauses: Sequence[Span] = ()) -> datetime:
    """Return the moment at which so much counted time has passed since `start`.

    Args:
        start: aware.
        duration: counted in real seconds, so that a changed clock (DST) neither adds nor takes any.
        hours: which hours of a day count; None: round the clock.
        pauses: spans that don't count; they may touch, overlap, and lie anywhere.

    Returns:
        The moment, in UTC; `FAR` when it is never reached.
    """
    left, start = max(duration, timedelta()), start.astimezone(UTC)
    for begin, end in _without(_counted(start, hours), sorted(pauses)):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return FAR


def _counted(start: datetime, hours: Hours | None) -> Iterator[Span]:
    """Yield the spans since a moment that count, in their order."""
    if hours is None:
        yield start, FAR
        return
    zone = ZoneInfo(hours.zone)
    first = start.astimezone(zone).date()
    for number in range(_LONGEST_SEARCH_DAYS):
        day = first + timedelta(days=number)
        if is_working_day(day, hours.country):
            begin, end = (datetime.combine(day, at, zone).astimezone(UTC) for at in (hours.opens, hours.closes))
            if end > max(begin, start):
                yield max(begin, start), end


def _without(spans: Iterable[Span], pauses: Sequence[Span]) -> Iterator[Span]:
    """Cut the pauses, in the order of their beginnings, out of the spans."""
    for begin, end in spans:
        at = begin
        for stop, go_on in takewhile(lambda pause, end=end: pause[0] < end, pauses):  # type: ignore[misc]
            if go_on > at:
                if stop > at:
                    yield at, stop
                at = go_on
        if at < end:
            yield at, end


def is_working_day(day: date, country: str) -> bool:
    """Tell whether people work on a day: weekends that were swapped for a holiday count."""
    return _calendar(country).is_working_day(day)


@cache
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)
