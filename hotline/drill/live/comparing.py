"""What a live drill came to: the carrier's own log of calls, words and phones rung, held against our ledger."""

import os
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.clock import now
from core.models import Call as CallRow
from core.models import Caller, LinePlace, Recording, WorkOrder
from hotline.drill.figures import at_share
from hotline.drill.live.citizens import CITIZENS
from hotline.drill.live.house import Kill, LiveHouse
from hotline.drill.live.plan import Plan
from hotline.drill.live.taking_away import Away
from routing.ledger import Outcome, ledger
from simulator import Call
from simulator.events import Pressed, PutThrough

_TEN_SECONDS = 10
_WISHES = frozenset("09")
_ABOUT_CALLS = frozenset({"voice", "action", "redirect", "fallback", "screening", "status", "recording"})


@dataclass(frozen=True)
class Found:
    """The figures of a drill. Every second is a real one."""

    day: str
    speed: float
    pace: float
    seed: int
    seats: int
    machine: str
    calls: int
    calls_per_second: float
    """Mean over the time in which citizens called."""
    busiest_calls_per_second: float
    """In the busiest ten seconds."""
    placed_by_ten_seconds: dict[str, int]
    took_seconds: float
    lost: int
    """Calls that are not in the ledger, have no end there, or whose wish or words left no trace."""
    lost_calls: dict[str, str]
    double_callbacks: int
    """Citizens rung while we already rang them, or again after they had talked to an agent and hung up."""
    double_calls: dict[str, str]
    """What had been between us and such a citizen, by the sid of the call that was one too many."""
    callbacks_rung: int
    double_orders: int
    outcomes: dict[str, int]
    webhooks: int
    webhook_p50_seconds: float
    webhook_p99_seconds: float
    webhook_5xx: int
    webhooks_unanswered: int
    """Attempts that met a process that had just been killed."""
    fallbacks: int
    """Documents that the carrier had to fetch from the fallback URL."""
    kills: tuple[Kill, ...]
    database: str = "sqlite"
    aways: tuple[Away, ...] = ()

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def compare(
    there: LiveHouse,
    plan: Plan,
    kills: Iterable[Kill],
    aways: Iterable[Away],
    *,
    placed: int,
    took_seconds: float,
    lasts_seconds: float,
) -> Found:
    """Hold the carrier's log against the ledger."""
    calls = there.carrier.calls
    citizens = [call for call in calls if call.direction == "inbound"]
    outcomes = _ledger(there, citizens)
    lost, doubled, by_time = _lost(there, citizens, outcomes), doubles(calls), _by_ten_seconds(citizens)
    requests = [request for call in calls for request in list(call.requests) if request.kind in _ABOUT_CALLS]
    answered = [request.seconds for request in requests if request.status is not None]
    return Found(
        day=plan.day.name,
        speed=plan.speed,
        pace=plan.pace,
        seed=plan.seed,
        seats=plan.seats,
        machine=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        calls=placed,
        calls_per_second=round(placed / max(lasts_seconds, 1), 2),
        busiest_calls_per_second=max(by_time.values(), default=0) / _TEN_SECONDS,
        placed_by_ten_seconds={str(at * _TEN_SECONDS): count for at, count in by_time.items()},
        took_seconds=round(took_seconds, 1),
        lost=len(lost),
        lost_calls=lost,
        double_callbacks=len(doubled),
        double_calls=doubled,
        callbacks_rung=len([call for call in calls if _is_callback(call)]),
        double_orders=_double_orders(there),
        outcomes=dict(Counter(outcomes[call.sid].value for call in citizens if call.sid in outcomes)),
        webhooks=len(answered),
        webhook_p50_seconds=round(at_share(answered, 0.5), 4),
        webhook_p99_seconds=round(at_share(answered, 0.99), 4),
        webhook_5xx=sum(request.status is not None and request.status >= 500 for request in requests),  # noqa: PLR2004
        webhooks_unanswered=len(requests) - len(answered),
        fallbacks=sum(request.kind == "fallback" for request in requests),
        kills=tuple(kills),
        database=plan.database,
        aways=tuple(aways),
    )


