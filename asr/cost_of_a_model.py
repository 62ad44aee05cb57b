"""A process that loads one model and tells what that took; it imports nothing else, so that the figures are true."""

import json
import resource
import sys
import time
from pathlib import Path

import vosk


def _peak_bytes() -> int:
    """Return the peak of this process's own resident memory (the kernel's rusage may show its parent's)."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if "VmHWM" in line)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes


def main(path: str) -> None:
    """Print a line of JSON: `load_seconds`, and `memory_bytes` beyond what the process had before."""
    before, started = _peak_bytes(), time.monotonic()
    vosk.SetLogLevel(-1)
    vosk.Model(path)
    cost = {"load_seconds": time.monotonic() - started, "memory_bytes": _peak_bytes() - before}
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
