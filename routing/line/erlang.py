"""Erlang's formulas for a line: with endless patience (C) and with abandonment (A); pure numbers, no calls."""

import math
from dataclasses import dataclass

_NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Load:
    """A steady load on some seats; rates are per second."""

    arrivals_per_second: float
    handling_seconds: float
    """Mean time an agent is busy with a call, wrap-up included."""
    seats: int

    @property
    def erlangs(self) -> float:
        """The mean number of busy agents that the load asks for."""
        return self.arrivals_per_second * self.handling_seconds


def waits_at_all(load: Load) -> float:
    """Return the share of callers who have to wait, if nobody ever hangs up (Erlang C); 1 when overloaded.

    Source: A. K. Erlang, 1917; computed by the recursion over Erlang B, which does not overflow.
    """
    if load.erlangs >= load.seats:
        return 1.0
    blocked = 1.0
    for seats in range(1, load.seats + 1):
        blocked = load.erlangs * blocked / (seats + load.erlangs * blocked)
    return blocked / (1 - load.erlangs / load.seats * (1 - blocked))


def answered_within(load: Load, seconds: float) -> float:
    """Return the share of callers answered within so many seconds (Erlang C); 0 when overloaded."""
    if load.erlangs >= load.seats:
        return 0.0
    drain = (load.seats - load.erlangs) / load.handling_seconds
    return 1 - waits_at_all(load) * math.exp(-drain * seconds)


def mean_wait_seconds(load: Load) -> float:
    """Return the mean wait over all callers (ASA, Erlang C); infinite when overloaded."""
    if load.erlangs >= load.seats:
        return math.inf
    return waits_at_all(load) * load.handling_seconds / (load.seats - load.erlangs)


def abandonment(load: Load, patience_seconds: float) -> float:
    """Return the share of callers who hang up while waiting (Erlang A: patience is exponential with this mean).

    Source: C. Palm, 1946; the stationary distribution of M/M/n+M, summed until what is left is negligible.
    """
    if not load.arrivals_per_second:
        return 0.0
    weight, total, waiting, callers = 1.0, 1.0, 0.0, 0
    while callers <= load.seats or weight > _NEGLIGIBLE * total:
        callers += 1
        in_line = max(callers - load.seats, 0)
        leaving = min(callers, load.seats) / load.handling_seconds + in_line / patience_seconds
        weight *= load.arrivals_per_second / leaving
        total += weight
        waiting += in_line * weight
        if total > 1 / _NEGLIGIBLE:  # keep the sums within reach of a float
            weight, total, waiting = weight / total, 1.0, waiting / total
    return waiting / total / patience_seconds / load.arrivals_per_second


def seats_needed(load: Load, seconds: float, share: float) -> int:
    """Return the fewest seats that answer this share of callers within so many seconds (Erlang C)."""
    seats = max(1, math.ceil(load.erlangs))
    while answered_within(Load(load.arrivals_per_second, load.handling_seconds, seats), seconds) < share:
        seats += 1
    return seats
