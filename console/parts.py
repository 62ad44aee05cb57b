"""What every page asks for: the house, the moment, the person and their language."""

from datetime import datetime
from zoneinfo import ZoneInfo

import flask_login
from flask import abort, current_app, g, request, session

from console.permissions import Permission, Person
from console.words import LANGUAGES, known_language
from core import clock
from core.house import House
from core.settings import Language


def house() -> House:
    """Return the parts of this installation."""
    found: House = current_app.extensions["house"]
    return found


def now() -> datetime:
    """Return the moment of this request, the same for everything on the page."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def signed_in() -> Person | None:
    """Return whoever is signed in."""
    user = flask_login.current_user
    return user._get_current_object() if user.is_authenticated else None  # noqa: SLF001 (Flask-Login's proxy)


def person() -> Person:
    """Return the signed-in person of a page that asks for one."""
    found = signed_in()
    if found is None:
        raise RuntimeError("this page was reached without a sign-in")
    return found


def require(permission: Permission) -> None:
    """Refuse whoever's role does not allow something."""
    if not person().may(permission):
        abort(403)


def city_zone() -> ZoneInfo:
    """Return the zone of the city's clocks."""
    return ZoneInfo(house().settings.time_zone)


def language() -> Language:
    """Return the language of the screen: the person's own, before that what was chosen or what the browser asks."""
    known = signed_in()
    if known:
        return known.language
    wanted = session.get("language") or request.accept_languages.best_match(LANGUAGES)
    return known_language(wanted) or LANGUAGES[0]
