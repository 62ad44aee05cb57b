"""Pages for what goes wrong: what happened, that nothing is lost, and the next step."""

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, NotFound, RequestEntityTooLarge, TooManyRequests

_Page = tuple[str, int]


def set_up(app: Flask) -> None:
    """Install the pages."""
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(TooManyRequests, _too_many)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RequestEntityTooLarge, _too_large)


def _not_found(_error: Exception) -> _Page:
    return render_template("console/error.html", what="not_found"), 404


def _forbidden(_error: Exception) -> _Page:
    return render_template("console/error.html", what="forbidden"), 403


def _csrf(_error: Exception) -> _Page:
    return render_template("console/error.html", what="csrf"), 400


def _too_large(_error: Exception) -> _Page:
    return render_template("console/error.html", what="too_large"), 413


def _too_many(_error: Exception) -> _Page:
    return render_template("console/sign_in.html", problem="sign_in.too_many"), 429
