"""What every caller hears in the greeting: written, let out by a second person, stopped by anybody at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from console.article_form import moment, places, shown
from console.display import t
from console.parts import house, now, person, require
from console.permissions import Permission
from console.problems import in_words as problem_in_words
from console.staff_accounts import names
from core.errors import ConflictError
from core.models import Announcement
from core.speaking import seconds_to_speak
from knowledge.announcing import (
    LONGEST,
    Wording,
    current_announcements,
    in_words,
    publish_announcement,
    send_back_announcement,
    submit_announcement,
    withdraw_announcement,
    write_announcement,
)
from knowledge.content import ContentError, Problem
from knowledge.editing import SecondPersonError

_SHOWN = 50
_USUAL_LENGTH = timedelta(hours=12)
Verb = Callable[[Session, Announcement, int], None]


def add_pages(pages: Blueprint) -> None:
    """Add the page and what is done on it."""
    pages.add_url_rule("/announcements", "announcements", announcements)
    pages.add_url_rule("/announcements", "write_announcement", write, methods=["POST"])
    pages.add_url_rule("/announcements/<int:row_id>/<verb>", "announcement_verb", do, methods=["POST"])


def announcements(status: int = 200, **said: Any) -> FlaskResponse:
    """Show what is said now, what waits, and a form; `said` has `problem` and the `fields` that must not be lost."""
    edited = request.args.get("edit", type=int)
    with house().database.reading() as session:
        current = current_announcements(session, now())
        rows = session.scalars(select(Announcement).order_by(Announcement.id.desc()).limit(_SHOWN)).all()
        people = names(session)
        draft = session.get(Announcement, edited) if edited else None
    html = render_template(
        "console/announcements.html",
        current=current,
        seconds={code: seconds_to_speak(in_words(current, code)) for code in ("zh", "en")},
        rows=rows,
        names=people,
        longest=LONGEST,
        said=said,
        fields=said.get("fields") or _fields(draft),
    )
    return make_response(html, status)


def write() -> Response:
    """Keep an announcement and, if asked to, send it to review."""
    require(Permission.EDIT_ARTICLES)
    fields = request.form.to_dict()
    wrong: list[Problem] = []
    until = moment(fields, "valid_until", wrong)
    if until is None:
        wrong = wrong or [Problem("valid_until", "missing")]
        return announcements(422, problem=_sentences(tuple(wrong)), fields=fields)
    text_zh, text_en = (" ".join(fields.get(name, "").split()) for name in ("text_zh", "text_en"))
    wording = Wording(text_zh, text_en, until, places(fields.get("districts", "")))
    try:
        with house().database.transaction() as session:
            there = session.get(Announcement, request.form.get("row", 0, type=int))
            revision = request.form.get("revision", 0, type=int)
            row = write_announcement(session, wording, person().sign_in, now(), there, revision)
            if request.form.get("action") == "submit":
                submit_announcement(session, row, now(), row.revision)
    except ContentError as error:
        return announcements(422, problem=_sentences(error.problems), fields=fields)
    except (ConflictError, StaleDataError):
        return announcements(409, problem=t("announcement.conflict"), fields={**fields, "row": "", "revision": ""})
    return redirect(url_for("console.announcements"), 303)


def do(row_id: int, verb: str) -> Response:
    """Do one verb with one announcement."""
    permission, action = _VERBS.get(verb, (None, None))
    if permission is None or action is None:
        abort(404)
    require(permission)
    try:
        with house().database.transaction() as session:
            row = session.get(Announcement, row_id)
            if row is None:
                abort(404)
            action(session, row, request.form.get("revision", -1, type=int))
    except (ConflictError, StaleDataError):
        return announcements(409, problem=t("announcement.conflict"))
    except SecondPersonError:
        return announcements(403, problem=t("article.second_person"))
    except ContentError as error:
        return announcements(422, problem=_sentences(error.problems))
    return redirect(url_for("console.announcements"), 303)


def _publish(session: Session, row: Announcement, revision: int) -> None:
    publish_announcement(session, row, person().sign_in, now(), revision)


def _withdraw(session: Session, row: Announcement, revision: int) -> None:
    withdraw_announcement(session, row, person().sign_in, now(), revision)


def _submit(session: Session, row: Announcement, revision: int) -> None:
    submit_announcement(session, row, now(), revision)


def _send_back(session: Session, row: Announcement, revision: int) -> None:
    send_back_announcement(session, row, request.form.get("note", "").strip()[:500], revision)


_VERBS: dict[str, tuple[Permission, Verb]] = {
    "submit": (Permission.EDIT_ARTICLES, _submit),
    "publish": (Permission.REVIEW_ARTICLES, _publish),
    "send_back": (Permission.REVIEW_ARTICLES, _send_back),
    "withdraw": (Permission.REVIEW_ARTICLES, _withdraw),
}


def _fields(draft: Announcement | None) -> dict[str, str]:
    if draft is None:
        return {"valid_until": shown(_end_of_day(now()))}
    return {
        "row": str(draft.id),
        "revision": str(draft.revision),
        "text_zh": draft.text_zh,
        "text_en": draft.text_en,
        "districts": "、".join(draft.districts),
        "valid_until": shown(draft.valid_until),
    }


def _end_of_day(at: datetime) -> datetime:
    return at + _USUAL_LENGTH


def _sentences(problems: tuple[Problem, ...]) -> str:
    return " ".join(map(problem_in_words, problems))
