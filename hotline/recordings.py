"""A recording's way from the carrier to a judged order, a committed step at a time; failures end in a named state."""

from datetime import timedelta

from asr.recogniser import Heard
from asr.transcribe import transcribe as recognise
from core import outbox
from core.clock import now
from core.errors import AudioUnreadableError, CarrierError, HotlineError, ModelMissingError, RecordingMissingError
from core.house import House
from core.leases import claim
from core.models import OutgoingKind, Recording, RecordingState, Transcript
from core.queues import Job, enqueue
from hotline.recording_states import advance, claimed, finish, give_up, ours, still_working, try_later, wait_for_model
from ivr.recording_fetch import RecordingGoneError, fetch_recording
from routing.orders import find_order, hear_order

TRIES = 3
"""Attempts at decoding, counted before each, so that a recording which kills its process ends as “failed: listen”."""
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


def transcribe(house: House, recording_id: int) -> None:
    """Transcribe one stored recording; without a model it waits, marked “listen”, until one comes."""
    row = claimed(house, recording_id, RecordingState.STORED)
    if row is None:
        return
    if row.attempts > TRIES:
        give_up(house, row, RecordingState.FAILED, f"decoding did not end in {TRIES} tries")
        return
    try:
        audio = house.recordings.open(row.id, row.call.caller.key_id)
        heard = recognise(audio, row.language, house.settings, on_progress=lambda _seconds: still_working(house, row))
    except ModelMissingError as error:
        wait_for_model(house, row, str(error))
    except AudioUnreadableError as error:
        give_up(house, row, RecordingState.UNREADABLE, str(error))
    except HotlineError as error:
        give_up(house, row, RecordingState.FAILED, str(error))
    else:
        _transcribed(house, row, heard)


def _transcribed(house: House, row: Recording, heard: Heard) -> None:
    if not heard.text:
        give_up(house, row, RecordingState.EMPTY, "no word in it")
        return
    words = [[w.word, w.start_seconds, w.end_seconds, w.confidence] for w in heard.words]
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        session.merge(
            Transcript(
                recording_id=row.id, text=heard.text, words={"words": words}, model=heard.model, transcribed_at=now()
            )
        )
        advance(kept, RecordingState.TRANSCRIBED, now())
        enqueue(session, Job.TRIAGE, row.id)


def judge(house: House, recording_id: int) -> None:
    """Fill the order of a transcribed recording in with category, urgency and place."""
    with house.database.transaction() as session:
        row = claim(session, Recording, recording_id, RecordingState.TRANSCRIBED, now(), house.settings.lease_seconds)
        if row is None:
            return
        finish(row, RecordingState.JUDGED)
        order = find_order(session, row.call)
        if order:
            hear_order(session, order, house.settings, now())
