"""Plays a live drill: citizens call when the day says so, lose patience, talk and redial; processes are killed."""

import contextlib
import heapq
import itertools
import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from core.clock import now
from core.models import Channel, LinePlace, Outgoing, OutgoingState, PlaceState
from hotline.drill.live.citizens import Citizen, citizen
from hotline.drill.live.comparing import Found, compare
from hotline.drill.live.house import AGENTS, Kill, LiveHouse, back_on_duty, live_house
from hotline.drill.live.plan import Plan
from hotline.drill.live.taking_away import Away, Way
from hotline.reconciling import settle
from ivr.outbound import carrier as carriers_api
from simulator import Call
from simulator.events import Event, HungUp, PutThrough

_TICK_SECONDS = 0.02
_SECONDS_BETWEEN_ROUNDS = 1.0
_SECONDS_TO_FINISH = 240.0
_SECONDS_TO_SETTLE = 60.0
_PATIENCE_OF_AGENTS_SECONDS = 240.0

Tell = Callable[[str], None]


@dataclass
class _Stage:
    """What is going on: who is on the telephone, and what happens when."""

    there: LiveHouse
    plan: Plan
    began: float
    agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    redials_at: list[float] = field(default_factory=list)
    calls: dict[str, tuple[Call, Citizen]] = field(default_factory=dict)
    talking: set[str] = field(default_factory=set)
    under_way: set[str] = field(default_factory=set)
    kills: list[Kill] = field(default_factory=list)
    aways: list[Away] = field(default_factory=list)
    without_database: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    is_away: bool = False
    placed: int = 0
    longest_behind: float = 0.0
    serial: itertools.count = field(default_factory=itertools.count)  # type: ignore[type-arg]

    @property
    def now(self) -> float:
        """Real seconds since the first call could come."""
        return time.monotonic() - self.began

    def later(self, at_seconds: float, deed: Callable[[], None]) -> None:
        """Put something on the agenda, at real seconds since the beginning."""
        heapq.heappush(self.agenda, (at_seconds, next(self.serial), deed))

    def after(self, seconds_of_line: float, deed: Callable[[], None]) -> None:
        """Put something on the agenda, so many seconds of the people's own time from now."""
        self.later(self.now + seconds_of_line / self.plan.pace, deed)


