"""An order's clocks as bars that fill; reckons nothing itself but how full a bar is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.parts import now
from routing.orders.deadlines import Clock

_FULL, _NEARLY = 100, 80


@dataclass(frozen=True)
class ClockBar:
    """One clock as it is drawn."""

    step: str
    percent: int
    """How much of the time is over, or was when it was done; 100 when it is late."""
    due_at: datetime
    met_at: datetime | None
    look: str
    """`done`, `late`, `nearly` or `running`."""


def clock_bars(clocks: Sequence[Clock]) -> tuple[ClockBar, ...]:
    """Return a bar for each clock, as they stand at the moment of this request."""
    return tuple(_bar(clock) for clock in clocks)


def next_bar(clocks: Sequence[Clock]) -> ClockBar | None:
    """Return the bar of the clock that is due first, or None when none runs."""
    going = [clock for clock in clocks if clock.is_running]
    return _bar(min(going, key=lambda clock: clock.due_at)) if going else None


def _bar(clock: Clock) -> ClockBar:
    whole, over = clock.due_at - clock.started_at, (clock.met_at or now()) - clock.started_at
    percent = min(max(int(_FULL * over / whole), 0), _FULL) if whole else _FULL
    return ClockBar(clock.step.value, percent, clock.due_at, clock.met_at, _look(clock, percent))


def _look(clock: Clock, percent: int) -> str:
    if (clock.met_at or now()) > clock.due_at:
        return "late"
    if clock.met_at:
        return "done"
    return "nearly" if percent >= _NEARLY else "running"
