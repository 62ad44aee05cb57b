"""Takes SQLite's one write lock in turns: SQLite itself waits ever longer between looks, so that some wait for ever."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_PRIMARY_CODE = 0xFF
_FIRST_LOOK_SECONDS = 0.0005
_LONGEST_LOOK_SECONDS = 0.004


class WriteLock:
    """The beginning of every writing transaction of one process on a SQLite file.

    One thread of a process looks for the lock, every millisecond or so, and the others wait behind it in order.
    """

    def __init__(self, seconds_to_wait: float) -> None:
        self.seconds_to_wait = seconds_to_wait
        self._gate = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a writing transaction; raises OperationalError when others hold the lock for longer than we wait."""
        until = time.monotonic() + self.seconds_to_wait
        if self._gate.acquire(timeout=self.seconds_to_wait):
            try:
                if self._began(connection, until):
                    return
            finally:
                self._gate.release()
        with self._without_waiting(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _began(self, connection: Connection, until: float) -> bool:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        pause = _FIRST_LOOK_SECONDS
        with self._without_waiting(connection):
            while True:
                try:
                    raw.execute("BEGIN IMMEDIATE")
                except sqlite3.Error as error:
                    is_held = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
                    if not is_held or time.monotonic() > until:
                        return False  # asked once more by way of SQLAlchemy, whose error the doors know
                else:
                    return True
                time.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_LOOK_SECONDS)

    @contextmanager
    def _without_waiting(self, connection: Connection) -> Iterator[None]:
        """Let SQLite not wait by itself meanwhile; for all else, as a recovery after a crash, it goes on to."""
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA busy_timeout=0")
        try:
            yield
        finally:
            raw.execute(f"PRAGMA busy_timeout={round(self.seconds_to_wait * 1000)}")
