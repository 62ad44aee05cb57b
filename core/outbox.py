"""Everything that goes out is first a row here, written in the transaction that decided it; a job delivers it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Outgoing, OutgoingKind
from core.queues import Job, enqueue


def send(
    session: Session,
    kind: OutgoingKind,
    key: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    rank: int | None = None,
) -> Outgoing:
    """Write one thing to send; the same `key` twice is one thing.

    Args:
        session: the caller's open transaction.
        kind: picks the sender.
        key: what makes the thing unique, e.g. `alert_call:order 12:+8613…`.
        payload: plain values for the sender.
        now: when it is written.
        due_at: when it goes out, found by the clock's sweep; None: at once.
        rank: how pressing it is, the lowest first; None: as all of its kind.
    """
    there = session.scalar(select(Outgoing).where(Outgoing.idempotency_key == key))
    if there:
        return there
    rank = kind.rank if rank is None else rank
    row = Outgoing(kind=kind, idempotency_key=key, payload=payload, rank=rank, due_at=due_at or now, written_at=now)
    session.add(row)
    session.flush()
    if due_at is None or due_at <= now:
        enqueue(session, Job.DELIVER, row.id)
    return row
