"""What is counted in a drilled day, by hour and in all; counts only, decides nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from core.models import Urgency
from hotline.drill.day import Day
from hotline.drill.people import Person

_HOUR_SECONDS = 3600
_AT_ONCE_SECONDS = 15
"""The Chinese hotline service standard's and NENA's measure (GB/T 33358-2016)."""


@dataclass
class Hour:
    """The counts of one hour of the day."""

    counts: Counter[str] = field(default_factory=Counter)
    waits_seconds: list[float] = field(default_factory=list)
    """Of those who held the telephone until an agent came."""
    reached_after_seconds: list[float] = field(default_factory=list)
    """From the first call to talking to an agent, callbacks included; in the hour of the first call."""
    oldest_unheard_seconds: float = 0.0


@dataclass
class Figures:
    """The counts of a day; every event is counted in the hour in which it happens."""

    day: Day
    hours: dict[int, Hour] = field(default_factory=lambda: defaultdict(Hour))
    red_waits_seconds: list[float] = field(default_factory=list)
    unserved: int = 0
    """Who still waits when nothing happens any more; anything but 0 is a fault of the line."""

    def _count(self, now: float, name: str) -> None:
        self.hours[int(now // _HOUR_SECONDS)].counts[name] += 1

    def called(self, now: float) -> None:
        self._count(now, "calls")

    def redialled(self, now: float) -> None:
        self._count(now, "redials")

    def answered_by_machine(self, now: float) -> None:
        self._count(now, "answered_by_machine")

    def wanted_person(self, now: float) -> None:
        self._count(now, "wanted_person")

    def connected(self, now: float, person: Person, waited: float | None) -> None:
        """Count a caller who talks to an agent; `waited` is None for a callback."""
        self._count(now, "connected")
        first = self.hours[int(person.calls_at_seconds // _HOUR_SECONDS)]
        first.reached_after_seconds.append(now - person.calls_at_seconds)
        if waited is None:
            return
        hour = self.hours[int(now // _HOUR_SECONDS)]
        hour.waits_seconds.append(waited)
        if waited <= _AT_ONCE_SECONDS:
            hour.counts["connected_at_once"] += 1
        if person.urgency is Urgency.RED:
            self.red_waits_seconds.append(waited)

    def hung_up(self, now: float, *, rescued: bool) -> None:
        self._count(now, "hung_up")
        if rescued:
            self._count(now, "rescued")

    def lost(self, now: float) -> None:
        self._count(now, "lost")

    def callback_promised(self, now: float) -> None:
        self._count(now, "callbacks_promised")

    def callback_tried(self, now: float, *, in_time: bool) -> None:
        self._count(now, "callbacks_tried")
        if in_time:
            self._count(now, "callbacks_in_time")

    def callback_reached(self, now: float) -> None:
        self._count(now, "callbacks_reached")

    def left_to_a_person(self, now: float) -> None:
        self._count(now, "left_to_a_person")

    def recording_heard(self, left_at: float, now: float) -> None:
        self._count(left_at, "messages")
        hour = self.hours[int(now // _HOUR_SECONDS)]
        hour.oldest_unheard_seconds = max(hour.oldest_unheard_seconds, now - left_at)

    def close(self, unserved: int) -> None:
        self.unserved = unserved

    def total(self, name: str) -> int:
        return sum(hour.counts[name] for hour in self.hours.values())

    def share(self, name: str, of: str) -> float:
        """Return one total as a share of another, 0 to 1; 1 when there was nothing to have a share of."""
        return self.total(name) / self.total(of) if self.total(of) else 1.0


def at_share(seconds: list[float], share: float) -> float:
    """Return the value below which this share of some values lies (0 when there are none)."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
