"""Names the hours in which a callback may come, as they are spoken."""

from datetime import datetime
from zoneinfo import ZoneInfo

from core.quiet_hours import read_quiet_hours
from core.settings import Language, Settings
from ivr.prompts import prompt
from routing.line.windows import Window, windows_ahead

_NOON, _EVENING = 12, 18
_HALF_DAY = 12
_NAMES = {
    ("today", "morning"): "hours_today_morning",
    ("today", "afternoon"): "hours_today_afternoon",
    ("today", "evening"): "hours_today_evening",
    ("tomorrow", "morning"): "hours_tomorrow_morning",
    ("tomorrow", "afternoon"): "hours_tomorrow_afternoon",
    ("tomorrow", "evening"): "hours_tomorrow_evening",
}


def spoken_windows(settings: Settings, language: Language, now: datetime) -> tuple[tuple[Window, str], ...]:
    """Return the hours to choose from, and what each is called: “this afternoon, between 1 p.m. and 6 p.m.”."""
    zone = ZoneInfo(settings.time_zone)
    hours = tuple(map(read_quiet_hours, settings.callback_windows))
    return tuple((window, name_of(window, language, now, zone)) for window in windows_ahead(hours, now, zone))


def name_of(window: Window, language: Language, now: datetime, zone: ZoneInfo) -> str:
    """Return what hours of today or tomorrow are called."""
    opens, closes = window.opens_at.astimezone(zone), window.closes_at.astimezone(zone)
    day = "today" if opens.date() == now.astimezone(zone).date() else "tomorrow"
    part = "morning" if opens.hour < _NOON else "afternoon" if opens.hour < _EVENING else "evening"
    return prompt(_NAMES[day, part], language, opens=_clock(opens, language), closes=_clock(closes, language))


def _clock(at: datetime, language: Language) -> str:
    if language == "zh":
        return f"{at.hour}点" + (f"{at.minute}分" if at.minute else "")
    hour = (at.hour - 1) % _HALF_DAY + 1
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{hour}{minutes} {'a.m.' if at.hour < _NOON else 'p.m.'}"
