"""The way of an order as one frozen table: from where, by which verb, to where, by whom, told as which event."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.models import OrderState

_S = OrderState


class Party(enum.StrEnum):
    """Who does something to an order; staff by their roles' names."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    HANDLER = "handler"
    VOLUNTEER = "volunteer"
    CITIZEN = "citizen"
    MACHINE = "machine"


class Verb(enum.StrEnum):
    """What can be done to an order."""

    REVIEW = "review"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    CLAIM = "claim"
    LAPSE = "lapse"
    RETURN = "return"
    START = "start"
    ANSWER = "answer"
    REPLY = "reply"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_PAUSE = "ask_pause"
    PAUSE = "pause"
    REFUSE_PAUSE = "refuse_pause"
    RESUME = "resume"
    MARK_HARD = "mark_hard"
    DEFER = "defer"
    KEEP_DEFERRED = "keep_deferred"
    WAKE = "wake"
    FOLLOW_UP = "follow_up"
    CONFIRM_SOLVED = "confirm_solved"
    NOT_SOLVED = "not_solved"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    CANCEL = "cancel"
    SET_URGENCY = "set_urgency"
    CLASSIFY = "classify"
    ASSIST = "assist"
    CONTRIBUTE = "contribute"
    REMIND = "remind"
    ESCALATE = "escalate"
    DECIDE_WELFARE = "decide_welfare"


@dataclass(frozen=True)
class Step:
    """One row of the table."""

    from_state: OrderState
    verb: Verb
    to_state: OrderState
    parties: frozenset[Party]
    event: str
    needs_reason: bool


DESK = (Party.AGENT, Party.SUPERVISOR)
_LEAD = (Party.SUPERVISOR,)
_WORKERS = (*DESK, Party.HANDLER, Party.VOLUNTEER)
_UNIT = (*DESK, Party.HANDLER)
_HOLDERS = (*DESK, Party.ADMIN)

WAITING = (_S.REGISTERED, _S.UNDER_REVIEW, _S.RETURNED, _S.REOPENED)
"""The desk has to choose who works on it."""
WORKED_ON = (_S.ACCEPTED, _S.IN_HAND, _S.HARD_CASE)
ANSWERED = (_S.REPLIED, _S.FOLLOW_UP)
FINAL = frozenset({_S.CLOSED, _S.MERGED, _S.CANCELLED})
OPEN = tuple(state for state in OrderState if state not in FINAL)
_UNANSWERED = tuple(state for state in OPEN if state not in ANSWERED)
_AS_BEFORE = None


def _rows(
    states: Iterable[OrderState],
    verb: Verb,
    to: OrderState | None,
    parties: Iterable[Party],
    event: str,
    *,
    reason: bool = False,
) -> tuple[Step, ...]:
    return tuple(Step(state, verb, to or state, frozenset(parties), event, reason) for state in states)


