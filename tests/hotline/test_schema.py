"""The migrations make what core.models says, on both databases, and can be taken back."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from core.database import Base, Database
from core.models import ArticleVersion, OrderAssistant, PublishingState, Stamp, WorkOrder
from core.settings import Settings
from hotline.schema import _config, upgrade
from routing.orders import chase
from routing.orders.audit import verify
from tests.rows import NOON

_OLD_ARTICLE = """
    INSERT INTO articles
        (slug, language, category, district, question, phrasings, answer, rank, is_sample, updated_at)
    VALUES ('pool', 'en', 'information', 'North', 'When is the pool open?', '["hours"]', 'Ask at the door.', 3, true,
        '2026-03-01 04:00:00+00:00')
"""


@pytest.fixture
def empty_database(empty_database_url):
    database = Database(empty_database_url)
    yield database
    database.close()


def downgrade(engine):
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def differences(engine):
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_and_the_models_agree(empty_database):
    upgrade(empty_database.engine)
    assert differences(empty_database.engine) == []
    assert tables(empty_database.engine) == set(Base.metadata.tables)


def test_upgrading_twice_changes_nothing(empty_database):
    upgrade(empty_database.engine)
    upgrade(empty_database.engine)
    assert differences(empty_database.engine) == []


def test_down_to_nothing_and_up_again(empty_database):
    upgrade(empty_database.engine)
    downgrade(empty_database.engine)
    assert tables(empty_database.engine) == set()
    upgrade(empty_database.engine)
    assert differences(empty_database.engine) == []


def test_a_migration_that_fails_leaves_nothing_behind(empty_database):
    with empty_database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE transcripts (wrong INTEGER)")
    with pytest.raises(Exception, match="transcripts"):
        upgrade(empty_database.engine)
    assert tables(empty_database.engine) == {"transcripts"}


def test_what_callers_heard_before_there_were_versions_is_the_published_first_one(empty_database):
    with empty_database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(text(_OLD_ARTICLE))
        command.upgrade(config, "head")
    with empty_database.reading() as session:
        version = session.scalars(select(ArticleVersion)).one()
        assert (version.number, version.state, version.is_sample) == (1, PublishingState.PUBLISHED, True)
        assert (version.districts, version.phrasings, version.answer) == (["North"], ["hours"], "Ask at the door.")
        assert version.published_at == version.article.created_at == datetime(2026, 3, 1, 4, tzinfo=UTC)
        assert session.get(Stamp, "articles")
    with empty_database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        (row,) = connection.execute(text("SELECT question, district, answer, is_sample FROM articles")).all()
        assert tuple(row) == ("When is the pool open?", "North", "Ask at the door.", True)


def test_orders_of_before_the_chain_are_chained_and_get_their_clocks(empty_database):
    """An installation that has orders already goes on with them."""
    with empty_database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, str(ScriptDirectory.from_config(config).get_revision("0005").down_revision))
        for statement in _AN_OLD_ORDER:
            connection.exec_driver_sql(statement)
    upgrade(empty_database.engine)
    with empty_database.transaction() as session:
        report = verify(session)
        assert (report.orders, report.events, report.faults) == (1, 2, ())
        order = session.scalars(select(WorkOrder)).one()
        assert "三号楼" not in str([event.detail for event in order.events])
        assert order.events[1].words["reason"] == "她住三号楼"
        chase(session, order.id, Settings(), NOON)
        report = verify(session)
        assert (report.events > 2, report.faults) == (True, ())


def test_whoever_was_named_to_assist_with_an_order_assists_with_it(empty_database):
    with empty_database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in _AN_OLD_ORDER:
            connection.exec_driver_sql(statement)
        (ours,) = (
            each
            for each in ScriptDirectory.from_config(config).walk_revisions()
            if "found by what happened" in each.doc
        )
        command.upgrade(config, str(ours.down_revision))
        for number in (1, 2, 3):
            row = {"id": number, "at": "2026-01-01 00:00:00"}
            connection.execute(text(_A_DEPARTMENT), row)
        told = (("dispatched", 1), ("assisting", 3), ("dispatched", 1), ("assisting", 2))
        for position, (event, unit) in enumerate(told, 3):
            detail = f'{{"department_id": {unit}}}'
            connection.execute(text(_AN_EVENT), {"position": position, "event": event, "detail": detail})
        command.upgrade(config, "head")
    with empty_database.reading() as session:
        found = session.scalars(select(OrderAssistant)).all()
        assert [(row.order_id, row.department_id) for row in found] == [(1, 2)]


_A_DEPARTMENT = """INSERT INTO departments (id, name, kind, channel, created_at)
    VALUES (:id, CAST(:id AS VARCHAR(9)), 'ordinary', 'console', :at)"""
_AN_EVENT = """INSERT INTO order_events (order_id, position, event, actor, happened_at, detail, prev_hash, hash)
    VALUES (1, :position, :event, 'wang', '2026-01-01 00:00:00', :detail, '', '')"""
_AN_OLD_ORDER = (
    "INSERT INTO callers (id, key_id) VALUES (1, 'k')",
    """INSERT INTO calls (id, call_sid, caller_id, turn, dialogue, started_at)
    VALUES (1, 'CA1', 1, 0, '{}', '2026-01-01 00:00:00')""",
    """INSERT INTO work_orders (id, number, code, call_id, language, state, urgency, urgency_rank, summary, reasons,
    wants_person, to_listen, registered_at, revision) VALUES (1, 'WO-20260101-000001', '100000', 1, 'zh',
    'registered', 'yellow', 1, '', '{}', false, false, '2026-01-01 00:00:00', 1)""",
    """INSERT INTO order_events (order_id, position, event, actor, happened_at, detail)
    VALUES (1, 1, 'registered', 'caller', '2026-01-01 00:00:00', '{"language": "zh"}')""",
    """INSERT INTO order_events (order_id, position, event, actor, happened_at, detail) VALUES (1, 2,
    'urgency_set', 'li', '2026-01-01 00:01:00', '{"urgency": "yellow", "reason": "她住三号楼"}')""",
)
