"""Whether the database can be reached: one finds out that it is away, and nobody else waits in vain meanwhile."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

_GONE = frozenset(
    {"OperationalError", "InterfaceError", "InternalError", "DatabaseError"}
)  # no file of ours; read-only
_DEADLOCK = "40P01"


class DatabaseAwayError(Exception):
    """What SQLAlchemy's OperationalError holds for whoever was not let wait; no server has been asked."""


class Reach:
    """What the threads of one process know of the database.

    A web process has few threads. If each webhook waited as long as it may for a database that is away, the next ones
    would wait for a thread, and the carrier hangs up on callers whose webhook is not answered within 15 s.
    """

    def __init__(self) -> None:
        self._is_away = False
        self._reached_at = time.monotonic()
        self._finding_out = threading.RLock()  # one transaction may be opened within another

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Let a transaction go on; raises OperationalError while another thread finds out whether it can."""
        if not self._is_away:
            with self._noted():
                yield
        elif self._finding_out.acquire(blocking=False):
            try:
                with self._noted():
                    yield
            finally:
                self._finding_out.release()
        else:
            raise OperationalError(None, None, DatabaseAwayError("The database is away."))

    @contextmanager
    def _noted(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except DBAPIError as error:
            is_gone = is_database_gone(error) and not is_deadlock(error)
            if is_gone and began > self._reached_at:  # nobody has reached it meanwhile
                self._is_away = True
            raise
        self._reached_at, self._is_away = time.monotonic(), False


def is_database_gone(error: DBAPIError) -> bool:
    """Tell whether an error means that the database can't be reached (not that a statement was wrong)."""
    return error.connection_invalidated or type(error).__name__ in _GONE


def is_deadlock(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL has chosen this transaction out of two that waited for each other: it may try again."""
    return getattr(error.orig, "sqlstate", None) == _DEADLOCK
