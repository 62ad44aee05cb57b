"""What a live drill is given: how many calls, how fast, how many agents, whom to kill; plain figures."""

import random
from dataclasses import dataclass
from typing import Literal

from hotline.drill.day import Day
from hotline.drill.live.taking_away import WAYS, Away
from hotline.drill.people import Person, people

VICTIMS = ("web", "worker", "outgoing", "clock", "stream", "redis")
_HOUR_SECONDS = 3600
_SEATS_OF_THE_DAY = 120
"""Chengdu's extra operators of that night; a drill has as many for its load."""
_QUICKEST_PACE = 20.0
"""People speak and talk no faster than this: at a greater pace an answer of some 50 ms would seem a long silence."""


@dataclass(frozen=True)
class Plan:
    """A drill of `calls` calls in which time goes by `speed` times faster than on the day."""

    day: Day
    speed: float
    seed: int = 1
    kills: int = 0
    peak_only: bool = False
    """Only the day's busiest hour, in full."""
    seats_wanted: int | None = None
    database: Literal["sqlite", "postgresql"] = "sqlite"
    away_seconds: tuple[float, ...] = ()
    """For how long the database is taken away, each time; real seconds, as processes are killed in real time."""

    @property
    def pace(self) -> float:
        """How much faster than people on a real line those in the drill are."""
        return min(self.speed, _QUICKEST_PACE)

    @property
    def seats(self) -> int:
        """Agents; if not said, as many for each caller at once as 120 are for the whole of Chengdu's day."""
        if self.seats_wanted:
            return self.seats_wanted
        return max(2, round(_SEATS_OF_THE_DAY * self.day.calls / Day().calls * self.speed / self.pace))

    def arrivals(self) -> list[tuple[float, Person]]:
        """Return who calls, and after how many real seconds from the beginning."""
        callers = people(self.day, self.seed)
        begins = self._busiest_hour() * _HOUR_SECONDS if self.peak_only else 0
        ends = begins + _HOUR_SECONDS if self.peak_only else 24 * _HOUR_SECONDS
        there = [person for person in callers if begins <= person.calls_at_seconds < ends]
        return [((person.calls_at_seconds - begins) / self.speed, person) for person in there]

    def moments_to_kill(self, lasts_seconds: float) -> list[tuple[float, str]]:
        """Return when which process is killed, drawn by the seed: each kind in turn, at any moment of the drill."""
        chance = random.Random(self.seed)  # noqa: S311 - a drill, no secret
        names = [VICTIMS[number % len(VICTIMS)] for number in range(self.kills)]
        return sorted((chance.uniform(0.1, 0.9) * lasts_seconds, name) for name in names)

    def moments_away(self, lasts_seconds: float) -> list[Away]:
        """Return when and how the database is taken away, drawn by the seed; one stretch after the other."""
        chance = random.Random(f"away {self.seed}")  # noqa: S311 - a drill, no secret
        share = 0.8 * lasts_seconds / max(1, len(self.away_seconds))
        aways = []
        for number, seconds in enumerate(self.away_seconds):
            at = 0.1 * lasts_seconds + number * share + chance.uniform(0, max(0.0, share - seconds))
            aways.append(Away(round(at, 2), seconds, chance.choice(WAYS[self.database])))
        return aways

    def _busiest_hour(self) -> int:
        shares = self.day.share_by_hour
        return shares.index(max(shares))
