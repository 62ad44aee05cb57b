"""Plain factories for articles and their versions; each uses the verbs that the desk uses."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.models import ArticleVersion
from core.settings import Language
from knowledge.content import Content
from knowledge.editing import begin_draft, publish, start_article, submit
from tests.rows import NOON

AUTHOR, REVIEWER = "anna", "wang"


def a_content(**changes: Any) -> Content:
    """The wording of a small article."""
    usual: dict[str, Any] = {
        "category": "policy",
        "question": "疫苗在哪里打？",
        "phrasings": ("打疫苗去哪儿", "哪里可以接种疫苗"),
        "answer": "请到社区卫生服务中心接种。",
    }
    return Content(**{**usual, **changes})


def a_draft(
    session: Session, *, slug: str = "vaccine", language: Language = "zh", author: str = AUTHOR, **changes: Any
) -> ArticleVersion:
    """A new article's draft."""
    return start_article(session, slug, language, a_content(**changes), author, NOON)


def let_out(
    session: Session, version: ArticleVersion, now: datetime = NOON, reviewer: str = REVIEWER
) -> ArticleVersion:
    """Submit a draft and publish it by a second person."""
    submit(session, version, now, version.revision)
    publish(session, version, reviewer, now, version.revision)
    return version


def an_article(session: Session, *, now: datetime = NOON, **changes: Any) -> ArticleVersion:
    """A new article, published."""
    return let_out(session, a_draft(session, **changes), now)


def a_next_version(session: Session, before: ArticleVersion, *, now: datetime = NOON, **changes: Any) -> ArticleVersion:
    """Another version of an article, published in place of the one before."""
    content = a_content(**changes)
    return let_out(session, begin_draft(session, before.article, content, AUTHOR, now, based_on=before.number), now)