STEPS: tuple[Step, ...] = (
    *_rows((_S.REGISTERED, _S.RETURNED, _S.REOPENED), Verb.REVIEW, _S.UNDER_REVIEW, DESK, "review_started"),
    *_rows((*WAITING, _S.DISPATCHED, *WORKED_ON), Verb.DISPATCH, _S.DISPATCHED, (*DESK, Party.MACHINE), "dispatched"),
    *_rows((*WAITING, _S.DISPATCHED), Verb.ACCEPT, _S.ACCEPTED, (*_HOLDERS, Party.HANDLER), "accepted"),
    *_rows((*WAITING, _S.DISPATCHED), Verb.CLAIM, _S.ACCEPTED, (Party.VOLUNTEER,), "claimed"),
    *_rows((_S.ACCEPTED, _S.IN_HAND), Verb.LAPSE, _S.RETURNED, (Party.MACHINE,), "claim_lapsed"),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.RETURN, _S.RETURNED, _WORKERS, "returned", reason=True),
    *_rows((_S.ACCEPTED, _S.HARD_CASE), Verb.START, _S.IN_HAND, _WORKERS, "started"),
    *_rows(_UNANSWERED, Verb.ANSWER, _AS_BEFORE, _UNIT, "answered", reason=True),
    *_rows(WAITING, Verb.REPLY, _S.REPLIED, DESK, "replied", reason=True),
    *_rows(WORKED_ON, Verb.REPLY, _S.REPLIED, _WORKERS, "replied", reason=True),
    *_rows(WORKED_ON, Verb.ASK_EXTENSION, _AS_BEFORE, _UNIT, "extension_asked", reason=True),
    *_rows(WORKED_ON, Verb.EXTEND, _AS_BEFORE, _LEAD, "extended", reason=True),
    *_rows(WORKED_ON, Verb.REFUSE_EXTENSION, _AS_BEFORE, _LEAD, "extension_refused", reason=True),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.ASK_PAUSE, _AS_BEFORE, _UNIT, "pause_asked", reason=True),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.PAUSE, _AS_BEFORE, _LEAD, "paused", reason=True),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.REFUSE_PAUSE, _AS_BEFORE, _LEAD, "pause_refused", reason=True),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.RESUME, _AS_BEFORE, (*DESK, Party.HANDLER), "resumed"),
    *_rows((_S.ACCEPTED, _S.IN_HAND), Verb.MARK_HARD, _S.HARD_CASE, _LEAD, "hard_case", reason=True),
    *_rows((*WAITING, _S.DISPATCHED, *WORKED_ON), Verb.DEFER, _S.DEFERRED, _LEAD, "deferred", reason=True),
    *_rows((_S.DEFERRED,), Verb.KEEP_DEFERRED, _S.DEFERRED, _LEAD, "kept_deferred", reason=True),
    *_rows((_S.DEFERRED,), Verb.WAKE, _S.IN_HAND, (*DESK, Party.MACHINE), "woken"),
    *_rows((_S.REPLIED,), Verb.FOLLOW_UP, _S.FOLLOW_UP, (*DESK, Party.MACHINE), "follow_up_started"),
    *_rows(ANSWERED, Verb.CONFIRM_SOLVED, _S.CLOSED, (*DESK, Party.CITIZEN), "solved"),
    *_rows(ANSWERED, Verb.NOT_SOLVED, _S.REOPENED, (*DESK, Party.CITIZEN), "not_solved"),
    *_rows((*ANSWERED, *WORKED_ON), Verb.CLOSE, _S.CLOSED, _LEAD, "closed", reason=True),
    *_rows((*FINAL, *ANSWERED), Verb.REOPEN, _S.REOPENED, (*DESK, Party.CITIZEN), "reopened", reason=True),
    *_rows(OPEN, Verb.MERGE, _S.MERGED, DESK, "merged", reason=True),
    *_rows(_UNANSWERED, Verb.CANCEL, _S.CANCELLED, _LEAD, "cancelled", reason=True),
    *_rows(OPEN, Verb.SET_URGENCY, _AS_BEFORE, _HOLDERS, "urgency_set", reason=True),
    *_rows(OPEN, Verb.CLASSIFY, _AS_BEFORE, DESK, "classified"),
    *_rows((_S.DISPATCHED, *WORKED_ON), Verb.ASSIST, _AS_BEFORE, (*DESK, Party.MACHINE), "assisting"),
    *_rows(_UNANSWERED, Verb.CONTRIBUTE, _AS_BEFORE, (Party.HANDLER,), "contributed", reason=True),
    *_rows(OPEN, Verb.REMIND, _AS_BEFORE, (*_LEAD, Party.MACHINE), "reminded"),
    *_rows(OPEN, Verb.ESCALATE, _AS_BEFORE, (*_LEAD, Party.MACHINE), "escalated"),
    *_rows(tuple(OrderState), Verb.DECIDE_WELFARE, _AS_BEFORE, _LEAD, "welfare_decided", reason=True),
)
"""The whole of it. An answer to the citizen, a reason and a reply are words, which the verb must bring."""

TABLE: Mapping[tuple[OrderState, Verb], Step] = MappingProxyType({(s.from_state, s.verb): s for s in STEPS})


def possible_steps(state: OrderState, party: Party | None = None) -> tuple[Step, ...]:
    """Return what can be done in a state, by one party or by anybody."""
    return tuple(step for step in STEPS if step.from_state is state and (party is None or party in step.parties))


def may(party: Party, verb: Verb) -> bool:
    """Tell whether somebody may ever do something."""
    return any(party in step.parties for step in STEPS if step.verb is verb)
