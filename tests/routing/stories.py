"""Writes what happened to an order as plain tuples, for tests of the clocks."""

from datetime import UTC, datetime, timedelta

from routing.orders.deadlines import Happening

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Shanghai."""
MINUTE = timedelta(minutes=1)


def at(minutes):
    return START + minutes * MINUTE


def story(*told):
    """A registered order, and then (minute, event, details) in order."""
    return (Happening("registered", START), *(Happening(event, at(minute), detail) for minute, event, detail in told))


def judged(minute, urgency, **detail):
    return minute, "triaged", {"urgency": urgency, **detail}
