"""One click makes a draft of a topic, in the words that people really used; an admin writes the answer."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from core.models import ArticleVersion, RadarTopic
from knowledge.content import LONGEST, Content
from knowledge.editing import start_article


def draft_from(session: Session, topic: RadarTopic, author: str, now: datetime) -> ArticleVersion:
    """Return a new draft with the topic's phrase as its question and its wordings as phrasings; the answer is empty."""
    content = Content(
        category="other",
        question=topic.phrase[: LONGEST["question"]],
        phrasings=tuple(text[: LONGEST["phrasing"]] for text in topic.phrasings if text.strip(" …")),
        answer="",
    )
    slug = f"radar-{now:%Y%m%d}-{secrets.token_hex(3)}"
    version = start_article(session, slug, topic.language, content, author, now)
    topic.article_id = version.article_id
    session.flush()
    return version
