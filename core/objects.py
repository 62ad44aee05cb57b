"""Rows as objects of the session, without the unit of work and the loader: for what every step of a call touches."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, insert, inspect
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, set_committed_value
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from core.database import Base, table_of
from core.prepared import Prepared

_Row = TypeVar("_Row", bound=Base)


def add_at_once(session: Session, row: Base) -> None:
    """Insert a new row now and make it one of the session's own, as adding and flushing would, ten times as fast.

    For rows with an `id` that are written at every step of a call: nothing else of the session is flushed. What points
    to other rows must be given as their ids.
    """
    statement, defaults = _insertion(type(row))
    given = row.__dict__
    values = {name: given[name] if name in given else default(None) for name, default in defaults.items()}
    made = statement.scalar(session, **values)
    for name, value in values.items():
        if name not in given:
            set_committed_value(row, name, value)
    set_committed_value(row, "id", made)
    make_transient_to_detached(row)
    session.add(row)


def read_object(session: Session, mapped: type[_Row], asked: Prepared, **values: Any) -> _Row | None:
    """Return the object that a statement over all columns of its table finds, as it is now; None when there is none."""
    session.flush()  # as before any question for objects: what was changed here would be read as it was
    columns = asked.first(session, **values)
    return object_of(session, mapped, columns) if columns else None


def object_of(session: Session, mapped: type[_Row], columns: Iterable[Any]) -> _Row:
    """Return the session's object of a row that was read now: of all of the table's columns, in their order."""
    mapper, names = _mapping(mapped)
    values = dict(zip(names, columns, strict=True))
    known = session.identity_map.get(mapper.identity_key_from_primary_key((values["id"],)))
    if known is not None:
        assert isinstance(known, mapped)
        for name, value in values.items():
            set_committed_value(known, name, value)
        return known
    made: _Row = mapper.class_manager.new_instance()
    instance_dict(made).update(values)
    make_transient_to_detached(made)
    session.add(made)
    return made


@cache
def _mapping(mapped: type[_Row]) -> tuple[Mapper[_Row], tuple[str, ...]]:
    return inspect(mapped), tuple(column.key for column in table_of(mapped).columns)


@cache
def _insertion(mapped: type[Base]) -> tuple[Prepared, dict[str, Callable[[Any], Any]]]:
    """Return the statement that inserts a row of a class, and what makes each column that was not given."""
    table, revision = table_of(mapped), inspect(mapped).version_id_col
    defaults = {column.key: _default(column, revision) for column in table.columns if column.key != "id"}
    return Prepared(insert(table).returning(table.c.id)), defaults


def _default(column: Column[Any], revision: object) -> Callable[[Any], Any]:
    if column is revision:
        return lambda _context: 1
    if isinstance(column.default, CallableColumnDefault):
        return column.default.arg
    value = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
    return lambda _context: value
