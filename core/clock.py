"""The only place that reads the clock: aware UTC in, aware UTC out."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)
