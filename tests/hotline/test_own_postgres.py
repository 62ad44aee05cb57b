"""A PostgreSQL of our own: it is stopped and comes back with what was committed, hangs and goes on, leaves nothing."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from hotline.own_postgres import OwnPostgres

pytestmark = pytest.mark.full


@pytest.fixture
def server():
    own = OwnPostgres()
    yield own
    own.throw_away()


def asked(url, statement):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_what_was_committed_outlives_a_crash(server):
    url = server.make_database()
    asked(url, "CREATE TABLE kept AS SELECT 7 AS number")
    with server.stopped(), pytest.raises(OperationalError):
        asked(url, "SELECT number FROM kept")
    assert asked(url, "SELECT number FROM kept") == 7


def test_while_it_hangs_nobody_is_answered_and_afterwards_all_are(server):
    answers = []
    asking = threading.Thread(target=lambda: answers.append(asked(server.url(), "SELECT 1")))
    with server.frozen():
        asking.start()
        asking.join(1)
        assert answers == []
    asking.join(10)
    assert answers == [1]


def test_each_database_is_a_new_one_and_nothing_is_left_at_the_end():
    own = OwnPostgres(durable=False)
    urls = {own.make_database() for _ in range(2)}
    assert len(urls) == 2
    folder = Path(next(iter(urls)).partition("host=")[2]).parent
    assert folder.is_dir()
    own.throw_away()
    assert not folder.exists()
    with pytest.raises(OperationalError):
        asked(own.url(), "SELECT 1")
