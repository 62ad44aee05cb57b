"""Long work that gives way: done in a thread of low priority, so that whoever is on the telephone comes first."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

_Result = TypeVar("_Result")
_NICENESS = 10
"""Of 19: beside busy processes it gets about a tenth of a core, alone all of it."""


def giving_way(work: Callable[[], _Result]) -> _Result:
    """Return what work returns, or raise what it raises; one at a time in a process.

    Only the thread gives way, not the process: one that is paused while it writes would hold up everybody.
    """
    return _thread().submit(work).result()


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "giving-way", initializer=_step_back)


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own to set
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
