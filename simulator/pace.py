"""Keeps simulated time: so many times faster than the clock on the wall, and never backwards."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Ten means: ten simulated seconds pass in each real one."""

    factor: float = 1.0

    def __post_init__(self) -> None:
        if self.factor <= 0:
            raise ValueError(f"pace must be above 0, not {self.factor}")

    def real_seconds(self, seconds: float) -> float:
        """How long `seconds` of simulated time last on the wall."""
        return seconds / self.factor

    def seconds_since(self, started: float) -> float:
        """Simulated seconds since `started`, a reading of time.monotonic()."""
        return (time.monotonic() - started) * self.factor
