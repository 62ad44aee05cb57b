"""Looks whether others may write to SQLite while a password or PIN is hashed: slow on purpose, it holds up nobody."""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator

from core.house import House


@contextlib.contextmanager
def hashing_watched(house: House) -> Iterator[list[bool]]:
    """Yield a list that gets, whenever this thread hashes by scrypt, whether another connection could write then."""
    file, free = house.database.engine.url.database, []

    def look(_frame: object, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "scrypt":
            free.append(_can_write(str(file)))

    sys.setprofile(look)
    try:
        yield free
    finally:
        sys.setprofile(None)


def _can_write(file: str) -> bool:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        other.execute("ROLLBACK")
        return True
