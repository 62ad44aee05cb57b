"""The end of a live call's stream: its recording gets its text, and what was left unanswered becomes an order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from asr.tidy import is_word, readable, tidy
from core.models import Call, Category, Recording, RecordingState, Transcript, Urgency, Utterance, WorkOrder
from core.queues import Job, enqueue
from core.settings import Language, Settings
from routing.orders import find_order, hear_order, open_work_order
from routing.triage import triage

_NEEDS_AN_EAR = frozenset({"message", "cannot_speak", "person", "danger"})
"""Places in the conversation where whatever is said belongs to an order."""
_PRESSING = frozenset({Urgency.RED, Urgency.YELLOW})
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
    said = _utterances(session, row.call)
    if failure:
        row.state = RecordingState.FAILED
    elif not was_all_heard:
        row.state, row.due_at = RecordingState.STORED, now
        enqueue(session, Job.TRANSCRIBE, row.id)
    elif said:
        row.state, row.due_at = RecordingState.TRANSCRIBED, now  # it may be heard again by a better model
        row.transcript = _transcript(said, row.language, now)
        enqueue(session, Job.TRIAGE, row.id)
    else:
        row.state = RecordingState.EMPTY
    session.flush()
    take_down(session, settings, row.call, now)


def take_down(session: Session, settings: Settings, call: Call, now: datetime) -> None:
    """Make an order of what a call left unanswered, or fill in the one that it has."""
    order = find_order(session, call)
    left = [] if order else _left_unanswered(session, call)
    if left:
        understood = any(_has_known_word(utterance) for utterance in left)
        order = _open(session, settings, call, now, to_listen=not understood)
    if order:
        hear_order(session, order, settings, now)


def take_down_late(session: Session, settings: Settings, row: Recording, now: datetime) -> None:
    """Make an order of words that were found only when a stream without an order was transcribed from its file."""
    said = _utterances(session, row.call)
    known_until = said[-1].ended_seconds if said else 0.0
    words = row.transcript.words["words"] if row.transcript else []
    late = [word for word, start, *_ in words if start > known_until and is_word(word)]
    if late and _is_a_matter(readable(late), row.call):
        hear_order(session, _open(session, settings, row.call, now), settings, now)


def _open(session: Session, settings: Settings, call: Call, now: datetime, *, to_listen: bool = False) -> WorkOrder:
    language = call.dialogue["language"]
    return open_work_order(session, call, language=language, settings=settings, now=now, to_listen=to_listen)


def _transcript(said: Sequence[Utterance], language: Language, now: datetime) -> Transcript:
    return Transcript(
        text="\n".join(tidy(utterance.text, language) for utterance in said),
        words={"words": [word for utterance in said for word in utterance.words["words"]]},
        model=said[-1].model,
        transcribed_at=now,
    )


def _left_unanswered(session: Session, call: Call) -> Sequence[Utterance]:
    """Return the utterances that the conversation has not taken or has not settled, if they are a matter at all.

    A word after an answer that tells nothing (“thank you”) is none, nor is a noise; a voice of which no word was
    understood is one.
    """
    said, talk = _utterances(session, call), call.dialogue
    if talk.get("words_left") or talk.get("place") in _NEEDS_AN_EAR:
        left = said
    else:
        left = [utterance for utterance in said if utterance.id > talk.get("heard_up_to", 0)]
    if not any(_has_known_word(utterance) for utterance in left):
        seconds = sum(utterance.ended_seconds - utterance.started_seconds for utterance in left)
        return left if seconds >= _A_VOICE_SECONDS else []
    return left if _is_a_matter("\n".join(utterance.text for utterance in left), call) else []


def _is_a_matter(text: str, call: Call) -> bool:
    """Tell whether words need an order: after an answer only those that tell something."""
    talk = call.dialogue
    if not talk.get("answered") or talk.get("words_left"):
        return True
    verdict = triage(text, talk["language"])
    return verdict.urgency in _PRESSING or verdict.category not in {None, Category.OTHER}


def _has_known_word(utterance: Utterance) -> bool:
    return any(is_word(word) for word, *_ in utterance.words["words"])


def _utterances(session: Session, call: Call) -> Sequence[Utterance]:
    return session.scalars(select(Utterance).where(Utterance.call_id == call.id).order_by(Utterance.position)).all()
