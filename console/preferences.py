"""What a person chooses for their own screen: language (kept with the account) and appearance (for this session)."""

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from console.auth import safe_next
from console.parts import house, person
from console.words import known_language
from core.models import Staff
from core.settings import Language

_THEMES = ("auto", "light", "dark")


def add_pages(pages: Blueprint) -> None:
    """Add the one form there is."""
    pages.add_url_rule("/preferences", "preferences", keep, methods=["POST"])


def keep() -> Response:
    """Keep what was chosen and go back to the page it was chosen on."""
    language, theme = known_language(request.form.get("language")), request.form.get("theme")
    if language:
        _keep_language(language)
    if theme in _THEMES:
        session["theme"] = theme
    return redirect(safe_next(request.form.get("next")), 303)


def _keep_language(language: Language) -> None:
    with house().database.transaction() as database:
        staff = database.get(Staff, person().id)
        if staff:
            staff.language = language