def run(folder: Path, plan: Plan, tell: Tell) -> Found:
    """Play the drill and return what carrier's log and ledger say; `tell` gets a line of progress each second."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    with live_house(folder, plan, events.put) as there:
        stage = _Stage(there, plan, time.monotonic())
        arrivals = plan.arrivals()
        lasts = max((at for at, _ in arrivals), default=0.0)
        for at, person in arrivals:
            who = citizen(person, plan.day, plan.seed)
            stage.later(at, lambda who=who, at=at: _calls(stage, who, at))  # type: ignore[misc]
        for at, name in plan.moments_to_kill(lasts):
            stage.later(at, lambda name=name: _kill(stage, name))  # type: ignore[misc]
        for away in plan.moments_away(lasts):
            stage.later(away.at_seconds, lambda away=away: _take_away(stage, away))  # type: ignore[misc]
        with stage.without_database:
            _play(stage, events, lasts, tell)
        took = stage.now
        _settle(there)
        return compare(
            there, plan, stage.kills, stage.aways, placed=stage.placed, took_seconds=took, lasts_seconds=lasts
        )


def _play(stage: _Stage, events: queue.SimpleQueue[Event], lasts: float, tell: Tell) -> None:
    round_at, finish_by = 0.0, lasts + _SECONDS_TO_FINISH
    while stage.now < finish_by:
        while not events.empty():
            _happened(stage, events.get())
        while stage.agenda and stage.agenda[0][0] <= stage.now:
            heapq.heappop(stage.agenda)[2]()
        if stage.now >= round_at:
            round_at = stage.now + _SECONDS_BETWEEN_ROUNDS
            waiting = _round(stage)
            tell(_progress(stage, waiting))
            if stage.now > lasts and not stage.under_way and not waiting and not _will_redial(stage):
                return
        time.sleep(_TICK_SECONDS)


def _will_redial(stage: _Stage) -> bool:
    """Tell whether somebody rings again soon; nothing else on the agenda matters once nobody is on the telephone."""
    return any(stage.now - _SECONDS_BETWEEN_ROUNDS < at < stage.now + _SECONDS_TO_SETTLE for at in stage.redials_at)


def _calls(stage: _Stage, who: Citizen, due: float) -> None:
    stage.longest_behind = max(stage.longest_behind, stage.now - due)
    carrier, to = stage.there.carrier, stage.there.house.settings.hotline_number
    if who.wants_person:
        carrier.add_phone(who.phone)
    call = carrier.place_call(from_number=who.number, to_number=to, caller=who.caller)
    stage.calls[call.sid] = (call, who)
    stage.under_way.add(call.sid)
    stage.placed += 1
    if who.patience_seconds != float("inf"):
        stage.after(who.patience_seconds, lambda: _loses_patience(stage, call, who))


def _loses_patience(stage: _Stage, call: Call, who: Citizen) -> None:
    """Hang up, unless an agent is there or nobody was asked for; some ring again later."""
    if not who.wants_person or call.sid in stage.talking or call.closed:
        return
    call.hang_up("caller")
    if who.redials_after_seconds is not None:
        again = replace(who, redials_after_seconds=None, patience_seconds=who.patience_seconds * 2)
        stage.redials_at.append(stage.now + who.redials_after_seconds / stage.plan.pace)
        stage.after(who.redials_after_seconds, lambda: _redials(stage, again))


def _redials(stage: _Stage, who: Citizen) -> None:
    """Ring again, unless we have rung them meanwhile: their telephone is in use, or they have talked to somebody."""
    rung = [call for call in stage.there.carrier.calls if call.to_number == who.number]
    if not any(not call.closed or any(isinstance(event, PutThrough) for event in call.events) for call in rung):
        _calls(stage, who, stage.now)


def _happened(stage: _Stage, event: Event) -> None:
    known = stage.calls.get(event.call_sid)
    if known is None:
        return
    call, who = known
    if isinstance(event, PutThrough) and event.call_sid not in stage.talking:
        stage.talking.add(event.call_sid)
        stage.after(who.talk_seconds, lambda: None if call.closed else call.hang_up("caller"))
    elif isinstance(event, HungUp):
        stage.under_way.discard(event.call_sid)


def _kill(stage: _Stage, name: str) -> None:
    killed = stage.there.kill(name, round(stage.now, 2))
    if killed:
        stage.kills.append(killed)
    else:
        stage.later(stage.now + 0.5, lambda: _kill(stage, name))


def _take_away(stage: _Stage, away: Away) -> None:
    stage.is_away = True
    began = stage.now
    stage.without_database.enter_context(stage.there.without_database(away.way))
    stage.later(stage.now + away.seconds, lambda: _bring_back(stage, began, away.way))


def _bring_back(stage: _Stage, began: float, way: Way) -> None:
    stage.without_database.close()
    stage.aways.append(Away(round(began, 2), round(stage.now - began, 2), way))
    stage.is_away = False


def _round(stage: _Stage) -> int:
    """Bring agents back who were lost, and return how many still wait for one; the database may be busy just now."""
    _leave_empty_rooms(stage)
    if stage.is_away:
        return 1
    try:
        back_on_duty(stage.there.house)
        return _waiting(stage.there)
    except (DBAPIError, StaleDataError):
        return 1


def _leave_empty_rooms(stage: _Stage) -> None:
    """Let agents hang up to whom nobody comes, as their caller has gone and the carrier could not tell us."""
    for call in stage.there.carrier.calls:
        if call.closed or not call.to_number.startswith(AGENTS) or call.now_seconds < _PATIENCE_OF_AGENTS_SECONDS:
            continue
        if not any(isinstance(event, PutThrough) for event in list(call.events)):
            call.hang_up("callee")


def _waiting(there: LiveHouse) -> int:
    with there.house.database.reading() as session:
        asked = (PlaceState.WAITING, PlaceState.OFFERED, PlaceState.TAKEN)
        places = select(func.count(LinePlace.id)).where(LinePlace.state.in_(asked))
        calls = select(func.count(Outgoing.id)).where(Outgoing.state == OutgoingState.WAITING, Outgoing.due_at <= now())
        return (session.scalar(places) or 0) + (session.scalar(calls) or 0)


def _progress(stage: _Stage, waiting: int) -> str:
    callbacks = "?" if stage.is_away else _callbacks(stage.there)
    return (
        f"{stage.now:6.0f} s  placed {stage.placed}  on the line {len(stage.under_way)}  "
        f"in the queue {waiting}  callbacks {callbacks}  killed {len(stage.kills)}"
        f"{'  without SQL' if stage.is_away else ''}"
    )


def _callbacks(there: LiveHouse) -> str:
    try:
        with there.house.database.reading() as session:
            kept = select(func.count(LinePlace.id)).where(LinePlace.channel == Channel.CALLBACK)
            return str(session.scalar(kept.where(LinePlace.state != PlaceState.DONE)))
    except DBAPIError:
        return "?"


def _settle(there: LiveHouse) -> None:
    """End what still goes on, let the last words arrive, make good what we were never told (`hotline reconcile`)."""
    for call in there.carrier.calls:
        if not call.closed:
            call.hang_up("carrier")
    with contextlib.suppress(TimeoutError):  # what is still under way then is found lost
        there.carrier.settle(_SECONDS_TO_SETTLE)
    api = carriers_api(there.house.settings)
    since = now() - timedelta(days=1)
    settle(there.house, api.calls_to_us(since), api.recordings_since(since), now())
