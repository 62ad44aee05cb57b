"""The question radar's page: what people asked in vain today, and one click to begin the answer."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from console.parts import house, now, person, require
from console.permissions import Permission
from core.models import ArticleRow, RadarRun, RadarTopic
from core.queues import Job, enqueue
from routing.radar import draft_from
from routing.radar.reading import read_radar


def add_pages(pages: Blueprint) -> None:
    """Add the page, a look at once, and the draft."""
    pages.add_url_rule("/radar", "radar", radar)
    pages.add_url_rule("/radar/look", "radar_look", look, methods=["POST"])
    pages.add_url_rule("/radar/<int:topic_id>/draft", "radar_draft", draft, methods=["POST"])


def radar() -> str:
    """Show the topics of the newest look."""
    require(Permission.REVIEW_ARTICLES)
    with house().database.reading() as session:
        seen = read_radar(session)
        wanted = {topic.article_id for topic in seen.topics if topic.article_id}
        articles = {row.id: row for row in session.scalars(select(ArticleRow).where(ArticleRow.id.in_(wanted)))}
    return render_template("console/radar.html", radar=seen, articles=articles)


def look() -> Response:
    """Ask for a look at the day that ends now."""
    require(Permission.REVIEW_ARTICLES)
    with house().database.transaction() as session:
        run = RadarRun(until_at=now(), due_at=now())
        session.add(run)
        session.flush()
        enqueue(session, Job.RADAR, run.id)
    return redirect(url_for("console.radar"), 303)


def draft(topic_id: int) -> Response:
    """Begin an article about a topic, or go to the one that was begun."""
    require(Permission.EDIT_ARTICLES)
    with house().database.transaction() as session:
        topic = session.get(RadarTopic, topic_id, with_for_update=True)
        if topic is None:
            abort(404)
        article_id = topic.article_id or draft_from(session, topic, person().sign_in, now()).article_id
    return redirect(url_for("console.edit_article", article_id=article_id), 303)
