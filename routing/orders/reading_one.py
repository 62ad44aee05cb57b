"""What the screens read of one order: its recordings with their words, its events, and what else this number asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import OrderEvent, Recording, RecordingState, Transcript, WorkOrder
from routing.orders.reading import OrderLine, order_lines
from routing.orders.wishes import Wishes, wishes_of

_MOST_OTHERS = 10


@dataclass(frozen=True)
class HeardWord:
    """One word as the recogniser understood it."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True)
class ExchangeLine:
    """A listed name that is proposed for what was heard, and why."""

    heard: str
    term: str
    kind: str
    how: str


@dataclass(frozen=True)
class RecordingLine:
    """One piece of what was said, with its text when there is one."""

    id: int
    state: RecordingState
    language: str
    duration_seconds: int | None
    announced_at: datetime
    failure: str | None
    text: str | None
    words: tuple[HeardWord, ...]
    model: str | None
    proposed_text: str | None
    """What may have been meant; the text as heard stays beside it."""
    exchanges: tuple[ExchangeLine, ...]


@dataclass(frozen=True)
class EventLine:
    """Something that happened to the order."""

    event: str
    actor: str
    happened_at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True)
class OrderPage:
    """One order with all that belongs to it; the caller's number only masked."""

    line: OrderLine
    code: str
    reasons: tuple[tuple[str, str], ...]
    """What decided over urgency and category: word, and what it speaks for."""
    call_started_at: datetime
    recordings: tuple[RecordingLine, ...]
    events: tuple[EventLine, ...]
    others: tuple[OrderLine, ...]
    """The latest other orders from the same number; the same number is not the same person."""
    wishes: Wishes


def order_by_number(session: Session, number: str) -> WorkOrder | None:
    """Return the order with this number."""
    return session.scalar(select(WorkOrder).where(WorkOrder.number == number))


def read_order(session: Session, number: str, now: datetime) -> OrderPage | None:
    """Return all that the screen of one order shows, or None if there is none of that number."""
    order = order_by_number(session, number)
    if order is None:
        return None
    recordings = session.scalars(select(Recording).where(Recording.call_id == order.call_id).order_by(Recording.id))
    events = session.scalars(select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.position))
    return OrderPage(
        line=order_lines(session, [order], now)[0],
        code=order.code,
        reasons=tuple((str(word), str(why)) for word, why in order.reasons.get("words", [])),
        call_started_at=order.call.started_at,
        recordings=tuple(_recording(row) for row in recordings),
        events=tuple(_event(row) for row in events),
        others=_others(session, order, now),
        wishes=wishes_of(order),
    )


def _event(row: OrderEvent) -> EventLine:
    """Return an event with the words that a person wrote, as long as they were not erased."""
    words = {name: said for name, said in (row.words or {}).items() if name != "salt"}
    return EventLine(row.event, row.actor, row.happened_at, {**row.detail, **words})


def _recording(row: Recording) -> RecordingLine:
    transcript = row.transcript
    return RecordingLine(
        id=row.id,
        state=row.state,
        language=row.language,
        duration_seconds=row.duration_seconds,
        announced_at=row.announced_at,
        failure=row.failure,
        text=transcript.text if transcript else None,
        words=_words(transcript) if transcript else (),
        model=transcript.model if transcript else None,
        proposed_text=transcript.proposed_text if transcript else None,
        exchanges=tuple(ExchangeLine(*one) for one in transcript.exchanges.get("exchanges", [])) if transcript else (),
    )


def _words(transcript: Transcript) -> tuple[HeardWord, ...]:
    return tuple(
        HeardWord(str(word), float(start), float(end), float(confidence))
        for word, start, end, confidence in transcript.words.get("words", [])
    )


def _others(session: Session, order: WorkOrder, now: datetime) -> tuple[OrderLine, ...]:
    rows = session.scalars(
        select(WorkOrder)
        .where(WorkOrder.call.has(caller_id=order.call.caller_id), WorkOrder.id != order.id)
        .order_by(WorkOrder.registered_at.desc())
        .limit(_MOST_OTHERS)
    )
    return order_lines(session, rows.all(), now)
