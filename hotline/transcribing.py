"""Stored recordings become text: looked through for danger by a quick model first, then heard by the best one."""

import time
from datetime import timedelta
from functools import lru_cache

from sqlalchemy.orm import Session

from asr.hot_terms import as_kept
from asr.proposing import propose
from asr.recogniser import Heard, OnProgress
from asr.speech_models import LANGUAGES, Use, quick_model
from asr.transcribe import transcribe
from core.clock import now
from core.errors import AudioUnreadableError, HotlineError, ModelMissingError
from core.giving_way import giving_way
from core.house import House
from core.models import Recording, RecordingState, Transcript
from core.queues import Job, enqueue
from core.settings import Language, Settings
from hotline.recording_line import claim_next
from hotline.recording_states import advance, give_up, ours, still_working, wait_for_model
from routing.orders import find_order, hear_danger
from routing.orders.hearing import as_heard

TRIES = 3
"""Attempts at decoding, counted before each, so that a recording which kills its process ends as “failed: listen”."""

_RENEWALS_A_LEASE = 4
_LOOK_EVERY_SECONDS = 1.0


def transcribe_next(house: House) -> int | None:
    """Hear the recording that is next in line; without a model it waits, marked “listen”, until one comes.

    Returns its id, None when none was due; if its words are there now, all of them, it is to be judged.
    """
    quick_languages = _quick_languages(house.settings, int(time.monotonic() / _LOOK_EVERY_SECONDS))
    with house.database.transaction() as session:
        row = claim_next(session, now(), house.settings.lease_seconds, quick_languages)
    if row is None:
        return None
    if row.attempts > TRIES:
        _end_without_words(house, row, RecordingState.FAILED, f"decoding did not end in {TRIES} tries")
        return row.id
    is_draft = row.drafted_at is None and row.language in quick_languages
    try:
        heard = _heard(house, row, "live" if is_draft else "recordings")
    except ModelMissingError as error:
        wait_for_model(house, row, str(error))
    except AudioUnreadableError as error:
        _end_without_words(house, row, RecordingState.UNREADABLE, str(error))
    except HotlineError as error:
        _end_without_words(house, row, RecordingState.FAILED, str(error))
    else:
        if is_draft:
            _drafted(house, row, heard)
        elif heard.text:
            _transcribed(house, row, heard)
        else:
            _end_without_words(house, row, RecordingState.EMPTY, "no word in it")
    return row.id


def _heard(house: House, row: Recording, use: Use) -> Heard:
    audio = house.recordings.open(row.id, row.call.caller.key_id)
    return giving_way(lambda: transcribe(audio, row.language, house.settings, _holding_on(house, row), use))


def _holding_on(house: House, row: Recording) -> OnProgress:
    """Renew the claim four times in the length of a lease, however much sound is worked through meanwhile."""
    every = timedelta(seconds=house.settings.lease_seconds / _RENEWALS_A_LEASE)
    held_at = now()

    def hold_on(_seconds: float) -> None:
        nonlocal held_at
        if now() - held_at >= every:
            still_working(house, row)
            held_at = now()

    return hold_on


@lru_cache(maxsize=1)
def _quick_languages(settings: Settings, _moment: int) -> frozenset[Language]:
    """Return the languages that have a quick model, looked up anew each second."""
    return frozenset(language for language in LANGUAGES if quick_model(language, settings))


def _drafted(house: House, row: Recording, heard: Heard) -> None:
    """Keep the quick model's text as a draft, alert at once about a danger in it; the recording goes back in line."""
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        kept.drafted_at = now()
        advance(kept, RecordingState.STORED, now())
        enqueue(session, Job.TRANSCRIBE, row.id)
        if not heard.text:
            return
        transcript = _keep_text(session, row, heard)
        order = find_order(session, kept.call)
        if order:
            hear_danger(session, order, as_heard(transcript), house.settings, now())


def _transcribed(house: House, row: Recording, heard: Heard) -> None:
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept is None:
            return
        _keep_text(session, row, heard)
        advance(kept, RecordingState.TRANSCRIBED, now())


def _end_without_words(house: House, row: Recording, state: RecordingState, why: str) -> None:
    """Leave a recording to a person's ear; but one that was heard before keeps its words, and they are judged."""
    if row.transcript is None:
        give_up(house, row, state, why)
        return
    with house.database.transaction() as session:
        kept = ours(session, row)
        if kept:
            advance(kept, RecordingState.TRANSCRIBED, now())
            kept.drafted_at = kept.drafted_at or now()


def _keep_text(session: Session, row: Recording, heard: Heard) -> Transcript:
    """Write the text down, and beside it what may have been meant if it sounds like listed names."""
    proposal = propose(session, [word.word for word in heard.words], row.language)
    words = [[word.word, word.start_seconds, word.end_seconds, word.confidence] for word in heard.words]
    transcript = Transcript(
        recording_id=row.id,
        text=heard.text,
        words={"words": words},
        model=heard.model,
        transcribed_at=now(),
        proposed_text=proposal.text if proposal else None,
        exchanges=as_kept(proposal.exchanges if proposal else ()),
    )
    return session.merge(transcript)


def wants_a_better_ear(house: House, row: Recording) -> bool:
    """Tell whether a recording was only heard live, by a quick model, and a better one is there to hear it again."""
    language: Language = row.language
    was_live = not row.carrier_url
    return was_live and row.drafted_at is None and quick_model(language, house.settings) is not None
