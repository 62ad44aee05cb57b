"""All calls that a stream process hears at once: its hold on their recordings renewed, their turns followed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.models import Call, Recording, RecordingState
from ivr.last_prompt import LastPrompt, last_prompt
from ivr.live_call import LEASE


def hold_on(session: Session, recording_ids: Sequence[int], now: datetime) -> None:
    """Renew the leases of recordings that are being written."""
    session.execute(
        update(Recording)
        .where(Recording.id.in_(recording_ids), Recording.state == RecordingState.LIVE)
        .values(leased_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def turned(session: Session, turns: Mapping[int, int]) -> dict[int, LastPrompt]:
    """Return what was said last in those calls (id → turn as known so far) that have taken a turn since."""
    rows = session.execute(select(Call.id, Call.turn).where(Call.id.in_(turns)))
    moved = [call_id for call_id, turn in rows if turn != turns[call_id]]
    calls = session.scalars(select(Call).where(Call.id.in_(moved))).all() if moved else ()
    return {call.id: last_prompt(session, call) for call in calls}
