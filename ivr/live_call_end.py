"""The end of a live call's stream: its recording gets its text, and what was left unanswered becomes an order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from asr.hot_terms import as_kept
from asr.proposing import propose
from asr.tidy import is_word, readable, tidy
from core.models import Call, Recording, RecordingState, Transcript, Utterance, WorkOrder
from core.queues import Job, enqueue
from core.settings import Language, Settings
from ivr.calls import conversation
from ivr.listening import order_for, said, words_left
from ivr.steps import OpenOrder
from routing.orders import find_order, hear_order, open_work_order

_A_VOICE_SECONDS = 2.0
"""So much of what no model understands is somebody who speaks, and no slammed door."""


def close_stream(
    session: Session,
    settings: Settings,
    recording_id: int,
    seconds: float,
    now: datetime,
    *,
    was_all_heard: bool,
    failure: str | None = None,
) -> None:
    """End the recording of a stream; nothing happens when it is ended already.

    Its text is that of the utterances. When not everything was decoded, it is transcribed anew from the file; when
    there is no file (`failure` says why), a person sees that.
    """
    row = session.get_one(Recording, recording_id, with_for_update={"of": Recording}, populate_existing=True)
    if row.state is not RecordingState.LIVE:
        return
    row.duration_seconds = round(seconds)
    row.language = row.call.dialogue["language"]
    row.leased_until, row.attempts, row.due_at, row.failure = None, 0, None, failure
    spoken = _utterances(session, row.call)
    if failure:
        row.state = RecordingState.FAILED
    elif not was_all_heard:
        row.state, row.due_at = RecordingState.STORED, now
        enqueue(session, Job.TRANSCRIBE, row.id)
    elif spoken:
        row.state, row.due_at = RecordingState.TRANSCRIBED, now  # it may be heard again by a better model
        row.transcript = _transcript(session, spoken, row.language, now)
        enqueue(session, Job.TRIAGE, row.id)
    else:
        row.state = RecordingState.EMPTY
    session.flush()
    take_down(session, settings, row.call, now)


def take_down(session: Session, settings: Settings, call: Call, now: datetime) -> None:
    """Make an order of what a call left unanswered, or fill in the one that it has."""
    order = find_order(session, call)
    if order is None:
        left = words_left(session, call, conversation(call)) or _not_understood(session, call)
        order = _open(session, settings, call, left, now) if left else None
    if order:
        hear_order(session, order, settings, now)


def take_down_late(session: Session, settings: Settings, row: Recording, now: datetime) -> None:
    """Make an order of words that were found only when a stream without an order was transcribed from its file."""
    spoken = _utterances(session, row.call)
    known_until = spoken[-1].ended_seconds if spoken else 0.0
    words = row.transcript.words["words"] if row.transcript else []
    late = readable(word for word, start, *_ in words if start > known_until)
    left = order_for(said(late, row.language), conversation(row.call)) if late else None
    if left:
        hear_order(session, _open(session, settings, row.call, left, now), settings, now)


def _open(session: Session, settings: Settings, call: Call, left: OpenOrder, now: datetime) -> WorkOrder:
    return open_work_order(
        session,
        call,
        language=call.dialogue["language"],
        settings=settings,
        now=now,
        urgency=left.urgency,
        wants_person=left.wants_person,
        to_listen=left.to_listen,
        danger=left.dangers,
    )


def _transcript(session: Session, spoken: Sequence[Utterance], language: Language, now: datetime) -> Transcript:
    """Return what was said, a line an utterance, and beside it what may have been meant by listed names."""
    texts = [tidy(utterance.text, language) for utterance in spoken]
    proposals = [propose(session, [word for word, *_ in one.words["words"]], language) for one in spoken]
    meant = [proposal.text if proposal else text for text, proposal in zip(texts, proposals, strict=True)]
    return Transcript(
        text="\n".join(texts),
        proposed_text="\n".join(meant) if any(proposals) else None,
        exchanges=as_kept(one for proposal in proposals if proposal for one in proposal.exchanges),
        words={"words": [word for utterance in spoken for word in utterance.words["words"]]},
        model=spoken[-1].model,
        transcribed_at=now,
    )


def _not_understood(session: Session, call: Call) -> OpenOrder | None:
    """Return that somebody must listen, when nothing but a voice was heard of which no model understood a word."""
    spoken = _utterances(session, call)
    if any(is_word(word) for utterance in spoken for word, *_ in utterance.words["words"]):
        return None
    seconds = sum(utterance.ended_seconds - utterance.started_seconds for utterance in spoken)
    return OpenOrder(to_listen=True) if seconds >= _A_VOICE_SECONDS else None


def _utterances(session: Session, call: Call) -> Sequence[Utterance]:
    return session.scalars(select(Utterance).where(Utterance.call_id == call.id).order_by(Utterance.position)).all()
