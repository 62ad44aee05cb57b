"""Keeps what was started from outliving who started it: whichever process is killed, nothing is left running unseen."""

import contextlib
import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_PARENT_DEATH_SIGNAL = 1
_CHILD_SUBREAPER = 36
_SECONDS_TO_END = 15
_libc = ctypes.CDLL(None)


def adopt_orphans() -> None:
    """Make every process below this one its own child when the process between them dies."""
    _libc.prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent() -> None:
    """Let the kernel end this process with SIGTERM when its parent dies."""
    _libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def end_when_orphaned(after_seconds: float = 0) -> None:
    """End this process when its parent dies; by a look each second, as the kernel's signal follows a single thread.

    It works on for `after_seconds`: what a server's worker would not take meanwhile, nobody would.
    """
    threading.Thread(target=_watch, args=(os.getppid(), after_seconds), daemon=True).start()


def _watch(parent: int, after_seconds: float) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(after_seconds)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_SECONDS_TO_END)
    os._exit(1)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process's main thread has started; none of one that is not there."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def end_children() -> None:
    """End every child of this process, and theirs as they become ours; with force when they do not end themselves."""
    until = time.monotonic() + _SECONDS_TO_END
    asked: set[int] = set()
    while children := set(_children()):
        number = signal.SIGTERM if time.monotonic() < until else signal.SIGKILL
        for child in children - asked if number == signal.SIGTERM else children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)
        asked |= children
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.1)


def _children() -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (
                (process / "stat").read_text().rpartition(")")[2].split()[1]
            )  # the name before it may hold anything
            if parent == str(os.getpid()):
                yield int(process.name)
