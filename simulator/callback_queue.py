"""Sends callbacks one after the other in the order they were made, beside the calls they tell of."""

import threading
from collections.abc import Mapping

from simulator.call import Call
from simulator.journal import ErrorLogged
from simulator.network import Network
from simulator.twiml import DocumentError

SECONDS_FOR_THE_ONE_BEFORE = 30.0


class CallbackQueue:
    """Of one stream or conference; safe to use from any thread."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._lock = threading.Lock()
        self._last = threading.Event()
        self._last.set()

    def send(self, url: str, method: str, params: Mapping[str, str], *, kind: str, call: Call) -> None:
        """In a thread of its own. A failure is an error in the journal."""
        with self._lock:
            before, done = self._last, threading.Event()
            self._last = done

        def deliver() -> None:
            before.wait(SECONDS_FOR_THE_ONE_BEFORE)
            try:
                twice = call.faults.double_webhooks
                observe = call.remember_request
                self._network.webhooks.send(url, method, params, kind=kind, observe=observe, twice=twice)
            except DocumentError as error:
                entry = ErrorLogged(code=error.code, reason=error.reason, call_sid=call.sid, url=url)
                self._network.journal.write(entry)
            finally:
                done.set()

        self._network.start(deliver, f"{kind} callback {call.sid}")
