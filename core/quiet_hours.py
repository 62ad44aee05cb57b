"""When the hotline itself rings nobody: the hours of the night, by the city's clocks; pure."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def read_quiet_hours(text: str) -> tuple[time, time]:
    """Return beginning and end of `21:00-08:00`; the same twice is never.

    Raises:
        ValueError: it is not written so.
    """
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError("write quiet hours as 21:00-08:00 (00:00-00:00: never)")
    first, second, third, fourth = map(int, found.groups())
    return time(first, second), time(third, fourth)


def out_of_quiet_hours(moment: datetime, hours: tuple[time, time], zone: ZoneInfo) -> datetime:
    """Return the moment itself, or the end of the quiet hours it falls into."""
    start, end = hours
    local = moment.astimezone(zone)
    over_midnight = start > end
    quiet = (local.time() >= start or local.time() < end) if over_midnight else start <= local.time() < end
    if not quiet:
        return moment
    day = local.date() + timedelta(days=1 if over_midnight and local.time() >= start else 0)
    return datetime.combine(day, end, zone).astimezone(UTC)
