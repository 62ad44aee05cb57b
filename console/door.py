"""Hangs the console into the app: its pages, and what protects them."""

from datetime import timedelta

import flask_login
from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

from console import (
    announcements,
    article_desk,
    auth,
    awaited_page,
    browser_phone,
    callbacks,
    city_data,
    corrections,
    display,
    errors,
    figures,
    hot_terms,
    lexicon,
    line_pages,
    orders,
    preferences,
    radar,
    recordings,
    requests_page,
    same_matter_page,
    security,
    unit_page,
    volunteer_page,
)
from console.limits import limiter, set_up_limits
from console.problems import in_words
from console.uploads import allow_uploads
from core.house import House

csrf = CSRFProtect()
"""One for the app; whoever mounts signed webhooks beside the console exempts them here: `csrf.exempt(blueprint)`."""

_SHIFT = timedelta(hours=12)


def set_up(app: Flask) -> None:
    """Install sign-in, CSRF protection, limits, headers, filters and error pages; call once for each app.

    Needs `app.extensions["house"]`. Reads `app.config["DEMONSTRATION_SPEECH_MODEL"]` on every page.
    """
    house: House = app.extensions["house"]
    app.config.update(
        SECRET_KEY=house.settings.session_key(),
        SESSION_COOKIE_NAME="console",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.settings.base_url.startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,  # a shift, not longer, though the list asks every two seconds
        PERMANENT_SESSION_LIFETIME=_SHIFT,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page may stay open for a whole shift
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.config.setdefault("DEMONSTRATION_SPEECH_MODEL", False)
    Bootstrap5(app)
    app.before_request(allow_uploads)  # before the token is looked for, which reads the form
    csrf.init_app(app)
    set_up_limits(app, house)
    limiter.init_app(app)
    manager = flask_login.LoginManager(app)
    manager.user_loader(auth.load_person)
    app.after_request(security.add_headers)
    display.set_up(app)
    errors.set_up(app)
    app.jinja_env.filters["in_words"] = in_words


def blueprint() -> Blueprint:
    """Return the console's pages, to be mounted at `/`; every one asks for a signed-in person unless auth opens it."""
    pages = Blueprint(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console/static"
    )
    pages.before_request(auth.require_sign_in)
    for room in (
        auth,
        orders,
        unit_page,
        volunteer_page,
        same_matter_page,
        awaited_page,
        requests_page,
        line_pages,
        browser_phone,
        callbacks,
        recordings,
        preferences,
        article_desk,
        announcements,
        corrections,
        radar,
        figures,
        hot_terms,
        lexicon,
        city_data,
    ):
        room.add_pages(pages)
    return pages
