"""The ledger (总账): exactly one outcome for every citizen's call, by a fixed precedence; changes nothing."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import (
    Call,
    LinePlace,
    OrderEvent,
    Outgoing,
    OutgoingKind,
    PlaceOutcome,
    PlaceState,
    ToldAnswer,
    WorkOrder,
)

_TALKED_EVENTS = ("person_connected", "caller_reached")


class Outcome(enum.StrEnum):
    """What became of a call; the first that fits, from the top."""

    AGENT = "agent"
    ORDER = "order"
    CALLBACK = "callback"
    ANSWERED = "answered"
    REFUSED = "refused"
    RESCUED = "rescued"
    ABANDONED = "abandoned"
    GOING_ON = "going_on"


MEANINGS: Mapping[Outcome, str] = {
    Outcome.AGENT: "a person talked to the caller, in this call or when they were rung about it",
    Outcome.ORDER: "a work order holds what they need",
    Outcome.CALLBACK: "they chose to be rung, and the place is kept or was settled",
    Outcome.ANSWERED: "they heard an answer to its end or said that it helped, and asked nothing further",
    Outcome.REFUSED: "they heard an answer, did not take it, and left without a wish",
    Outcome.RESCUED: "they hung up while waiting, or we missed their call, and the place is kept for a callback",
    Outcome.ABANDONED: "they hung up before they asked for anything: nothing is owed to them",
    Outcome.GOING_ON: "the call has not ended, so there is no final outcome yet",
}


@dataclass(frozen=True)
class Facts:
    """All that is known of one call, as plain values."""

    ended: bool = True
    talked: bool = False
    """A person talked to the caller."""
    has_order: bool = False
    chose_callback: bool = False
    """There is a callback with a promise, or one that they asked for."""
    has_place: bool = False
    """A place in the line is kept or was ended by a person."""
    took_answer: bool = False
    """An answer was heard out or helped."""
    heard_answer: bool = False


def outcome(facts: Facts) -> Outcome:
    """Return the one outcome of a call, by fixed precedence; pure."""
    if not facts.ended:
        return Outcome.GOING_ON
    fits = (
        (facts.talked, Outcome.AGENT),
        (facts.has_order, Outcome.ORDER),
        (facts.chose_callback, Outcome.CALLBACK),
        (facts.took_answer, Outcome.ANSWERED),
        (facts.heard_answer, Outcome.REFUSED),
        (facts.has_place, Outcome.RESCUED),
    )
    return next((found for fit, found in fits if fit), Outcome.ABANDONED)


def ledger(session: Session, since: datetime, until: datetime) -> dict[str, Outcome]:
    """Return the outcome of every citizen's call (CallSid) that began in a time; those that we placed are none."""
    placed_by_us = Outgoing.kind != OutgoingKind.MOVE_CALL  # moving a citizen's call keeps that call's own id
    ours = select(Outgoing.carrier_sid).where(Outgoing.carrier_sid.is_not(None), placed_by_us)
    wanted = select(Call.id, Call.call_sid, Call.ended_at).where(
        Call.started_at >= since, Call.started_at < until, Call.call_sid.not_in(ours)
    )
    calls = session.execute(wanted.order_by(Call.id)).all()
    known = _Known.read(session, [call.id for call in calls])
    return {call.call_sid: outcome(known.facts(call.id, ended=call.ended_at is not None)) for call in calls}


def outcome_of(session: Session, call: Call) -> Outcome:
    """Return the outcome of one citizen's call."""
    return outcome(_Known.read(session, [call.id]).facts(call.id, ended=call.ended_at is not None))


def totals(outcomes: Iterable[Outcome]) -> dict[Outcome, int]:
    """Return how many calls had each outcome, the precedence from the top; none is left out."""
    counted = Counter(outcomes)
    return {one: counted[one] for one in Outcome}


@dataclass(frozen=True)
class _Known:
    """What many calls left in the state of record, read at once: sets of call ids."""

    talked: frozenset[int]
    ordered: frozenset[int]
    chose: frozenset[int]
    placed: frozenset[int]
    took: frozenset[int]
    heard: frozenset[int]

    @classmethod
    def read(cls, session: Session, ids: list[int]) -> "_Known":
        def among(*conditions: object) -> frozenset[int]:
            column, *where = conditions
            found: set[int] = set()
            for at in range(0, len(ids), _AT_A_TIME):
                wanted = select(column).where(*where, column.in_(ids[at : at + _AT_A_TIME]))  # type: ignore[call-overload,attr-defined]
                found.update(session.scalars(wanted))
            return frozenset(found)

        owed = LinePlace.outcome.is_(None) | LinePlace.outcome.in_((PlaceOutcome.TALKED, PlaceOutcome.CLOSED_BY_HAND))
        with_person = WorkOrder.id.in_(select(OrderEvent.order_id).where(OrderEvent.event.in_(_TALKED_EVENTS)))
        return cls(
            talked=among(WorkOrder.call_id, with_person)
            | among(LinePlace.call_id, LinePlace.outcome == PlaceOutcome.TALKED),
            ordered=among(WorkOrder.call_id),
            chose=among(LinePlace.call_id, owed, LinePlace.promised_by.is_not(None)),
            placed=among(LinePlace.call_id, owed | (LinePlace.state != PlaceState.DONE)),
            took=among(ToldAnswer.call_id, ToldAnswer.helped.is_(True) | ToldAnswer.played_to_end.is_(True)),
            heard=among(ToldAnswer.call_id),
        )

    def facts(self, call_id: int, *, ended: bool) -> Facts:
        return Facts(
            ended=ended,
            talked=call_id in self.talked,
            has_order=call_id in self.ordered,
            chose_callback=call_id in self.chose,
            has_place=call_id in self.placed,
            took_answer=call_id in self.took,
            heard_answer=call_id in self.heard,
        )


_AT_A_TIME = 500
"""So many ids fit well into one statement of either database."""
