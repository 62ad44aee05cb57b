"""Fills an order in with what was heard, and marks it for a person's ear when a machine could not hear it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from asr.tidy import readable, tidy
from core.models import Recording, RecordingState, Transcript, Urgency, Utterance, WorkOrder
from core.settings import Settings
from routing.orders.alerting import alert_if_red
from routing.orders.events import MACHINE, add_event, has_event
from routing.orders.urgency import URGENCY_RANK
from routing.triage import Verdict, triage
from routing.triage.findings import findings_of

_HEARD = frozenset({RecordingState.TRANSCRIBED, RecordingState.JUDGED, RecordingState.EMPTY})


def hear_order(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> Verdict:
    """Triage all that is transcribed of an order's call and fill the order in; returns the verdict.

    Urgency is only ever raised here, except from unknown; a person's own judgement is left alone.
    """
    verdict = _fill_in(session, order)
    _note(session, order, now)
    alert_if_red(session, order, settings, now)
    return verdict


def hear_live(session: Session, order: WorkOrder, settings: Settings, now: datetime) -> None:
    """Fill an order in with what its caller has said so far on a live stream; noted only when its urgency changes."""
    before = order.urgency
    _fill_in(session, order)
    if order.urgency is not before:
        _note(session, order, now)
    alert_if_red(session, order, settings, now)


def hear_danger(session: Session, order: WorkOrder, text: str, settings: Settings, now: datetime) -> None:
    """Raise an order to red and alert at once if a first, quick text says a danger; all else waits for the full text.

    A person's own judgement of the urgency is left alone.
    """
    verdict = triage(text, order.language)
    if verdict.urgency is not Urgency.RED or has_event(session, order, "urgency_set"):
        return
    _add_reasons(order, verdict)
    if order.urgency is not Urgency.RED:
        order.urgency, order.urgency_rank = Urgency.RED, URGENCY_RANK[Urgency.RED]
        add_event(session, order, "urgency_raised", MACHINE, now, urgency=Urgency.RED.value, by="quick model")
    alert_if_red(session, order, settings, now)


def _fill_in(session: Session, order: WorkOrder) -> Verdict:
    recordings = session.scalars(
        select(Recording).where(Recording.call_id == order.call_id).order_by(Recording.id)
    ).all()
    said = [_said(session, recording) for recording in recordings]
    order.summary = "\n".join(text for text, _ in said if text)
    verdict = triage("\n".join(words for _, words in said if words), order.language)
    order.category = order.category or verdict.category
    order.district = order.district or verdict.district
    if not has_event(session, order, "urgency_set"):
        _raise_urgency(order, verdict, all_heard=all(recording.state in _HEARD for recording in recordings))
    _add_reasons(order, verdict)
    order.findings = findings_of(verdict, order.findings or {})
    return verdict


def _said(session: Session, recording: Recording) -> tuple[str, str]:
    """Return a recording's text for a reader and the words as they were heard, for triage.

    Of a live stream's that has no transcript yet it is what was heard on the stream so far.
    """
    if recording.transcript:
        return recording.transcript.text, as_heard(recording.transcript)
    if recording.carrier_url:
        return "", ""
    said = select(Utterance.text).where(Utterance.call_id == recording.call_id).order_by(Utterance.position)
    words = session.scalars(said).all()
    return "\n".join(tidy(text, recording.language) for text in words), "\n".join(words)


def _note(session: Session, order: WorkOrder, now: datetime) -> None:
    category = order.category.value if order.category else None
    add_event(session, order, "triaged", MACHINE, now, urgency=order.urgency.value, category=category)


def _add_reasons(order: WorkOrder, verdict: Verdict) -> None:
    known = order.reasons.get("words", [])
    order.reasons = {"words": _once([*known, *([reason.word, reason.why] for reason in verdict.reasons)])}


def as_heard(transcript: Transcript) -> str:
    """Return a transcript's own words, numbers and fillers as they were said; its text where no words were kept."""
    return readable(word for word, *_ in transcript.words.get("words", [])) or transcript.text


def _raise_urgency(order: WorkOrder, verdict: Verdict, *, all_heard: bool) -> None:
    """Take the verdict over if it is more urgent; green only once every word of the call was heard."""
    rank = URGENCY_RANK[verdict.urgency]
    was_unknown = order.urgency is Urgency.UNKNOWN and verdict.urgency is not Urgency.UNKNOWN
    if rank < order.urgency_rank or (was_unknown and (all_heard or verdict.urgency is not Urgency.GREEN)):
        order.urgency, order.urgency_rank = verdict.urgency, rank


def listen_to_order(session: Session, order: WorkOrder, now: datetime, why: str) -> None:
    """Mark an order for a person's ear: a recording that no machine could read, or that holds no word."""
    order.to_listen = True
    add_event(session, order, "to_listen", MACHINE, now, why=why)


def _once(reasons: list[list[str]]) -> list[list[str]]:
    return [list(reason) for reason in dict.fromkeys(tuple(reason) for reason in reasons)]
