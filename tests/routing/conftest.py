"""One engine a worker and kind of database: each has to compile every statement anew, which is a third of the time."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.database import Base, Database
from tests.databases import BOTH, truncate


@pytest.fixture(scope="session")
def worker_databases() -> Iterator[dict[str, Database]]:
    """The databases of this worker, which tests use one after the other."""
    databases: dict[str, Database] = {}
    yield databases
    for database in databases.values():
        database.close()


@pytest.fixture(scope="session")
def shared_file(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Path:
    return Path(shutil.copy(sqlite_file, tmp_path_factory.mktemp("shared")))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, worker_databases: dict[str, Database]) -> Iterator[str]:
    """The URL of a database whose tables are empty, as in tests/databases.py; but emptied, not made anew."""
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('shared_file')}"
        yield url
        with _of(worker_databases, url).transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
    else:
        url = request.getfixturevalue("postgres_url")
        yield url
        truncate(_of(worker_databases, url).engine)


@pytest.fixture
def database(database_url: str, worker_databases: dict[str, Database]) -> Database:
    """A database with empty tables and nothing done after a commit."""
    return _of(worker_databases, database_url)


def _of(worker_databases: dict[str, Database], url: str) -> Database:
    if url not in worker_databases:
        worker_databases[url] = Database(url)
    return worker_databases[url]
