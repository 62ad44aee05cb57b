"""When a caller wants to be rung: the hours to choose from, and the moments inside them, pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SHORTEST = timedelta(minutes=30)
"""A window with less left of it is not offered any more."""
_FURTHEST = timedelta(hours=24)


@dataclass(frozen=True)
class Window:
    """Between which moments somebody may be rung."""

    opens_at: datetime
    closes_at: datetime


def windows_ahead(
    hours: Sequence[tuple[time, time]], now: datetime, zone: ZoneInfo, most: int = 3
) -> tuple[Window, ...]:
    """Return the next windows of these local hours, the one that is open now first; at most a day ahead."""
    today = now.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    there = sorted(_windows(hours, days, zone), key=lambda window: window.opens_at)
    fits = (one for one in there if one.closes_at - now >= _SHORTEST and one.opens_at - now <= _FURTHEST)
    return tuple(fits)[:most]


def window_for(window: Window, due: datetime, zone: ZoneInfo) -> Window:
    """Return in which window somebody is rung who is due at a moment: this one, or the same hours of a later day."""
    while window.closes_at <= due:
        window = Window(_next_day(window.opens_at, zone), _next_day(window.closes_at, zone))
    return window


def _windows(hours: Sequence[tuple[time, time]], days: Iterable[date], zone: ZoneInfo) -> Iterable[Window]:
    for day in days:
        for opens, closes in hours:
            opens_at, closes_at = (datetime.combine(day, at, zone).astimezone(UTC) for at in (opens, closes))
            yield Window(opens_at, closes_at)


def _next_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the same time of the next day as people there read it from their clocks."""
    local = moment.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=1), local.time(), zone).astimezone(moment.tzinfo)
