"""Lets time pass for rows, as nothing of ours may be patched: what was to come is now, what was held is free."""

from datetime import timedelta

from core.clock import now


def later(house, table, row_id, seconds=24 * 3600):
    """So many seconds have passed for one row since it was last touched."""
    with house.database.transaction() as session:
        row = session.get_one(table, row_id)
        for name in ("due_at", "leased_until", "attempted_at"):
            moment = getattr(row, name, None)
            if moment:
                setattr(row, name, moment - timedelta(seconds=seconds))


def read(house, table, row_id):
    with house.database.reading() as session:
        return session.get_one(table, row_id)


def seconds_from_now(moment):
    return (moment - now()).total_seconds()
