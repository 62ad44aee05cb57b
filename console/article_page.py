"""One article: what callers hear now, what is being written beside it, every version, and how it serves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, abort, make_response, render_template, request
from sqlalchemy.orm import Session

from console.article_list import SERVED_SINCE
from console.heard_text import heard_text
from console.parts import city_zone, house, now
from console.staff_accounts import names
from core.models import ArticleRow, ArticleVersion, PublishingState
from knowledge.desk import in_other_languages, versions_of
from knowledge.differences import differences
from knowledge.editing import OPEN, content_of
from routing.radar.effect import effect_of
from routing.told.corrections import told_wrongly
from routing.told.helpfulness import NEVER_TOLD, by_article

CORRECT_WITHIN = timedelta(hours=24)


def article_screen(article_id: int, status: int = 200, **said: Any) -> Response:
    """Show one article; `said` is `problem`, a sentence about what could not be done."""
    with house().database.reading() as session:
        article = find_article(session, article_id)
        versions = versions_of(session, article)
        shown = _shown(versions)
        before = _compared(versions, shown)
        html = render_template(
            "console/article.html",
            article=article,
            versions=versions,
            version=shown,
            published=next((row for row in versions if row.state is PublishingState.PUBLISHED), None),
            draft=next((row for row in versions if row.state in OPEN), None),
            heard=heard_text(content_of(shown), article.slug, article.language, shown.published_at or now()),
            before=before,
            changes=differences(content_of(before), content_of(shown), city_zone()) if before else (),
            others=in_other_languages(session, article),
            served=by_article(session, now() - SERVED_SINCE, article.id).get(article.id, NEVER_TOLD),
            served_days=SERVED_SINCE.days,
            wrong=told_wrongly(session, article.id, now() - CORRECT_WITHIN),
            correct_hours=int(CORRECT_WITHIN.total_seconds() // 3600),
            effect=effect_of(session, article.id),
            names=names(session),
            said=said,
        )
    return make_response(html, status)


def find_article(session: Session, article_id: int) -> ArticleRow:
    """Return an article; a page about none is not found."""
    article = session.get(ArticleRow, article_id)
    if article is None:
        abort(404)
    return article


def _shown(versions: Sequence[ArticleVersion]) -> ArticleVersion:
    """Return the version that the address names; else the open one, else what is heard, else the newest."""
    wanted = request.args.get("version", type=int)
    chosen = next((row for row in versions if row.number == wanted), None)
    open_one = next((row for row in versions if row.state in OPEN), None)
    heard = next((row for row in versions if row.state is PublishingState.PUBLISHED), None)
    return chosen or open_one or heard or versions[0]


def _compared(versions: Sequence[ArticleVersion], shown: ArticleVersion) -> ArticleVersion | None:
    """Return the version to compare with: the one the address names, else the newest one published before it."""
    wanted = request.args.get("with", type=int)
    older = [row for row in versions if row.number < shown.number]
    chosen = next((row for row in versions if row.number == wanted and row is not shown), None)
    return chosen or next((row for row in older if row.published_at), None) or next(iter(older), None)
