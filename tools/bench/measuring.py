"""How things are measured here: in pairs, one after the other, so that a busy machine slows both."""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VOICES = ROOT / "simulator" / "callers"
ROUNDS = 7


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time that something takes in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def paired(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float, float]:
    """Return the medians of both and of the ratio bare ÷ ours, measured in turns after a warm-up."""
    ours(), bare()
    pairs = [(cpu_seconds(ours), cpu_seconds(bare)) for _ in range(ROUNDS)]
    mine, theirs = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(theirs), statistics.median(b / a for a, b in pairs)


def cpu_of(pid: int) -> float:
    """Return the processor seconds that another process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Return what another process holds in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def p95(values: list[float]) -> float:
    """Return what 95 of 100 stay under; infinite for none."""
    return sorted(values)[int(len(values) * 0.95)] if values else float("inf")
