"""How values look on a screen: words in the person's language, times in the local zone, ages short."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, session
from markupsafe import Markup

from console.parts import house, language, now, signed_in
from console.words import LANGUAGES, say, say_if_known

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def set_up(app: Flask) -> None:
    """Give the templates their words and filters."""
    app.jinja_env.filters.update(
        age=age,
        due=due,
        for_input=for_input,
        moment=moment,
        name_of=name_of,
        span=span,
        until=until,
        wall_clock=wall_clock,
    )
    app.context_processor(_for_every_page)


def _for_every_page() -> dict[str, Any]:
    return {
        "t": t,
        "t_known": lambda key, otherwise: say_if_known(language(), key, otherwise),
        "language": language(),
        "languages": LANGUAGES,
        "me": signed_in(),
        "theme": session.get("theme", "auto"),
        "now": now(),
        "time_zone": house().settings.time_zone,
        "demonstration_model": bool(current_app.config["DEMONSTRATION_SPEECH_MODEL"]),
    }


def t(key: str, **values: Any) -> str:
    """Return a text in the language of the screen."""
    return say(language(), key, **values)


def in_words(span: timedelta) -> str:
    """Return a length of time in one or two units; steps of ten seconds at first, so that rows stay calm."""
    seconds = int(span.total_seconds())
    if seconds < 10:  # noqa: PLR2004
        return t("time.now")
    if seconds < _MINUTE:
        return t("time.seconds", s=seconds // 10 * 10)
    if seconds < _HOUR:
        return t("time.minutes", m=seconds // _MINUTE)
    if seconds < _DAY:
        return t("time.hours", h=seconds // _HOUR, m=seconds % _HOUR // _MINUTE)
    return t("time.days", d=seconds // _DAY, h=seconds % _DAY // _HOUR)


def age(since: datetime) -> Markup:
    """Show how long ago something was; the exact time on hover."""
    return _time(since, span(since))


def due(at: datetime) -> Markup:
    """Show “in 12 min” or “3 min late”; the exact time on hover."""
    left = at - now()
    if left >= timedelta():
        return _time(at, t("time.ahead", age=in_words(left)))
    return _time(at, t("time.late", age=in_words(-left)), "late")


def moment(at: datetime) -> Markup:
    """Show a moment, with its date unless it is today."""
    there, today = local(at), local(now())
    return _time(at, there.strftime("%H:%M:%S" if there.date() == today.date() else "%m-%d %H:%M:%S"))


def for_input(at: datetime) -> str:
    """Return a moment as a field for a local date and time wants it."""
    return local(at).strftime("%Y-%m-%dT%H:%M")


def until(at: datetime) -> Markup:
    """Show “in 3 d” or since when it is over; an end is no deadline, so it is never red."""
    left = at - now()
    return _time(at, t("time.ahead", age=in_words(left)) if left > timedelta() else t("time.ago", age=in_words(-left)))


def name_of(sign_in: str, names: Mapping[str, str]) -> str:
    """Return the name behind a sign-in."""
    return names.get(sign_in) or say_if_known(language(), f"actor.{sign_in}", sign_in)


def span(since: datetime) -> str:
    """Return how long ago something was, as plain words."""
    return in_words(max(now() - since, timedelta()))


def wall_clock(at: datetime) -> str:
    """Return the local time of day."""
    return local(at).strftime("%H:%M:%S")


def local(at: datetime) -> datetime:
    """Return a moment in the city's zone."""
    return at.astimezone(ZoneInfo(house().settings.time_zone))


def _time(at: datetime, text: str, look: str = "") -> Markup:
    return Markup('<time datetime="{}" title="{}" class="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), local(at).strftime("%Y-%m-%d %H:%M:%S"), look, text
    )
