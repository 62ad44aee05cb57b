"""Decides what is due with an order now: reminders, escalation, another ring, waking; pure.

Of what fell due while nobody looked only the latest is done: after a day's standstill one escalation, no reminders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.models import ClockStep
from routing.orders.deadlines import Clock, Happening, running

_MISSES = 2
"""After so many, somebody goes and sees."""
_AGAIN, _AGAIN_RED = timedelta(hours=24), timedelta(hours=1)
"""What stays late is escalated again: no order is ever left to be forgotten."""
_REST = timedelta(hours=1)
"""When everybody was rung in vain about an order that is not red, it starts anew after this."""


@dataclass(frozen=True)
class Remind:
    """Chase (催办): so many percent of a step's time are over."""

    clock: Clock
    percent: int


@dataclass(frozen=True)
class Escalate:
    """Supervise one level higher (督办): a step's time is over."""

    clock: Clock
    level: int


@dataclass(frozen=True)
class RingNext:
    """Nobody has acknowledged the escalation: ring the next contact, by place in the ladder."""

    place: int


@dataclass(frozen=True)
class AlertAgain:
    """Nobody has a red order yet: ring everybody on duty (again)."""


@dataclass(frozen=True)
class Wake:
    """A deferred order's date has come."""


@dataclass(frozen=True)
class ShowDeferred:
    """A deferred order that waits for an event is shown to a supervisor again."""


@dataclass(frozen=True)
class CallBack:
    """Who was in danger has dropped off: a person calls them back, the next one on duty each time."""

    turn: int


@dataclass(frozen=True)
class CheckWelfare:
    """They were missed twice: somebody goes and sees."""


Action = Remind | Escalate | RingNext | AlertAgain | Wake | ShowDeferred | CallBack | CheckWelfare


@dataclass(frozen=True)
class Watched:
    """What the decision needs to know of an order."""

    happenings: tuple[Happening, ...]
    clocks: tuple[Clock, ...]
    is_red: bool = False
    is_alone: bool = False
    """It is open, and no person has it."""
    ring_again: timedelta = timedelta(minutes=2)
    ladder: int = 0
    """How many contacts there are to escalate to; 0: not known here."""


def plan(watched: Watched, now: datetime) -> tuple[tuple[Action, ...], datetime | None]:
    """Return what is to be done now, and when to look again if nothing else happens."""
    decided = [
        *(_about_clock(watched, clock, now) for clock in running(watched.clocks)),
        _about_ringing(watched, now),
        _about_drop(watched, now) if _is_gone(watched.happenings) else _about_alert(watched, now),
    ]
    actions = tuple(action for action, _ in decided if action)
    return actions, min((moment for _, moment in decided if moment), default=None)


_Decided = tuple[Action | None, datetime | None]


def _about_clock(watched: Watched, clock: Clock, now: datetime) -> _Decided:
    if clock.step is ClockStep.WAKE:
        if clock.due_at > now:
            return None, clock.due_at
        return (Wake() if _wakes_by_date(watched.happenings) else ShowDeferred()), None
    told = [happening for happening in watched.happenings if _is_about(happening, clock)]
    done = [_percent(happening) for happening in told]
    if 100 in done:  # noqa: PLR2004
        again = told[-1].at + (_AGAIN_RED if watched.is_red else _AGAIN)
        return (Escalate(clock, _level(watched.happenings)), None) if again <= now else (None, again)
    marks = [(percent, at) for percent, at in (*clock.marks, (100, clock.due_at)) if percent > max(done, default=0)]
    coming = min((at for _, at in marks if at > now), default=None)
    passed = max((percent for percent, at in marks if at <= now), default=None)
    if passed is None:
        return None, coming
    return (Escalate(clock, _level(watched.happenings)) if passed == 100 else Remind(clock, passed)), coming  # noqa: PLR2004


def _is_about(happening: Happening, clock: Clock) -> bool:
    told = (happening.detail.get("step"), happening.detail.get("due"))
    return happening.event in {"reminded", "escalated"} and told == (clock.step.value, clock.due_at.isoformat())


def _percent(happening: Happening) -> int:
    return int(happening.detail.get("percent", 100))


def _level(happenings: Sequence[Happening]) -> int:
    return 1 + sum(happening.event == "escalated" for happening in happenings)


def _wakes_by_date(happenings: Sequence[Happening]) -> bool:
    last = next(happening for happening in reversed(happenings) if happening.event in {"deferred", "kept_deferred"})
    return bool(last.detail.get("until"))


def _about_ringing(watched: Watched, now: datetime) -> _Decided:
    """An escalation counts only when somebody acknowledged it by a key, or the step it was about was done."""
    rung = _since(watched.happenings, "escalated")
    if not rung or any(happening.event == "escalation_confirmed" for happening in rung):
        return None, None
    if not any(_is_about(rung[0], clock) for clock in running(watched.clocks)):
        return None, None
    calls = [happening for happening in rung if happening.event in {"escalated", "escalation_called"}]
    place = int(calls[-1].detail.get("place", 0)) + 1
    rests = not watched.is_red and watched.ladder and place % watched.ladder == 0
    due = calls[-1].at + (_REST if rests else watched.ring_again)
    return (RingNext(place), None) if due <= now else (None, due)


def _about_alert(watched: Watched, now: datetime) -> _Decided:
    """A red that nobody has is told again and again; who is set on duty later is rung too."""
    if not watched.is_red or not watched.is_alone:
        return None, None
    alerts = [happening.at for happening in watched.happenings if happening.event == "alerted"]
    due = alerts[-1] + watched.ring_again if alerts else now
    return (AlertAgain(), now + watched.ring_again) if due <= now else (None, due)


def _is_gone(happenings: Sequence[Happening]) -> bool:
    """Tell whether a caller in danger has dropped off, and neither a person nor a supervisor's word has ended it."""
    ends = {"caller_reached", "person_connected", "welfare_decided"}
    after = _since(happenings, "dropped_off")
    return bool(after) and not any(happening.event in ends for happening in after)


def _about_drop(watched: Watched, now: datetime) -> _Decided:
    """Call back at once and then again and again; this rings the people on duty in the alert's place."""
    after = _since(watched.happenings, "dropped_off")
    tries = [happening for happening in after if happening.event == "call_back_tried"]
    missed = sum(happening.event == "caller_missed" for happening in after)
    if missed >= _MISSES and not any(happening.event == "welfare_check" for happening in after):
        return CheckWelfare(), now + watched.ring_again
    due = tries[-1].at + watched.ring_again if tries else now
    return (CallBack(len(tries)), now + watched.ring_again) if due <= now else (None, due)


def _since(happenings: Sequence[Happening], event: str) -> list[Happening]:
    """Return everything from the last event of a kind on; nothing if there was none."""
    places = [place for place, happening in enumerate(happenings) if happening.event == event]
    return list(happenings[places[-1] :]) if places else []


def detail_of(action: Remind | Escalate) -> dict[str, Any]:
    """Return what the event of a reminder or an escalation tells: which clock, so that it is done once for it."""
    about: dict[str, Any] = {"step": action.clock.step.value, "due": action.clock.due_at.isoformat()}
    return {**about, "percent": action.percent} if isinstance(action, Remind) else {**about, "level": action.level}
