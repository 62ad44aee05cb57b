"""Measures two ways of doing the same work in turns, by CPU time, so that a busy machine is fair to both."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7


def cpu_seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def paired(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float, float]:
    """Return the medians of both and of the ratio bare ÷ ours, measured in turns after a warm-up."""
    ours(), bare()
    pairs = [(cpu_seconds(ours), cpu_seconds(bare)) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs), statistics.median(b / a for a, b in pairs)
