"""What other processes use, and where things are."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VOICES = ROOT / "simulator" / "callers"


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
