"""What callers may hear is kept in memory and is right all the same: the row that says so is read each time."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from core.database import Database
from knowledge.editing import withdraw
from knowledge.store import published_articles
from tests.articles import a_next_version, an_article
from tests.rows import NOON

HOUR = timedelta(hours=1)


def heard(database, at=NOON, language="zh"):
    with database.reading() as session:
        return published_articles(session, language, at)


def statements(database, work):
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    work()
    return [one for one in seen if one.startswith("SELECT")]


def test_the_same_tuple_comes_back_for_one_small_statement(database):
    with database.transaction() as session:
        an_article(session)
    first = heard(database)
    asked = statements(database, lambda: heard(database))
    assert heard(database) is first
    assert len(asked) == 1
    assert "stamps" in asked[0]


def test_another_process_hears_a_change_at_once(database, database_url):
    other = Database(database_url)
    with database.transaction() as session:
        first = an_article(session, answer="旧。")
    assert [article.answer for article in heard(other)] == ["旧。"]
    with other.transaction() as session:
        a_next_version(session, session.merge(first), answer="新。")
    assert [article.answer for article in heard(database)] == ["新。"]
    with database.transaction() as session:
        (article,) = published_articles(session, "zh", NOON)
        version = session.get_one(type(first), article.version_id)
        withdraw(session, version, "anna", NOON, "", version.revision)
    assert heard(other) == ()
    other.close()


def test_what_was_rolled_back_is_not_heard(database):
    with database.transaction() as session:
        an_article(session, answer="旧。")
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        an_article(session, slug="other", answer="没有的事。")
        assert len(published_articles(session, "zh", NOON)) == 2
        _ = 1 / 0
    assert [article.answer for article in heard(database)] == ["旧。"]


def test_an_expired_policy_is_never_heard_though_nothing_was_changed(database):
    with database.transaction() as session:
        an_article(session, slug="long")
        an_article(session, slug="short", question="只有今天？", valid_from=NOON + HOUR, valid_until=NOON + 2 * HOUR)
    moments = [NOON + step * HOUR for step in (0, 1, 2)] + [NOON + 2 * HOUR - timedelta(microseconds=1)]
    assert [[a.id for a in heard(database, at)] for at in moments] == [
        ["long"],
        ["long", "short"],
        ["long"],
        ["long", "short"],
    ]
    assert [a.id for a in heard(database, NOON)] == ["long"]  # also when the clock is set back


def test_an_article_brings_what_the_search_and_the_telephone_need(database):
    with database.transaction() as session:
        version = an_article(session, districts=("成华区", "青羊区"), rank=7, valid_until=NOON + HOUR)
    (article,) = heard(database)
    assert (article.id, article.version_id, article.districts, article.rank) == (
        "vaccine",
        version.id,
        ("成华区", "青羊区"),
        7,
    )
    assert (article.updated_at, article.valid_from, article.valid_until) == (NOON, None, NOON + HOUR)
    assert heard(database, language="en") == ()
