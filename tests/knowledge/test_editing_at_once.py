"""Two admins in the same moment, on both databases: one gets the draft, the other is told."""

import threading

from sqlalchemy import select

from core.errors import ConflictError
from core.models import ArticleRow, ArticleVersion, PublishingState
from knowledge.editing import begin_draft
from tests.articles import a_content, an_article
from tests.rows import NOON


def test_of_two_who_begin_at_once_one_gets_the_draft_and_the_other_is_told(database):
    with database.transaction() as session:
        article_id = an_article(session).article_id
    gate, told = threading.Barrier(2), []

    def begin(author):
        with database.transaction() as session:
            article = session.get_one(ArticleRow, article_id)
            gate.wait(1) if database.engine.dialect.name == "postgresql" else None
            begin_draft(session, article, a_content(), author, NOON, based_on=1)

    def attempt(author):
        try:
            begin(author)
        except ConflictError:
            told.append(author)

    threads = [threading.Thread(target=attempt, args=(name,)) for name in ("anna", "wang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    with database.reading() as session:
        assert (
            len(session.scalars(select(ArticleVersion).where(ArticleVersion.state == PublishingState.DRAFT)).all()) == 1
        )
