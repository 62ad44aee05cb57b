"""What a house knows of its own last minutes: how long agents are busy with a caller, how many urgent ones came."""

from collections import deque

_WINDOW_SECONDS = 1800.0
_ENOUGH = 20


class Recent:
    """A moving window over a virtual day."""

    def __init__(self) -> None:
        self._busy: deque[tuple[float, float, int]] = deque()
        self._joined: deque[tuple[float, int]] = deque()

    def busy(self, now: float, seconds: float, *, served: int) -> None:
        """Note time that an agent spends; `served` is 0 for a callback that nobody answered."""
        self._busy.append((now, seconds, served))

    def joined(self, now: float, rank: int) -> None:
        """Note somebody new in the line, by the rank of their urgency."""
        self._joined.append((now, rank))

    def handling_seconds(self, now: float, otherwise: float) -> float:
        """Return an agent's mean time for each caller served, tries in vain included."""
        while self._busy and self._busy[0][0] < now - _WINDOW_SECONDS:
            self._busy.popleft()
        served = sum(one[2] for one in self._busy)
        return sum(one[1] for one in self._busy) / served if served >= _ENOUGH else otherwise

    def overtaking_per_second(self, now: float, rank: int) -> float:
        """Return the rate of newcomers more urgent than this rank."""
        while self._joined and self._joined[0][0] < now - _WINDOW_SECONDS:
            self._joined.popleft()
        return sum(one[1] < rank for one in self._joined) / _WINDOW_SECONDS
