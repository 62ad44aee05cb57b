"""The words that triage judges by: read by kind, added and switched off with a reason, and tried out on a sentence."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from console.display import t
from console.parts import house, language, now, person, require
from console.permissions import Permission
from console.staff_accounts import names
from console.words import LANGUAGES, known_language
from core.errors import ConflictError
from core.settings import Language
from routing.triage import triage
from routing.triage.entries import Entry, Kind
from routing.triage.store import (
    ListedWord,
    UnusableWordError,
    change_word,
    changes,
    last_change,
    list_words,
    newest_change,
    read_lexicon,
)

EDITABLE = tuple(kind for kind in Kind if kind not in {Kind.PLACE, Kind.BETWEEN, Kind.NO_NEGATION})
_LONGEST_TRY = 2_000
_LONGEST_REASON = 500


def add_pages(pages: Blueprint) -> None:
    """Add the list, and what is done with it."""
    pages.add_url_rule("/lexicon", "lexicon", show)
    pages.add_url_rule("/lexicon", "change_lexicon", change, methods=["POST"])


def show() -> Response:
    """Show the words of one kind and language; with `try`, also the verdict on a sentence and what led to it."""
    return _screen(_spoken(request.args.get("language")), _kind(request.args.get("kind")))


def change() -> AnyResponse:
    """Add a word, or switch one off or on again; one that can't be used stays in the form with the reason."""
    require(Permission.KEEP_LEXICON)
    fields = request.form
    spoken, kind = _spoken(fields.get("language")), _kind(fields.get("kind"))
    entry = Entry(kind, fields.get("why", ""), " ".join(fields.get("phrase", "").split()))
    try:
        with house().database.transaction() as session:
            change_word(
                session,
                spoken,
                entry,
                is_active=fields.get("do") != "remove",
                actor=person().sign_in,
                reason=fields.get("reason", "")[:_LONGEST_REASON],
                now=now(),
                seen=fields.get("seen", 0, type=int),
            )
    except UnusableWordError:
        problem = t("lexicon.unusable", word=entry.phrase[:_LONGEST_REASON])
        return _screen(spoken, kind, 422, problem=problem, fields=fields.to_dict())
    except ConflictError:
        return _conflict(spoken, kind, entry)
    return redirect(url_for("console.lexicon", language=spoken, kind=kind.value, why=entry.why), 303)


def _conflict(spoken: Language, kind: Kind, entry: Entry) -> Response:
    """Show what somebody else has done with the word, beside what was typed; sent again, it counts."""
    with house().database.reading() as session:
        theirs = last_change(session, spoken, entry.phrase, after=0)
    return _screen(spoken, kind, 409, problem=t("lexicon.conflict"), theirs=theirs, fields=request.form.to_dict())


def _screen(spoken: Language, kind: Kind, status: int = 200, **said: Any) -> Response:
    require(Permission.SEE_LEXICON)
    tried = request.args.get("try", "")[:_LONGEST_TRY]
    with house().database.reading() as session:
        words = list_words(session, spoken, kind)
        history, people, newest = changes(session, spoken), names(session), newest_change(session)
        verdict = triage(tried, spoken, read_lexicon(session, spoken)) if tried.strip() else None
    html = render_template(
        "console/lexicon.html",
        spoken=spoken,
        spoken_languages=LANGUAGES,
        kind=kind,
        kinds=EDITABLE,
        groups=_grouped(words),
        open_group=request.args.get("why", ""),
        history=history,
        newest=newest,
        names=people,
        tried=tried,
        verdict=verdict,
        said=said,
    )
    return make_response(html, status)


def _grouped(words: Sequence[ListedWord]) -> dict[str, list[ListedWord]]:
    groups: dict[str, list[ListedWord]] = {}
    for word in words:
        groups.setdefault(word.entry.why, []).append(word)
    return groups


def _spoken(asked: str | None) -> Language:
    return known_language(asked) or language()


def _kind(asked: str | None) -> Kind:
    if asked is None:
        return Kind.RED
    if asked not in {kind.value for kind in EDITABLE}:
        abort(404)
    return Kind(asked)
