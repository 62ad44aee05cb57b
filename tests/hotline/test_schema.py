"""The migrations make what core.models says, on both databases, and can be taken back."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from core.database import Base, Database
from hotline.schema import _config, upgrade


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
