"""Takes the database away from a running house and brings it back: stopped, hanging, or locked by a stranger."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Way = Literal["stopped", "frozen", "locked"]
WAYS: dict[str, tuple[Way, ...]] = {"sqlite": ("locked",), "postgresql": ("stopped", "frozen")}
"""What can befall each database."""
_LOOK_AGAIN_SECONDS = 0.001


@dataclass(frozen=True)
class Away:
    """One stretch without the database; real seconds."""

    at_seconds: float
    seconds: float
    way: Way


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold SQLite's write lock as a stranger: every transaction of the house fails when its patience is over."""
    with contextlib.closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        while not _has_begun(connection):
            time.sleep(_LOOK_AGAIN_SECONDS)  # whoever looks less often than the house may wait for ever
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def _has_begun(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
