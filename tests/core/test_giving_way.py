"""Long work is done beside the process's own, in a thread of lower priority."""

import os
import sys
import threading

import pytest

from core.giving_way import giving_way


def test_what_it_returns_or_raises_comes_back():
    assert giving_way(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        giving_way(lambda: 1 // 0)
    assert giving_way(lambda: 8) == 8


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux only")
def test_only_the_thread_gives_way():
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    theirs = giving_way(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert theirs == min(ours + 10, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
