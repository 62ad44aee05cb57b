"""How long a caller at some place of the line will wait, pure; told to nobody as a position, which could rise."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Pressure:
    """What moves the line; rates are per second."""

    seats: int
    """Agents who take calls now: available, ringing, talking or in wrap-up."""
    handling_seconds: float
    patience_seconds: float = math.inf
    """Mean time after which a waiting caller hangs up."""
    redial_share: float = 0.0
    """Share of those who hang up and soon ring again: they keep their place, so they make nobody's wait shorter."""
    overtaking_per_second: float = 0.0
    """Arrivals of more urgent callers, who go first."""


def expected_wait_seconds(ahead: int, pressure: Pressure) -> float:
    """Return the expected wait of a caller with `ahead` callers before them while every agent is busy.

    The place moves up whenever an agent becomes free or somebody ahead gives up for good: with j ahead that happens
    at seats / handling time + j / patience, less what overtakes; the steps are added up (the waiting time of a given
    state of M/M/n+M; Palm, 1946). Infinite with no agents, or when the urgent alone take every seat.
    """
    if pressure.seats <= 0:
        return math.inf
    served = pressure.seats / pressure.handling_seconds
    giving_up = (1 - pressure.redial_share) / pressure.patience_seconds
    seconds = 0.0
    for place in range(ahead, -1, -1):
        moving = served + place * giving_up - pressure.overtaking_per_second
        if moving <= 0:
            return math.inf
        seconds += 1 / moving
    return seconds
