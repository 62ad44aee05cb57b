"""Where a caller and the first willing callee meet and talk until one of them hangs up."""

import threading
import time

from simulator.call import Call
from simulator.script import HangUp, Talk
from simulator.steering import CallEnds

POLL_SECONDS = 0.2
POLL_LEAST_REAL_SECONDS = 0.005


class Bridge:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.winner: Call | None = None

    def take(self, call: Call) -> bool:
        """Whether this callee is put through: the first one is, unless the caller has gone."""
        with self._lock:
            if self.winner is None and not self._over.is_set():
                self.winner = call
            return self.winner is call

    def close(self) -> None:
        with self._lock:
            self._over.set()

    @property
    def over(self) -> bool:
        return self._over.is_set()


def poll(call: Call) -> None:
    """A short while, in which the call can be interrupted."""
    call.spend(max(POLL_SECONDS, POLL_LEAST_REAL_SECONDS * call.pace.factor))


def converse(call: Call, bridge: Bridge, at_most_seconds: float, *, hangs_up: bool) -> None:
    """One party's side of the talk; returns when it is over or after `at_most_seconds`.

    With `hangs_up` the party does so then, unless the script has a Talk or HangUp of its own.
    Raises: CallEnds when this party hangs up.
    """
    match call.person.move_in_conversation():
        case HangUp():
            raise CallEnds(call.party)
        case Talk() as talk:
            _stay(call, bridge, talk.seconds)
            if talk.then_hang_up and not bridge.over:
                raise CallEnds(call.party)
            hangs_up = False
            at_most_seconds = call.time_limit_seconds
    _stay(call, bridge, at_most_seconds)
    if hangs_up and not bridge.over:
        raise CallEnds(call.party)


def _stay(call: Call, bridge: Bridge, seconds: float) -> None:
    until = time.monotonic() + call.pace.real_seconds(seconds)
    while not bridge.over and time.monotonic() < until:
        poll(call)
