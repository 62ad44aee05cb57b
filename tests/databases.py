"""Both databases for tests: SQLite in a file, and a real PostgreSQL, each with the tables the migrations make.

One PostgreSQL server a test worker, started by the first test that wants it. Every test gets empty tables.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from core.database import Base, Database
from core.errors import SettingsError
from core.house import House, build_house
from core.settings import Settings
from hotline.own_postgres import OwnPostgres
from hotline.schema import upgrade
from tests.redis_process import RedisProcess

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[OwnPostgres]:
    """The PostgreSQL of this worker; a test that wants it is skipped where none can be started."""
    try:
        server = OwnPostgres(durable=False)  # no test cuts the power
    except SettingsError as error:
        pytest.skip(str(error))
    yield server
    server.throw_away()


@pytest.fixture(scope="session")
def postgres_url(postgres: OwnPostgres) -> str:
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
        engine = create_engine(url)
        truncate(engine)
        engine.dispose()


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


def truncate(engine: Engine) -> None:
    """Empty all tables of a PostgreSQL."""
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
