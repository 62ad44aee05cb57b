"""The state of record: engine, transactions and column types; rooms take a session and never commit."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    inspect,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from core.flushing import Flushing
from core.postgres_link import Link, no_statement_longer_than
from core.reach import Reach
from core.write_lock import WriteLock

_Row = TypeVar("_Row", bound="Base")
_LONGEST_STATEMENT_SECONDS = 60.0
"""Of whoever is not hurried; a server that hangs for longer is as good as gone."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: goes in aware, comes back aware and in UTC, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime(),
        enum.Enum: Enum(
            enum.Enum, native_enum=False, length=32, values_callable=lambda words: [word.value for word in words]
        ),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


AfterCommit = Callable[[Session], None]


class Database:
    """One engine; doors open its transactions."""

    def __init__(self, url: str, after_commit: AfterCommit | None = None, seconds_to_wait: float = 4.0) -> None:
        self.write_lock = WriteLock(seconds_to_wait)
        self.engine = _engine(url, seconds_to_wait, self.write_lock)
        self._flushing = _flushing(self.engine)
        self._engine_for_reading = self.engine.execution_options(hotline_reading=True)
        self._after_commit, self._seconds_to_wait = after_commit, seconds_to_wait
        self._for_writing, self._for_reading = Reach(), Reach()  # SQLite's readers don't wait for a writer

    @contextmanager
    def transaction(self, *, hurried: bool = False) -> Iterator[Session]:
        """Open a writing transaction: at the end it is committed and on the disk; rolled back on any error.

        Then jobs are sent. `hurried`: somebody waits on the telephone, so no statement may take much longer than we
        wait for SQL; the server's own limit comes first.
        """
        longest = 1.25 * self._seconds_to_wait if hurried else _LONGEST_STATEMENT_SECONDS
        with (
            self._for_writing.asked(),
            no_statement_longer_than(longest),
            self.engine.begin() as connection,  # a session that commits by itself costs as much again
            Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session,
        ):
            yield session
            session.flush()
        if self._flushing:
            self._flushing.wait()
        if self._after_commit:
            self._after_commit(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a reading transaction: takes no write lock, writes nothing."""
        with (
            self._for_reading.asked(),
            no_statement_longer_than(_LONGEST_STATEMENT_SECONDS),
            Session(self._engine_for_reading, expire_on_commit=False, autoflush=False) as session,
        ):
            yield session

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str, seconds: float, lock: WriteLock) -> Engine:
    """Connect lazily; errors tell no parameters, as they are logged and what callers said must not be."""
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": seconds})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", partial(_begin_sqlite, lock))
        return engine
    # half of the patience for a connection that may be dead, half for a new one
    patience = {"connect_timeout": max(2, round(seconds / 2)), "options": f"-c lock_timeout={round(seconds * 1000)}"}
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_timeout=seconds, connect_args=patience)
    event.listen(engine, "do_connect", partial(_connect_postgres, seconds / 2))
    return engine


def _connect_postgres(
    ping_seconds: float,
    _dialect: Dialect,
    _record: ConnectionPoolEntry,
    words: tuple[Any, ...],
    options: dict[str, Any],
) -> Link:
    link = Link.connect(*words, **options)
    link.ping_seconds = ping_seconds
    return link


def _flushing(engine: Engine) -> Flushing | None:
    """PostgreSQL flushes by itself, for all who commit at once; so does SQLite in memory, which needs none."""
    file = engine.url.database
    return Flushing(Path(file)) if engine.dialect.name == "sqlite" and file and file != ":memory:" else None


def _set_up_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; ours is below
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(lock: WriteLock, connection: Connection) -> None:
    """A read-then-write would fail at once with “database is locked”, so writers take the lock at the start."""
    if connection.get_execution_options().get("hotline_reading"):
        connection.exec_driver_sql("BEGIN")
    else:
        lock.begin(connection)


def table_of(mapped: type[Base]) -> Table:
    """Return a class's table, for statements that are built once and carried out without the unit of work."""
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


def locked_row(session: Session, table: type[_Row], key: Any, **values: Any) -> _Row:
    """Return the row of a primary key, locked until the transaction ends; made of `values` if there is none.

    Of two transactions that make it at once, the second waits and then gets the row of the first.
    """
    row = session.get(table, key, with_for_update=True)
    if row:
        return row
    with suppress(IntegrityError), session.begin_nested():
        session.execute(insert(table).values({inspect(table).primary_key[0].key: key, **values}))
    return session.get_one(table, key, with_for_update=True)
