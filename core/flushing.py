"""Waits until SQLite's committed transactions are on the disk; those who wait at the same time share one flush."""

import os
import threading
from pathlib import Path

_flush_data = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


class Flushing:
    """The write-ahead log of one SQLite file, as one process waits for it.

    SQLite itself would flush while it holds its one write lock: each writer would wait for every other's disk. It is
    told not to (`synchronous=NORMAL`), and flushes only what a checkpoint needs; see https://www.sqlite.org/wal.html.
    """

    def __init__(self, database: Path) -> None:
        self._log = database.with_name(f"{database.name}-wal")
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._asked = self._flushed = 0

    def wait(self) -> None:
        """Return when all that was committed before is on the disk; raises OSError if the disk takes nothing more."""
        with self._counting:
            self._asked += 1
            mine = self._asked
        with self._turn:
            if self._flushed >= mine:
                return  # by one that began after we had committed
            covered = self._asked
            self._flush()
            self._flushed = covered

    def _flush(self) -> None:
        try:
            log = os.open(self._log, os.O_RDONLY)
        except FileNotFoundError:
            return  # the last who closed the file has brought everything into the database and flushed that
        try:
            _flush_data(log)
        finally:
            os.close(log)