def doubles(calls: Iterable[Call]) -> dict[str, str]:
    """Find the calls to citizens that should not have been made, from the carrier's log alone.

    One is too many while another to the same number is going on, or after a call in which they talked to an agent
    until they hung up themselves, unless they have called us again since.
    """
    by_number: dict[str, list[Call]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: call.created_at):
        if call.direction == "inbound" or _is_callback(call):
            by_number[call.from_number if call.direction == "inbound" else call.to_number].append(call)
    return {
        call.sid: "; ".join(_told(one) for one in theirs[: at + 1])
        for theirs in by_number.values()
        for at, call in enumerate(theirs)
        if _is_one_too_many(call, theirs[:at])
    }


def _is_one_too_many(call: Call, before: list[Call]) -> bool:
    if call.direction == "inbound":
        return False
    rung_already = any(one.ended_at is None or one.ended_at > call.created_at for one in before if _is_callback(one))
    return rung_already or (bool(before) and _is_served(before[-1], call.created_at))


def _told(call: Call) -> str:
    whose = "they rang" if call.direction == "inbound" else "we rang"
    end = f"{call.ended_at:%H:%M:%S.%f} by {call.ended_by}" if call.ended_at else "never"
    talked = ", talked" if any(isinstance(event, PutThrough) for event in list(call.events)) else ""
    return f"{call.sid} {whose} {call.created_at:%H:%M:%S.%f}{talked}, ended {end}"


def _is_served(call: Call, by: datetime) -> bool:
    talked = any(isinstance(event, PutThrough) for event in list(call.events))
    over = call.ended_at is not None and call.ended_at <= by
    return talked and over and call.ended_by == call.party


def _is_callback(call: Call) -> bool:
    return call.direction != "inbound" and call.to_number.startswith(CITIZENS)


def _ledger(there: LiveHouse, citizens: list[Call]) -> dict[str, Outcome]:
    began = min((call.created_at for call in citizens), default=None)
    if began is None:
        return {}
    with there.house.database.reading() as session:
        return ledger(session, began - timedelta(seconds=1), now())


def _lost(there: LiveHouse, citizens: list[Call], outcomes: dict[str, Outcome]) -> dict[str, str]:
    """Return what is missing of each call that is lost, by its sid."""
    with there.house.database.reading() as session:
        ordered = set(session.scalars(select(CallRow.call_sid).join(WorkOrder, WorkOrder.call_id == CallRow.id)))
        waiting = set(session.scalars(select(Caller.number).join(LinePlace, LinePlace.caller_id == Caller.id)))
        recorded = set(session.scalars(select(Recording.recording_sid)))
    found = {}
    for call in citizens:
        wished = any(isinstance(event, Pressed) and _WISHES & set(event.digits) for event in call.events)
        words = [sid for sid in call.recording_sids if sid not in recorded]
        if call.sid not in outcomes:
            found[call.sid] = "not in the ledger"
        elif outcomes[call.sid] is Outcome.GOING_ON:
            found[call.sid] = "its end was never noted"
        elif wished and call.sid not in ordered and call.from_number not in waiting:
            found[call.sid] = "asked for a person, and there is neither order nor place"
        elif words:
            found[call.sid] = "left words that we do not have"
    return found


def _double_orders(there: LiveHouse) -> int:
    with there.house.database.reading() as session:
        return sum(count > 1 for count in Counter(session.scalars(select(WorkOrder.call_id))).values())


def _by_ten_seconds(citizens: list[Call]) -> dict[int, int]:
    """Return how many called in each ten seconds, from the first call on."""
    moments = [call.created_at.timestamp() for call in citizens]
    counted = Counter(int(moment - min(moments)) // _TEN_SECONDS for moment in moments)
    return dict(sorted(counted.items()))
