"""Ends the recordings of live streams whose process died: their sound is transcribed, their words get an order."""

from datetime import timedelta

from core.clock import now
from core.errors import RecordingBusyError, RecordingMissingError
from core.house import House
from core.models import Recording, RecordingState
from core.queues import Job, enqueue
from hotline.recording_states import advance, claimed, give_up, ours, try_later
from ivr.live_call_end import take_down

_LOOK_AGAIN = timedelta(seconds=15)


def end(house: House, recording_id: int) -> None:
    """Seal a left recording and put it in line; while its process lives, frozen perhaps, only the words are taken."""
    row = claimed(house, recording_id, RecordingState.LIVE)
    if row is None:
        return
    if row.attempts == 1:
        _take_down(house, row)
    try:
        house.recordings.seal(row.id, row.call.caller.key_id)
    except RecordingBusyError as error:
        try_later(house, row, _LOOK_AGAIN, str(error))
    except RecordingMissingError as error:
        give_up(house, row, RecordingState.LOST, str(error))
    else:
        _sealed(house, row)


def _take_down(house: House, row: Recording) -> None:
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept:
            take_down(session, house.settings, kept.call, now())


def _sealed(house: House, row: Recording) -> None:
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept:
            advance(kept, RecordingState.STORED, now())
            enqueue(session, Job.TRANSCRIBE, row.id)
