"""What every call shares: pace, webhooks, recordings, phones, journal, and the threads that must end on stop."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from simulator.call import Call, new_sid
from simulator.conference import Conferences
from simulator.events import Observer
from simulator.faults import Faults, Silence
from simulator.journal import Journal
from simulator.messages import Messages
from simulator.pace import Pace
from simulator.phones import PhoneBook
from simulator.recordings import Recordings
from simulator.steering import Callbacks
from simulator.streams import Streams
from simulator.webhooks import Webhooks

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number of the account, and where its calls go."""

    number: str
    voice_url: str
    callbacks: Callbacks
    voice_method: str = "POST"
    name: str = ""
    sid: str = field(default_factory=lambda: new_sid("PN"))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Network:
    account_sid: str
    auth_token: str
    pace: Pace
    folder: Path
    webhooks: Webhooks
    faults: Faults = field(default_factory=Faults)
    blocked_prefixes: tuple[str, ...] = ()
    calls_per_second: float | None = None
    time_limit_seconds: float = 3600
    api_url: str = ""
    observer: Observer | None = None
    numbers: dict[str, Number] = field(default_factory=dict)
    phones: PhoneBook = field(default_factory=PhoneBook)
    messages: Messages = field(default_factory=Messages)
    conferences: Conferences = field(default_factory=Conferences)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.recordings = Recordings(self.folder / "recordings")
        self.journal = Journal(self.folder / "journal.jsonl")
        self.streams = Streams(self.auth_token, self.pace)
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._calls: dict[str, Call] = {}
        self._threads: set[threading.Thread] = set()
        self._next_start = 0.0

    def add_call(self, call: Call) -> None:
        with self._lock:
            self._calls[call.sid] = call

    def call(self, sid: str) -> Call | None:
        with self._lock:
            return self._calls.get(sid)

    def calls(self) -> list[Call]:
        """The newest first."""
        with self._lock:
            return list(reversed(self._calls.values()))

    def next_api_failure(self) -> int | None:
        """The HTTP status the next REST request fails with, if any is left of `faults.api_failures`."""
        with self._lock:
            failures = self.faults.api_failures
            if not failures:
                return None
            self.faults = replace(self.faults, api_failures=failures[1:])
            return failures[0]

    def next_silence(self, request: str | None) -> Silence | None:
        """The silence that meets a REST request of this kind, if one is left in `faults.api_silences`."""
        with self._lock:
            silences = self.faults.api_silences
            found = next((silence for silence in silences if silence.request == request), None)
            if found:
                rest = list(silences)
                rest.remove(found)
                self.faults = replace(self.faults, api_silences=tuple(rest))
            return found

    def recording_url(self, sid: str) -> str:
        return f"{self.api_url}/2010-04-01/Accounts/{self.account_sid}/Recordings/{sid}"

    def start(self, work: Callable[[], None], name: str) -> None:
        """Runs `work` in a thread of its own, which stop() waits for."""

        def run() -> None:
            try:
                work()
            except Exception:
                log.exception("%s failed", name)
            finally:
                with self._lock:
                    self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._lock:
            if self.stopping.is_set():
                return
            self._threads.add(thread)
            thread.start()

    def sleep(self, seconds: float) -> bool:
        """Lets simulated time pass outside a call; False when the carrier is being stopped."""
        return not self.stopping.wait(self.pace.real_seconds(seconds))

    def wait_for_a_slot(self) -> float:
        """Simulated seconds until the next outbound call may start, at `calls_per_second`."""
        if self.calls_per_second is None:
            return 0.0
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + self.pace.real_seconds(1 / self.calls_per_second)
        return (start - now) * self.pace.factor

    def settle(self, timeout_seconds: float) -> None:
        """Waits until no call, stream or late callback is under way. Raises: TimeoutError (real seconds)."""
        until = time.monotonic() + timeout_seconds
        while self._running() or self.streams.busy:
            if time.monotonic() > until:
                names = ", ".join(sorted(thread.name for thread in self._running())) or "streams"
                raise TimeoutError(f"still under way after {timeout_seconds:g} s: {names}")
            time.sleep(0.005)

    def stop(self, timeout_seconds: float) -> None:
        self.stopping.set()
        for call in self.calls():
            if not call.ended:
                call.hang_up("carrier")
        with contextlib.suppress(TimeoutError):
            self.settle(timeout_seconds)
        self.streams.close()
        self.webhooks.close()
        self.journal.close()

    def _running(self) -> set[threading.Thread]:
        with self._lock:
            return set(self._threads)
