"""The admins' list of hot terms: names to propose where a transcript only sounds like them; sets nothing else."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from asr.hot_terms import UnusableTermError, check_term
from asr.proposing import propose
from asr.speech_models import LANGUAGES
from console.display import t
from console.parts import house, language, now, person
from console.permissions import Permission
from console.staff_accounts import names
from console.words import known_language
from core.hot_terms import active_terms, add_term, remove_term
from core.models import HotTermKind
from core.settings import Language

_LONGEST_TRY = 500


def add_pages(pages: Blueprint) -> None:
    """Add the list, and what is done with it."""
    pages.add_url_rule("/hot-terms", "hot_terms", show)
    pages.add_url_rule("/hot-terms", "add_hot_term", add, methods=["POST"])
    pages.add_url_rule("/hot-terms/<int:term_id>/remove", "remove_hot_term", remove, methods=["POST"])


def show() -> Response:
    """Show the terms of one language; with `try`, also what would be proposed for a sentence."""
    return _screen(_spoken(request.args.get("language")))


def add() -> AnyResponse:
    """Add a term; one that can't be told by its sound stays in the form with the reason."""
    _may()
    spoken, typed = _spoken(request.form.get("language")), request.form.get("term", "")
    kind = request.form.get("kind", "")
    if kind not in {known.value for known in HotTermKind}:
        abort(400)
    try:
        term = check_term(typed, spoken)
    except UnusableTermError:
        problem = t("terms.unusable", term=typed[:_LONGEST_TRY])
        return _screen(spoken, 422, problem=problem, typed=typed[:_LONGEST_TRY], kind=kind)
    with house().database.transaction() as session:
        add_term(session, spoken, term, HotTermKind(kind), person().sign_in, now())
    return redirect(url_for("console.hot_terms", language=spoken), 303)


def remove(term_id: int) -> AnyResponse:
    """Take a term out of use; what was proposed with it stays where it is."""
    _may()
    with house().database.transaction() as session:
        remove_term(session, term_id)
    return redirect(url_for("console.hot_terms", language=_spoken(request.form.get("language"))), 303)


def _screen(spoken: Language, status: int = 200, **said: Any) -> Response:
    _may()
    tried = request.args.get("try", "")[:_LONGEST_TRY]
    with house().database.reading() as session:
        terms, people = active_terms(session, spoken), names(session)
        proposal = propose(session, _words(tried, spoken), spoken) if tried.strip() else None
    html = render_template(
        "console/hot_terms.html",
        spoken=spoken,
        spoken_languages=LANGUAGES,
        kinds=[kind.value for kind in HotTermKind],
        terms=terms,
        names=people,
        tried=tried,
        proposal=proposal,
        said=said,
    )
    return make_response(html, status)


def _words(sentence: str, spoken: Language) -> list[str]:
    """Return English words, or Mandarin characters: whoever tries it out writes no spaces between words."""
    return sentence.lower().split() if spoken == "en" else list("".join(sentence.split()))


def _spoken(asked: str | None) -> Language:
    return known_language(asked) or language()


def _may() -> None:
    if not person().may(Permission.KEEP_TERMS):
        abort(403)
