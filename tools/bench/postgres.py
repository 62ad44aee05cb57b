"""A PostgreSQL of the bench's own, as durable as it is by default; thrown away at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.own_postgres import OwnPostgres


@contextmanager
def postgres_url() -> Iterator[str]:
    """Run it; yields the URL of an empty database."""
    server = OwnPostgres()
    try:
        yield server.make_database()
    finally:
        server.throw_away()
