"""What a person chooses for their own screen: language (kept with the account) and appearance (for this session)."""

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from console.auth import keep_language, safe_next
from console.parts import person
from console.words import known_language

_THEMES = ("auto", "light", "dark")


def add_pages(pages: Blueprint) -> None:
    """Add the one form there is."""
    pages.add_url_rule("/preferences", "preferences", keep, methods=["POST"])


def keep() -> Response:
    """Keep what was chosen and go back to the page it was chosen on."""
    language, theme = known_language(request.form.get("language")), request.form.get("theme")
    if language:
        keep_language(person(), language)
    if theme in _THEMES:
        session["theme"] = theme
    return redirect(safe_next(request.form.get("next")), 303)
