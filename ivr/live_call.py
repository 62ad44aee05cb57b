"""A call that is heard live, in the state of record: begun, its utterances kept, dangers told; commits nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import Call, Recording, RecordingState, Urgency, Utterance
from core.settings import Language, Settings
from ivr.last_prompt import LastPrompt, last_prompt
from ivr.media_stream import StreamRefusedError
from routing.orders import find_order, hear_live, open_work_order
from routing.triage import Reason

LEASE = timedelta(seconds=15)
"""So long after the stream process died others take care of its recordings; it renews them every few seconds."""


@dataclass(frozen=True)
class LiveCall:
    """A call that a stream belongs to, and the recording that is made of it."""

    call_id: int
    call_sid: str
    recording_id: int
    key_id: str
    language: Language


@dataclass(frozen=True)
class Said:
    """A finished utterance, without what was our own prompt; seconds count from the start of the stream."""

    text: str
    words: tuple[tuple[str, float, float, float], ...]
    """Word, start, end, confidence."""
    model: str
    dangers: tuple[Reason, ...]
    """Words of danger in it, or in what was guessed before it was finished."""


def begin_listening(session: Session, call_sid: str, stream_sid: str, now: datetime) -> tuple[LiveCall, LastPrompt]:
    """Register the recording that a stream is going to be; returns too what the caller is being told.

    Raises:
        StreamRefusedError: no such call, it has ended, or it is being heard already.
    """
    call = session.scalar(select(Call).where(Call.call_sid == call_sid).with_for_update(of=Call, key_share=True))
    if call is None:
        raise StreamRefusedError("There is no such call.")
    if call.ended_at:
        raise StreamRefusedError("This call has ended.")
    live = select(Recording.id).where(
        (Recording.recording_sid == stream_sid)
        | ((Recording.call_id == call.id) & (Recording.state == RecordingState.LIVE) & (Recording.leased_until > now))
    )
    if session.scalar(live.limit(1)):
        raise StreamRefusedError("This call is being heard already.")
    language: Language = call.dialogue["language"]
    row = Recording(
        recording_sid=stream_sid,
        call_id=call.id,
        carrier_url="",
        language=language,
        state=RecordingState.LIVE,
        due_at=now,
        leased_until=now + LEASE,
        media_type="audio/wav",
        announced_at=now,
    )
    session.add(row)
    session.flush()
    return LiveCall(call.id, call_sid, row.id, call.caller.key_id, language), last_prompt(session, call)


def keep_utterance(session: Session, settings: Settings, live: LiveCall, said: Said, now: datetime) -> LastPrompt:
    """Keep what was said, after all that was said before, and fill the call's order in, if there is one.

    Returns where the call is, in the very moment of the utterance: no turn can be taken until this is committed.
    """
    call = _locked_call(session, live)
    last = session.scalar(select(func.max(Utterance.position)).where(Utterance.call_id == call.id))
    session.add(
        Utterance(
            call_id=call.id,
            turn=call.turn,
            position=0 if last is None else last + 1,
            text=said.text,
            words={"words": [list(word) for word in said.words]},
            model=said.model,
            is_danger=bool(said.dangers),
            started_seconds=said.words[0][1],
            ended_seconds=said.words[-1][2],
            said_at=now,
        )
    )
    session.flush()
    if said.dangers:
        tell_danger(session, settings, live, said.dangers, now)
    order = find_order(session, call)
    if order:
        hear_live(session, order, settings, now)
    return last_prompt(session, call)


def tell_danger(
    session: Session, settings: Settings, live: LiveCall, dangers: tuple[Reason, ...], now: datetime
) -> None:
    """Make the call's order a red one that wants a person, while the caller is still speaking."""
    call = _locked_call(session, live)
    open_work_order(
        session,
        call,
        language=call.dialogue["language"],
        settings=settings,
        now=now,
        urgency=Urgency.RED,
        wants_person=True,
        danger=dangers,
    )


def where_it_stands(session: Session, live: LiveCall) -> LastPrompt:
    """Return the turn that the caller is in, and what is being said in it."""
    return last_prompt(session, session.get_one(Call, live.call_id))


def language_of(session: Session, live: LiveCall) -> Language:
    """Return the language of the conversation; it stays that until the transaction ends."""
    language: Language = _locked_call(session, live).dialogue["language"]
    return language


def _locked_call(session: Session, live: LiveCall) -> Call:
    return session.get_one(Call, live.call_id, with_for_update={"of": Call, "key_share": True}, populate_existing=True)
