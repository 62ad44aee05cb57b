"""Keeps this process judging by the city's own words: read apart from every call, so that no danger waits for SQL."""

import threading

from sqlalchemy.exc import SQLAlchemyError

from core.database import Database
from core.logs import get_logger
from routing.triage.store import refresh

log = get_logger()

_EVERY_SECONDS = 2.0


def keep_words_fresh(database: Database) -> threading.Event:
    """Look for changed words now and every two seconds, in a thread that ends with the process or when this is set."""
    stop = threading.Event()
    threading.Thread(target=_watch, args=(database, stop), name="words", daemon=True).start()
    return stop


def look(database: Database) -> bool:
    """Judge from now on by the words that are in the database; False: they can't be read, the last ones stay."""
    try:
        with database.reading() as session:
            refresh(session)
    except (SQLAlchemyError, ValueError) as error:
        log.warning("words_not_read", reason=type(error).__name__)
        return False
    return True


def _watch(database: Database, stop: threading.Event) -> None:
    while not stop.is_set():
        look(database)
        stop.wait(_EVERY_SECONDS)
