"""Statements that every step of a call carries out: compiled once, then handed to the driver as they are.

They are made of the models' columns as all others, and values go in and come out by the columns' types. Left out is
what SQLAlchemy finds out anew each time: it takes longer than the question itself.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

_Change = Callable[[Any], Any] | None


class Prepared:
    """A select, insert or update; its values are given by their names, a column's or a `bindparam`'s.

    Nothing of the session is flushed before: what it asks must not be waiting there. Errors are SQLAlchemy's own.
    """

    def __init__(self, statement: ReturnsRows) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, ...], _Form] = {}

    def rows(self, session: Session, **values: Any) -> list[Any]:
        """Return all rows that are found or returned, as named tuples."""
        form, cursor = self._carried_out(session, values)
        return form.rows(cursor.fetchall())

    def first(self, session: Session, **values: Any) -> Any:
        """Return the first row, None when there is none."""
        rows = self.rows(session, **values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values: Any) -> Any:
        """Return the first value of the first row, None when there is none."""
        rows = self.rows(session, **values)
        return rows[0][0] if rows else None

    def run(self, session: Session, **values: Any) -> int:
        """Change rows, and return how many."""
        _, cursor = self._carried_out(session, values)
        return int(cursor.rowcount)

    def _carried_out(self, session: Session, values: Mapping[str, Any]) -> "tuple[_Form, Any]":
        connection = session.bind if isinstance(session.bind, Connection) else session.connection()
        names = (connection.dialect.name, *values)
        form = self._forms.get(names)
        if form is None:
            form = self._forms[names] = _Form(self._statement, values, connection.dialect)
        return form, _execute(connection, form.text, form.bound(values))


def _execute(connection: Connection, text: str, values: Any) -> Any:
    errors = connection.dialect.loaded_dbapi.Error
    try:
        cursor = connection.connection.cursor()
        cursor.execute(text, values)
    except errors as error:
        is_gone = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if is_gone:
            connection.exec_driver_sql("SELECT 1")  # fails as well, and SQLAlchemy clears its pool of such connections
        raise DBAPIError.instance(
            text, None, error, errors, hide_parameters=True, connection_invalidated=is_gone, dialect=connection.dialect
        ) from error
    return cursor


class _Form:
    """A statement's text for one database, and how its values are written and read there."""

    def __init__(self, statement: ReturnsRows, first: Mapping[str, Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(first))
        assert isinstance(compiled, SQLCompiler)
        if compiled.prefetch:
            raise ValueError(f"a prepared statement must be given all that has a default: {compiled.prefetch}")
        expanded = compiled.construct_expanded_state(first)
        self.text, self._in_order = expanded.statement, expanded.positiontup
        writers = {name: _writer(bind.type, dialect) for bind, name in compiled.bind_names.items()}
        self._writers = {name: write for name, write in writers.items() if name in first}
        constants = {name: value for name, value in expanded.parameters.items() if name not in first}
        self._constants = {
            name: write(value) if (write := writers[name]) else value for name, value in constants.items()
        }
        columns = list(statement.exported_columns)
        self._readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._row = namedtuple("Row", [str(column.key) for column in columns], rename=True)  # type: ignore[misc]  # noqa: PYI024

    def bound(self, values: Mapping[str, Any]) -> Any:
        """Return values and constants as the driver wants them."""
        told = self._constants | {
            name: write(values[name]) if write else values[name] for name, write in self._writers.items()
        }
        return told if self._in_order is None else [told[name] for name in self._in_order]

    def rows(self, raw: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Return rows as they are meant."""
        row, readers = self._row, self._readers
        return [row(*[read(value) if read else value for value, read in zip(one, readers, strict=True)]) for one in raw]


def _writer(of: TypeEngine[Any], dialect: Dialect) -> _Change:
    return of.dialect_impl(dialect).bind_processor(dialect)
