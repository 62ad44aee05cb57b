"""The clocks of an order, computed from nothing but its events, so that no pause, reopening or holiday makes them lie.

Pure. A clock starts with the registration, and with its own urgency's time at the moment of a raise; it is never later
for having been raised. Accepting is due anew after a return, but never for one who had not accepted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.models import Category, ClockStep, Urgency
from core.working_time import FAR, Span, add
from routing.orders.rulebook import Allowed, Rulebook
from routing.orders.urgency import URGENCY_RANK

_WORK = (ClockStep.ACCEPT, ClockStep.ANSWER, ClockStep.FINISH)
MARKS = (50, 80)
"""Reminders (催办) come at these percents of a step's time."""


@dataclass(frozen=True)
class Happening:
    """One event, as far as clocks are concerned."""

    event: str
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clock:
    """One step's clock."""

    step: ClockStep
    started_at: datetime
    due_at: datetime
    marks: tuple[tuple[int, datetime], ...] = ()
    """When so many percent of the time are over."""
    met_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Tell whether the step is still to be done."""
        return self.met_at is None


def clocks(happenings: Iterable[Happening], book: Rulebook) -> tuple[Clock, ...]:
    """Return the clocks of an order by all that happened to it, in order; none once it is closed, merged, cancelled."""
    story = _Story(book)
    for happening in happenings:
        story.tell(happening)
    return story.clocks()


def running(all_clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """Return the clocks that run, the next one due first."""
    return tuple(sorted((clock for clock in all_clocks if clock.is_running), key=lambda clock: clock.due_at))


class _Story:
    """What is known of an order after some of its events."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.start: datetime | None = None
        self.raises: list[tuple[datetime, Urgency]] = []
        """Since when each urgency has counted; each is more urgent than the one before."""
        self.category: Category | None = None
        self.percent = 100
        self.is_hard = self.has_ended = False
        self.extra = timedelta()
        self.pauses: list[Span] = []
        self.accept_from: datetime | None = None
        self.caps: dict[ClockStep, datetime] = {}
        """Clocks of orders that were merged into this one go on."""
        self.met: dict[ClockStep, datetime] = {}
        self.replied_at: datetime | None = None
        self.deferred: tuple[datetime, datetime | None] | None = None

    def tell(self, happening: Happening) -> None:
        """Take one more event."""
        self._tell_of_work(happening.event, happening.at)
        self._tell_of_terms(happening.event, happening.at, happening.detail)
        self._tell_of_pauses(happening)
        self._tell_of_judgement(happening.at, happening.detail)

    def _tell_of_work(self, event: str, at: datetime) -> None:
        match event:
            case "registered":
                self.start, self.raises = at, [(at, Urgency.UNKNOWN)]
            case "accepted" | "claimed":
                self.met.setdefault(ClockStep.ACCEPT, at)
            case "answered":
                self.met.setdefault(ClockStep.ANSWER, at)
            case "replied":
                self.replied_at = at
                for step in _WORK:
                    self.met.setdefault(step, at)
            case "dispatched" | "returned" | "claim_lapsed" if ClockStep.ACCEPT in self.met:
                del self.met[ClockStep.ACCEPT]
                self.accept_from = at

    def _tell_of_terms(self, event: str, at: datetime, detail: Mapping[str, Any]) -> None:
        match event:
            case "extended":
                self.extra += timedelta(seconds=detail["seconds"])
            case "hard_case":
                self.is_hard = True
            case "merged_in":
                self._cap(detail["due"])
            case "solved" | "closed" | "merged" | "cancelled":
                self.has_ended = True
            case "not_solved" | "reopened":
                self._begin_again(at)

    def _tell_of_pauses(self, happening: Happening) -> None:
        at, detail = happening.at, happening.detail
        match happening.event:
            case "paused":
                self.pauses.append((at, _moment(detail["until"]) or FAR))
            case "deferred":
                self.deferred = (at, _moment(detail.get("until")))
                self.pauses.append((at, self.deferred[1] or FAR))
            case "kept_deferred" | "deferred_shown" if self.deferred:
                self.deferred = (at, _moment(detail.get("until")))
                self.pauses[-1] = (self.pauses[-1][0], self.deferred[1] or FAR)
            case "resumed" | "woken" if self.pauses:
                self.pauses = [(since, min(until, at)) for since, until in self.pauses]
                if happening.event == "woken":
                    self.deferred = None
                    self.met.setdefault(ClockStep.ACCEPT, at)  # a deferred order has an owner

    def _tell_of_judgement(self, at: datetime, detail: Mapping[str, Any]) -> None:
        self.category = Category(detail["category"]) if detail.get("category") else self.category
        urgency = Urgency(detail["urgency"]) if detail.get("urgency") else None
        if urgency is None or not self.raises or urgency is self.raises[-1][1]:
            return
        if URGENCY_RANK[urgency] < URGENCY_RANK[self.raises[-1][1]]:
            self.raises.append((at, urgency))
        else:
            self.raises = [(self.raises[0][0], urgency)]

    def _begin_again(self, at: datetime) -> None:
        self.start, self.raises = at, [(at, self.raises[-1][1])]
        self.percent, self.extra, self.has_ended = self.book.reopened_percent, timedelta(), False
        self.met, self.caps, self.pauses = {}, {}, []
        self.replied_at = self.accept_from = self.deferred = None

    def _cap(self, due: Mapping[str, str]) -> None:
        for step, moment in due.items():
            known = self.caps.get(ClockStep(step), FAR)
            self.caps[ClockStep(step)] = min(known, datetime.fromisoformat(moment))

    def clocks(self) -> tuple[Clock, ...]:
        """Return the clocks as they stand."""
        if self.start is None or self.has_ended:
            return ()
        if self.deferred:
            since, until = self.deferred
            return (Clock(ClockStep.WAKE, since, until or since + self.book.look_again),)
        done = tuple(self._clock(step) for step in _WORK)
        return (*done, self._clock(ClockStep.CLOSE, self.replied_at)) if self.replied_at else done

    def _clock(self, step: ClockStep, since: datetime | None = None) -> Clock:
        """Return the earliest of the clocks that each urgency has set going, or the later one of a hard case."""
        raises = [(since, self.raises[-1][1])] if since else self.raises
        found = min((self._one_clock(step, at, urgency) for at, urgency in raises), key=lambda clock: clock.due_at)
        if step is ClockStep.FINISH and self.is_hard:
            rule = self.book.allowed(self.raises[-1][1], self.category, ClockStep.HARD_FINISH)
            found = max(found, self._timed(step, self.raises[0][0], rule), key=lambda clock: clock.due_at)
        cap = self.caps.get(step, FAR)
        if cap >= found.due_at:
            return found
        marks = tuple((percent, min(at, cap)) for percent, at in found.marks)
        return Clock(step, min(found.started_at, cap), cap, marks, found.met_at)

    def _one_clock(self, step: ClockStep, since: datetime, urgency: Urgency) -> Clock:
        rule = self.book.allowed(urgency, self.category, step)
        rule = replace(rule, duration=rule.duration * self.percent / 100)
        if step is ClockStep.ACCEPT and self.accept_from:
            since = max(since, self.accept_from)
        return self._timed(step, since, rule)

    def _timed(self, step: ClockStep, since: datetime, rule: Allowed) -> Clock:
        duration = rule.duration + (self.extra if step is ClockStep.FINISH else timedelta())

        def after(percent: int) -> datetime:
            return add(since, duration * percent / 100, rule.hours, self.pauses)

        marks = tuple((percent, after(percent)) for percent in MARKS)
        return Clock(step, since, after(100), marks, self.met.get(step))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
