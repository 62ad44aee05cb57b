"""How a recording moves between its states: claimed, advanced, tried later, or left to a person with the reason."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.clock import now
from core.house import House
from core.leases import claim, renew
from core.logs import get_logger
from core.models import Recording, RecordingState
from routing.orders import find_order, listen_to_order

log = get_logger()

_LOOK_FOR_MODEL_AFTER = timedelta(seconds=60)


def claimed(house: House, recording_id: int, state: RecordingState) -> Recording | None:
    """Claim a recording in a state, committed; None when it is done or another worker has it."""
    with house.database.transaction() as session:
        return claim(session, Recording, recording_id, state, now(), house.settings.lease_seconds)


def ours(session: Session, row: Recording) -> Recording | None:
    """Return a claimed recording for writing; None when its lease ran out and another worker has taken it since."""
    kept = session.get_one(Recording, row.id, with_for_update={"of": Recording})
    return kept if (kept.state, kept.attempts) == (row.state, row.attempts) else None


def still_working(house: House, row: Recording) -> None:
    """Hold a recording on, so that no other worker takes it during a long decoding."""
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept:
            renew(session, kept, now(), house.settings.lease_seconds)


def advance(row: Recording, state: RecordingState, at: datetime) -> None:
    """Take a recording to its next step, due at once, with its attempts counted anew."""
    row.state, row.due_at, row.leased_until, row.attempts, row.failure = state, at, None, 0, None


def finish(row: Recording, state: RecordingState, failure: str | None = None) -> None:
    """Take a recording to a state in which no machine has anything left to do."""
    row.state, row.due_at, row.leased_until, row.failure = state, None, None, failure


def try_later(house: House, row: Recording, wait: timedelta, why: str, *, tell: bool = False) -> None:
    """Leave a recording in its state for another try after a wait; `tell` a person, who may call the caller back."""
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        kept.due_at, kept.leased_until, kept.failure = now() + wait, None, why[:200]
        order = find_order(session, kept.call) if tell else None
        if order:
            listen_to_order(session, order, now(), "not_fetched")
    log.warning("recording_tried_later", recording_id=row.id, attempts=row.attempts, reason=why)


def wait_for_model(house: House, row: Recording, why: str) -> None:
    """Mark the order “listen” (once) and look for a model again in a minute; the wait uses up no attempt."""
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        kept.state, kept.due_at, kept.leased_until = RecordingState.NO_MODEL, now() + _LOOK_FOR_MODEL_AFTER, None
        kept.attempts, kept.failure = 0, why[:200]
        order = find_order(session, kept.call)
        if order and not order.to_listen:
            listen_to_order(session, order, now(), RecordingState.NO_MODEL.value)
    log.warning("recording_waits_for_model", recording_id=row.id, reason=why)


def give_up(house: House, row: Recording, state: RecordingState, why: str) -> None:
    """End a recording in a named state and mark its order for a person's ear."""
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        finish(kept, state, why[:200])
        order = find_order(session, kept.call)
        if order:
            listen_to_order(session, order, now(), state.value)
    log.warning("recording_left_to_a_person", recording_id=row.id, state=state.value, reason=why)
