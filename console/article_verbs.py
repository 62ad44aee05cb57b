"""What is done with a version: sent to review, published, given back, withdrawn; several at once from the list."""

from collections.abc import Callable
from datetime import datetime

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from console.article_page import article_screen
from console.display import t
from console.parts import house, now, person, require
from console.permissions import Permission
from console.problems import in_words
from core.errors import ConflictError
from core.models import ArticleVersion
from knowledge.content import ContentError
from knowledge.editing import SecondPersonError, publish, send_back, submit, withdraw

_LONGEST_NOTE = 500
_MOST_AT_ONCE = 200
Verb = Callable[[Session, ArticleVersion, datetime, int], None]


def submit_version(article_id: int) -> Response:
    """Send a draft to review."""
    require(Permission.EDIT_ARTICLES)
    return _do(article_id, _submit)


def publish_version(article_id: int) -> Response:
    """Publish what somebody else wrote."""
    require(Permission.REVIEW_ARTICLES)
    return _do(article_id, _publish)


def send_back_version(article_id: int) -> Response:
    """Give a text back to its authors, with a note."""
    require(Permission.REVIEW_ARTICLES)
    note = _note()
    if not note:
        return article_screen(article_id, 422, problem=t("article.note_missing"))
    return _do(article_id, lambda session, row, at, seen: send_back(session, row, person().sign_in, at, note, seen))


def withdraw_version(article_id: int) -> Response:
    """Withdraw a published version, or give up a draft; one person is enough to stop something wrong."""
    if not (person().may(Permission.EDIT_ARTICLES) or person().may(Permission.REVIEW_ARTICLES)):
        abort(403)
    note = _note()
    if not note:
        return article_screen(article_id, 422, problem=t("article.reason_missing"))
    return _do(article_id, lambda session, row, at, seen: withdraw(session, row, person().sign_in, at, note, seen))


def several_versions() -> Response:
    """Send several drafts to review, or publish several; what can't be is told, the others are done."""
    verb, permission = {
        "submit": (_submit, Permission.EDIT_ARTICLES),
        "publish": (_publish, Permission.REVIEW_ARTICLES),
    }.get(request.form.get("verb", ""), (None, None))
    if verb is None or permission is None:
        abort(400)
    require(permission)
    done, failed = 0, 0
    for chosen in request.form.getlist("version")[:_MOST_AT_ONCE]:
        version_id, _, revision = chosen.partition(":")
        try:
            with house().database.transaction() as session:
                version = session.get(ArticleVersion, int(version_id))
                if version:
                    verb(session, version, now(), int(revision))
                    done += 1
        except (ConflictError, StaleDataError, SecondPersonError, ContentError, ValueError):
            failed += 1
    tab = "review" if verb is _submit else "all"
    return redirect(url_for("console.articles", tab=tab, done=done, failed=failed), 303)


def _do(article_id: int, verb: Verb) -> Response | FlaskResponse:
    try:
        with house().database.transaction() as session:
            version = session.get(ArticleVersion, request.form.get("version", 0, type=int))
            if version is None or version.article_id != article_id:
                abort(404)
            verb(session, version, now(), request.form.get("revision", -1, type=int))
    except (ConflictError, StaleDataError):
        return article_screen(article_id, 409, problem=t("article.conflict"))
    except SecondPersonError:
        return article_screen(article_id, 403, problem=t("article.second_person"))
    except ContentError as error:
        return article_screen(article_id, 422, problem=" ".join(map(in_words, error.problems)))
    return redirect(url_for("console.article", article_id=article_id), 303)


def _submit(session: Session, version: ArticleVersion, at: datetime, revision: int) -> None:
    submit(session, version, at, revision)


def _publish(session: Session, version: ArticleVersion, at: datetime, revision: int) -> None:
    publish(session, version, person().sign_in, at, revision)


def _note() -> str:
    return request.form.get("note", "").strip()[:_LONGEST_NOTE]
