"""Who heard a wrong answer, and one click that tells them what is right."""

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from console.article_page import find_article
from console.parts import house, now, person, require
from console.permissions import Permission
from core.models import ArticleVersion
from routing.told.corrections import count_of, progress, queue_corrections, told_wrongly

HOURS = (1, 6, 24, 72, 168)
_USUAL_HOURS = 24


def add_pages(pages: Blueprint) -> None:
    """Add the page and its one verb."""
    pages.add_url_rule("/articles/<int:article_id>/corrections", "corrections", corrections)
    pages.add_url_rule("/articles/<int:article_id>/corrections", "queue_corrections", queue, methods=["POST"])


def corrections(article_id: int) -> str:
    """Show which versions that hold no more were heard by how many, and how far their corrections have come."""
    require(Permission.CORRECT)
    hours = _hours(request.args.get("hours", type=int))
    with house().database.reading() as session:
        article = find_article(session, article_id)
        wrong = told_wrongly(session, article_id, now() - timedelta(hours=hours))
        done = progress(session, article_id)
    settings = house().settings
    return render_template(
        "console/corrections.html",
        article=article,
        wrong=wrong,
        progress=done,
        hours=hours,
        all_hours=HOURS,
        quiet_hours=settings.quiet_hours,
        queued=request.args.get("queued", type=int),
    )


def queue(article_id: int) -> Response:
    """Queue a correction to everybody who heard a version."""
    require(Permission.CORRECT)
    hours = _hours(request.form.get("hours", type=int))
    with house().database.transaction() as session:
        version = session.get(ArticleVersion, request.form.get("version", 0, type=int))
        if version is None or version.article_id != article_id:
            abort(404)
        by_sms = request.form.get("by") == "sms"
        made = queue_corrections(session, version, person().sign_in, now(), hours, house().settings, by_sms=by_sms)
        count = count_of(session, made) if made else 0
    return redirect(url_for("console.corrections", article_id=article_id, hours=hours, queued=count), 303)


def _hours(given: int | None) -> int:
    return given if given in HOURS else _USUAL_HOURS
