"""An empty database becomes a hotline: tables, starter articles, accounts; done again, nothing changes."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import func, select

from core.database import Database
from core.hot_terms import active_terms
from core.models import ArticleRow, ArticleVersion, HotTerm, Staff
from core.settings import Language
from hotline.setting_up import set_up
from knowledge.articles import read_seed
from knowledge.editing import begin_draft, content_of, publish, submit
from knowledge.store import published_articles, seed_articles
from tests.articles import an_article
from tests.rows import NOON


@pytest.fixture
def empty_house(empty_database_url, tmp_path):
    from core.house import build_house  # noqa: PLC0415
    from core.settings import Settings  # noqa: PLC0415

    house = build_house(Settings(data_folder=tmp_path, database_url=empty_database_url))
    yield house
    house.database.close()
    house.queues.redis.close()


def rows(house, table):
    with house.database.reading() as session:
        return session.scalar(select(func.count(table.id)))


def test_an_empty_database_is_made_ready(empty_house):
    made = set_up(empty_house)
    assert made
    assert rows(empty_house, Staff) == len(made)
    assert len({password for _, password in made}) == len(made)
    assert all(len(password) >= 12 for _, password in made)
    assert rows(empty_house, ArticleRow) == sum(len(read_seed(language)) for language in get_args(Language))
    with empty_house.database.reading() as session:
        hashes = session.scalars(select(Staff.password_hash)).all()
    assert all(password not in kept for _, password in made for kept in hashes)


def test_a_new_city_starts_with_common_names_and_the_places_that_triage_knows(empty_house):
    set_up(empty_house)
    before = rows(empty_house, HotTerm)
    with empty_house.database.reading() as session:
        zh, en = ({row.term for row in active_terms(session, language)} for language in ("zh", "en"))
    assert {"布洛芬", "发热门诊", "青龙街道", "东城区"} <= zh
    assert {"ibuprofen", "fever clinic", "dragon street"} <= en
    assert "东城" not in zh  # too short to be told by its sound
    set_up(empty_house)
    assert rows(empty_house, HotTerm) == before


def test_setting_up_again_changes_nothing(empty_house):
    set_up(empty_house)
    before = rows(empty_house, Staff), rows(empty_house, ArticleRow)
    assert set_up(empty_house) == []
    assert (rows(empty_house, Staff), rows(empty_house, ArticleRow)) == before


def test_articles_that_the_city_wrote_are_never_seeded_over(database: Database):
    with database.transaction() as session:
        an_article(session, slug="own", question="问", phrasings=("a", "b"), answer="答")
    with database.transaction() as session:
        assert seed_articles(session, NOON) == 0
    with database.reading() as session:
        (article,) = published_articles(session, "zh", NOON)
        assert (article.id, article.phrasings, article.updated_at) == ("own", ("a", "b"), NOON)
        assert published_articles(session, "en", NOON) == ()


@pytest.mark.parametrize("language", get_args(Language))
def test_seeded_articles_come_back_as_they_are_written(database, language):
    with database.transaction() as session:
        seed_articles(session, NOON)
    with database.reading() as session:
        kept = published_articles(session, language, NOON)
    written = {article.id: replace(article, version_id=None) for article in kept}
    assert written == {article.id: article for article in read_seed(language)}
    assert [article.rank for article in kept] == sorted(article.rank for article in kept)
    assert all(article.version_id for article in kept)


def test_a_sample_is_marked_and_has_no_date_until_the_city_changes_it(database):
    with database.transaction() as session:
        seed_articles(session, NOON)
        row = session.scalars(select(ArticleVersion).join(ArticleRow).where(ArticleRow.language == "zh")).first()
        article = row.article
        draft = begin_draft(session, article, content_of(row), "anna", NOON, based_on=1)
        submit(session, draft, NOON, draft.revision)
        publish(session, draft, "wang", NOON + timedelta(days=1), draft.revision)
        changed = article.slug
    later = NOON + timedelta(days=2)
    with database.reading() as session:
        for article in published_articles(session, "zh", later):
            mine = article.id == changed
            assert (article.is_sample, article.updated_at) == (not mine, NOON + timedelta(days=1) if mine else None)
