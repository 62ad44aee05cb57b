"""Writing an article: the form, what the caller would hear beside it, and what happens when two write at once."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from console.article_form import Typed, as_fields, read_typed
from console.article_page import find_article
from console.heard_text import heard_text
from console.parts import city_zone, house, now, person, require
from console.permissions import Permission
from console.staff_accounts import names
from console.trials import read_tried
from console.words import LANGUAGES, known_language
from core.errors import ConflictError
from core.models import ArticleRow, ArticleVersion
from core.settings import Language
from knowledge.articles import CATEGORIES
from knowledge.content import Content, ContentError, Problem, problems
from knowledge.desk import versions_of
from knowledge.differences import differences
from knowledge.editing import (
    SlugTakenError,
    begin_draft,
    content_of,
    open_draft,
    save_draft,
    start_article,
    submit,
)
from knowledge.store import preview_of

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_EMPTY = Content(category="policy", question="", answer="")


def new_article() -> AnyResponse:
    """Show an empty form, or keep what was typed as the first draft of a new article."""
    require(Permission.EDIT_ARTICLES)
    if request.method == "POST":
        return _keep(None)
    language = known_language(request.args.get("language")) or LANGUAGES[0]
    slug, model = request.args.get("slug", ""), _EMPTY
    with house().database.reading() as session:
        copied = request.args.get("like", type=int)
        if copied:
            like = versions_of(session, find_article(session, copied))[0]
            model = replace(content_of(like), question="", answer="", phrasings=(), long_text="")
    return _form(None, as_fields(model), language=language, slug=slug)


def edit_article(article_id: int) -> AnyResponse:
    """Show the open draft, or the version to start from, in the form; or keep what was typed."""
    require(Permission.EDIT_ARTICLES)
    if request.method == "POST":
        return _keep(article_id)
    with house().database.reading() as session:
        article = find_article(session, article_id)
        versions, draft = versions_of(session, article), open_draft(session, article)
        wanted = request.args.get("from", type=int)
        start = next((row for row in versions if row.number == wanted), draft or _heard_or_newest(versions))
    return _form(article, as_fields(content_of(start)), draft=draft, newest=versions[0].number, based_on=start.number)


def preview_article() -> str:
    """Return what the caller would hear of a form as it stands, for the panel beside it."""
    require(Permission.EDIT_ARTICLES)
    typed = read_typed(request.form)
    language = known_language(request.form.get("language")) or LANGUAGES[0]
    heard = heard_text(typed.content, request.form.get("slug", ""), language, now())
    wrong = (*typed.problems, *problems(typed.content, complete=True))
    return render_template("console/_heard_text.html", heard=heard, problems=wrong, language_of_text=language)


def _keep(article_id: int | None) -> AnyResponse:
    typed, action = read_typed(request.form), request.form.get("action", "save")
    if action in {"preview", "try"}:
        return _again(article_id, typed, ())
    wrong = (*typed.problems, *problems(typed.content, complete=action == "submit"))
    if wrong:
        return _again(article_id, typed, wrong, 422)
    save: Callable[[Session, Typed], ArticleVersion] = _start if article_id is None else _save
    try:
        with house().database.transaction() as session:
            version = save(session, typed)
            if action == "submit":
                submit(session, version, now(), version.revision)
            kept_id = version.article_id
    except (ConflictError, StaleDataError):
        return _again(article_id, typed, (), 409, conflict=True)
    except SlugTakenError:
        return _again(article_id, typed, (Problem("slug", "slug_taken"),), 422)
    except ContentError as error:
        return _again(article_id, typed, error.problems, 422)
    return redirect(url_for("console.article", article_id=kept_id), 303)


def _start(session: Session, typed: Typed) -> ArticleVersion:
    slug = typed.fields.get("slug", "").strip() or f"article-{secrets.token_hex(4)}"
    if not _SLUG.fullmatch(slug):
        raise ContentError((Problem("slug", "no_slug"),))
    language = known_language(typed.fields.get("language"))
    if language is None:
        abort(400)
    owner = typed.fields.get("owner") or person().sign_in
    return start_article(session, slug, language, typed.content, person().sign_in, now(), owner)


def _save(session: Session, typed: Typed) -> ArticleVersion:
    article = find_article(session, int((request.view_args or {})["article_id"]))
    owner = typed.fields.get("owner", "")
    if owner in names(session):
        article.owner = owner
    draft_id, revision = _number("draft"), _number("revision")
    if draft_id:
        version = session.get(ArticleVersion, draft_id)
        if version is None or version.article_id != article.id:
            abort(404)
        save_draft(session, version, typed.content, person().sign_in, now(), revision)
        return version
    if versions_of(session, article)[0].number != _number("newest"):
        raise ConflictError("Somebody has written a version since.")
    return begin_draft(session, article, typed.content, person().sign_in, now(), based_on=_number("based_on") or None)


def _again(
    article_id: int | None, typed: Typed, wrong: Sequence[Problem], status: int = 200, *, conflict: bool = False
) -> AnyResponse:
    """Show the form with everything that was typed; after a conflict, beside what is there now."""
    fields = {**as_fields(typed.content), **typed.fields}
    said: dict[str, Any] = {"problems": tuple(wrong), "status": status}
    if article_id is None:
        return _form(None, fields, language=known_language(fields.get("language")), slug=fields.get("slug", ""), **said)
    with house().database.reading() as session:
        article = find_article(session, article_id)
        versions, draft = versions_of(session, article), open_draft(session, article)
        if not conflict:
            seen = next((row for row in versions if row.id == _number("draft")), None)
            newest, revision = _number("newest"), _number("revision")
            return _form(
                article, fields, draft=seen, revision=revision, newest=newest, based_on=_number("based_on"), **said
            )
        theirs = draft or _heard_or_newest(versions)
        said["theirs"], said["people"] = theirs, names(session)
        said["changes"] = differences(content_of(theirs), typed.content, city_zone())
    return _form(article, fields, draft=draft, newest=versions[0].number, based_on=theirs.number, **said)


def _form(article: ArticleRow | None, fields: dict[str, str], *, status: int = 200, **shown: Any) -> Response:
    language: Language = article.language if article else shown.pop("language", None) or LANGUAGES[0]
    slug = article.slug if article else shown.pop("slug", "")
    content = read_typed(fields).content
    draft = shown.get("draft")
    shown.setdefault("revision", draft.revision if draft else 0)
    with house().database.reading() as session:
        people = names(session)
        tried = read_tried(session, fields, language, preview_of(content, slug or "new", language, now()))
    html = render_template(
        "console/article_edit.html",
        article=article,
        slug=slug,
        article_language=language,
        fields=fields,
        categories=CATEGORIES,
        heard=heard_text(content, slug, language, now()),
        tried=tried,
        owner=fields.get("owner") or (article.owner if article else person().sign_in),
        people=people,
        said=shown,
    )
    return make_response(html, status)


def _heard_or_newest(versions: Sequence[ArticleVersion]) -> ArticleVersion:
    return next((row for row in versions if row.published_at and not row.ended_at), versions[0])


def _number(name: str) -> int:
    return request.form.get(name, 0, type=int)
