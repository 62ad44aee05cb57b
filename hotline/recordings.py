"""A recording's way from the carrier into the house, and from text to judged order; failures have a named state."""

from datetime import timedelta

from core import outbox
from core.clock import now
from core.errors import AudioUnreadableError, CarrierError, RecordingMissingError
from core.house import House
from core.leases import claim
from core.models import OutgoingKind, Recording, RecordingState
from core.queues import Job, enqueue
from hotline.recording_states import advance, claimed, finish, give_up, ours, try_later
from hotline.transcribing import transcribe_next, wants_a_better_ear
from ivr.live_call_end import take_down_late
from ivr.recording_fetch import RecordingGoneError, fetch_recording
from routing.dispatch import dispatch_if_sure
from routing.line.joining import learn_from_order
from routing.orders import find_order, hear_order
from routing.orders.same_matter import propose_same_matter

FETCH_TRIES = 100
"""About a day, a quarter of an hour apart in the end: the carrier keeps what we could not fetch."""
_TELL_AFTER_TRIES = 5
_LONGEST_WAIT_SECONDS = 900


def fetch(house: House, recording_id: int) -> None:
    """Fetch one announced recording, store it encrypted, and have the carrier's copy erased."""
    row = claimed(house, recording_id, RecordingState.ANNOUNCED)
    if row is None:
        return
    try:
        audio, media_type = fetch_recording(row.carrier_url, house.settings)
    except CarrierError as error:
        if row.attempts >= FETCH_TRIES:
            give_up(house, row, RecordingState.LOST, str(error))
        else:
            wait = timedelta(seconds=min(2 ** min(row.attempts - 1, 20), _LONGEST_WAIT_SECONDS))
            try_later(house, row, wait, str(error), tell=row.attempts == _TELL_AFTER_TRIES)
        return
    except RecordingGoneError as error:
        give_up(house, row, RecordingState.LOST, str(error))
        return
    except AudioUnreadableError as error:
        give_up(house, row, RecordingState.UNREADABLE, str(error))
        return
    try:
        house.recordings.store(row.id, row.call.caller.key_id, audio)
    except RecordingMissingError as error:
        give_up(house, row, RecordingState.FAILED, str(error))
    else:
        _stored(house, row, media_type)


def _stored(house: House, fetched: Recording, media_type: str) -> None:
    """Commit that the recording is ours, and only with it that the carrier's copy is to be erased."""
    sid = fetched.recording_sid
    with house.database.transaction() as session:
        row = ours(session, fetched)
        if row is None:
            return
        row.media_type = media_type
        advance(row, RecordingState.STORED, now())
        outbox.send(session, OutgoingKind.ERASE_CARRIER_RECORDING, f"erase:{sid}", {"recording_sid": sid}, now())
        enqueue(session, Job.TRANSCRIBE, row.id)


def hear_next(house: House) -> None:
    """Turn the stored recording that is most pressing into text, and judge it at once: its words wait for nobody."""
    heard = transcribe_next(house)
    if heard is not None:
        judge(house, heard)


def judge(house: House, recording_id: int) -> None:
    """Fill the order of a transcribed recording in with category, urgency and place.

    What was only heard live goes back in line, if there is a better model for recordings.
    """
    with house.database.transaction() as session:
        row = claim(session, Recording, recording_id, RecordingState.TRANSCRIBED, now(), house.settings.lease_seconds)
        if row is None:
            return
        if wants_a_better_ear(house, row):
            row.drafted_at = now()
            advance(row, RecordingState.STORED, now())
            enqueue(session, Job.TRANSCRIBE, row.id)
        else:
            finish(row, RecordingState.JUDGED)
        order = find_order(session, row.call)
        if order:
            hear_order(session, order, house.settings, now())
            learn_from_order(session, order, now())
        elif not row.carrier_url:
            take_down_late(session, house.settings, row, now())
    _pass_on(house, row)


def _pass_on(house: House, row: Recording) -> None:
    """Look for the same matter and dispatch; after the judgement is committed, which must not wait for anything."""
    with house.database.transaction() as session:
        order = find_order(session, row.call)
        if order:
            propose_same_matter(session, order, house.settings, now())
            dispatch_if_sure(session, order, now())
