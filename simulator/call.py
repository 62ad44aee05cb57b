"""One call (or one leg of a dialled one): its state, what was heard, and how others may interrupt it."""

import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from simulator.events import Answered, ApplicationError, Event, HungUp, Observer, PutThrough, Spoke
from simulator.faults import Faults
from simulator.pace import Pace
from simulator.person import Person
from simulator.script import Caller, Press, SpeakUp
from simulator.steering import Callbacks, CallEnds, CallMoved, KeyPressed, Nudged, Source
from simulator.voice import Utterance, Voice
from simulator.webhooks import WebhookRequest

FINAL_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def new_sid(prefix: str) -> str:
    """A Twilio identifier: two letters and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


@dataclass(frozen=True)
class Heard:
    """A sentence said or a sound played; not `complete` when something interrupted it."""

    text: str
    language: str
    at_seconds: float
    complete: bool = True
    sound: bool = False


class Call:
    """Run by one thread, watched and interrupted by others."""

    def __init__(
        self,
        *,
        account_sid: str,
        from_number: str,
        to_number: str,
        direction: str,
        pace: Pace,
        person: Person | None = None,
        callbacks: Callbacks | None = None,
        faults: Faults | None = None,
        parent_sid: str = "",
        status: str = "queued",
        time_limit_seconds: float = 3600,
        observer: Observer | None = None,
    ) -> None:
        self.sid = new_sid("CA")
        self.account_sid, self.direction, self.parent_sid = account_sid, direction, parent_sid
        self.from_number, self.to_number = from_number, to_number
        self.pace, self.faults = pace, faults or Faults()
        self.callbacks = callbacks or Callbacks()
        self.person = person or Person(Caller())
        self.status = status
        self.time_limit_seconds = time_limit_seconds
        self.created_at = datetime.now(UTC)
        self.started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.duration_seconds = 0
        self.answered_by = ""
        self.ended_by = ""
        self.failure: Exception | None = None
        self.heard: list[Heard] = []
        self.requests: list[WebhookRequest] = []
        self.events: list[Event] = []
        self.recording_sids: list[str] = []
        self._observer = observer
        self._began = time.monotonic()
        self.voice = Voice(lambda: self.now_seconds)
        self._answered: float | None = None
        self._sequence = 0
        self._leaves_at_seconds: float | None = None
        self._leaves_when: Callable[[], bool] = lambda: False
        self._echoes: list[tuple[Utterance, float]] = []
        self._orders: deque[CallMoved | CallEnds] = deque()
        self._changed = threading.Condition()

    # --- watching ---

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def closed(self) -> bool:
        """Over, though its last status callback may still be under way."""
        return bool(self.ended_by)

    @property
    def party(self) -> str:
        """Who is at the far end of this leg."""
        return "caller" if self.direction == "inbound" else "callee"

    @property
    def answered(self) -> bool:
        return self._answered is not None

    @property
    def errors(self) -> list[ApplicationError]:
        return [event for event in self.events if isinstance(event, ApplicationError)]

    @property
    def log(self) -> list[str]:
        """The call as lines to read, one for each event."""
        return [f"{event.at_seconds:7.1f} s  {_line(event)}" for event in list(self.events)]

    def said(self, pattern: str) -> bool:
        """Whether a sentence matching the regular expression was heard."""
        return any(re.search(pattern, heard.text) for heard in list(self.heard))

    def wait(self, timeout_seconds: float = 60.0) -> "Call":
        """This call once it has ended, and its last status callback was answered.

        Raises: TimeoutError after so many real seconds; RuntimeError when the script can't be played (no such audio
        file) or the simulator itself failed. Errors of the program under test are in `errors`.
        """
        self.wait_until(lambda: self.ended, timeout_seconds)
        if self.failure:
            raise RuntimeError(f"call {self.sid} broke down: {self.failure}") from self.failure
        return self

    def wait_until_heard(self, pattern: str, timeout_seconds: float = 60.0) -> "Call":
        """Returns as soon as a matching sentence was heard. Raises: TimeoutError, also when the call ended first."""
        return self.wait_until(lambda: self.said(pattern), timeout_seconds)

    def wait_until_put_through(self, timeout_seconds: float = 60.0) -> "Call":
        """Returns as soon as another person is on the line. Raises: TimeoutError, also when the call ended first."""

        def put_through() -> bool:
            return any(isinstance(event, PutThrough) for event in self.events)

        return self.wait_until(put_through, timeout_seconds)

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float = 60.0) -> "Call":
        """Returns as soon as `condition` holds (real seconds). Raises: TimeoutError, also when the call ended first."""
        until = time.monotonic() + timeout_seconds
        with self._changed:
            while not condition():
                left = until - time.monotonic()
                if left <= 0 or self.ended:
                    last = "\n".join(self.log[-8:])
                    raise TimeoutError(f"call {self.sid} ({self.status}): waited in vain; last events:\n{last}")
                self._changed.wait(min(left, 0.05))
        return self

    def follow(self) -> Iterator[Event]:
        """Each event as it happens, until the call has ended."""
        seen = 0
        while True:
            with self._changed:
                while seen == len(self.events) and not self.ended:
                    self._changed.wait(1.0)
                fresh, over = self.events[seen:], self.ended
            yield from fresh
            seen += len(fresh)
            if over and seen == len(self.events):
                return

    # --- interrupting, from other threads ---

    def redirect(self, source: Source) -> None:
        self._order(CallMoved(source))

    def hang_up(self, by: str = "caller", status: str = "completed") -> None:
        """Ends the call at once, whatever it is doing."""
        self._order(CallEnds(by, status))

    # --- running, from the call's own thread ---

    @property
    def now_seconds(self) -> float:
        return self.pace.seconds_since(self._began)

    def notice(self, event: type[Event], **details: object) -> None:
        happened = event(call_sid=self.sid, at_seconds=self.now_seconds, **details)
        with self._changed:
            self.events.append(happened)
            self._changed.notify_all()
        if self._observer:
            self._observer(happened)

    def begin_to_hear(self, text: str, seconds: float) -> None:
        """A prompt begins; a loudspeaker sends it back."""
        self.person.begins_to_hear(text, self.now_seconds)
        for echo in self.person.loudspeaker:
            if re.search(echo.at, text):
                timing = {"delay_seconds": echo.delay_seconds, "at_most_seconds": seconds}
                heard = self.voice.say(echo.audio, volume=echo.volume, echo=True, **timing)
                self._echoes.append((heard, echo.delay_seconds))

    def hear(self, text: str, language: str, *, complete: bool = True, sound: bool = False) -> None:
        """A prompt is over, or was cut short."""
        with self._changed:
            self.heard.append(Heard(text, language, self.now_seconds, complete, sound))
            self._changed.notify_all()
        self.person.hears(text, self.now_seconds)
        while self._echoes:
            self.voice.cut(*self._echoes.pop())

    def speak(self, audio: Path, *, at_most_seconds: float | None = None, then_hang_up: bool = False) -> Utterance:
        """The person begins to speak; time goes on meanwhile."""
        utterance = self.voice.say(audio, at_most_seconds=at_most_seconds)
        self.notice(Spoke, audio=audio, seconds=utterance.seconds)
        self.person.speaks_until(utterance.ends_at_seconds)
        if then_hang_up:
            self._leaves_at_seconds = utterance.ends_at_seconds
        return utterance

    def remember_request(self, request: WebhookRequest) -> None:
        with self._changed:
            self.requests.append(request)
            self._changed.notify_all()

    def answer(self) -> None:
        if self._answered is None:
            self._answered = time.monotonic()
            self.started_at = datetime.now(UTC)
            self.status = "in-progress"
            self.person.picks_up(self.now_seconds)
            self.notice(Answered)

    def spend(self, seconds: float, *, unless: Callable[[], bool] = lambda: False) -> None:
        """Lets simulated time pass, in which the person may speak; ends early when `unless` holds.

        Raises: CallMoved, CallEnds, KeyPressed as soon as something interrupts the call.
        """
        until = time.monotonic() + self.pace.real_seconds(seconds)
        limit, by = self._limit()
        while True:
            self._obey()
            self._let_person_act()
            if self._leaves_when():
                raise Nudged
            if unless():
                return
            with self._changed:
                left = min(until, limit) - time.monotonic()
                if left <= 0:
                    break
                if not self._orders and not self._leaves_when():
                    self._changed.wait(min(left, self._until_person_acts()))
        if time.monotonic() >= limit:
            raise CallEnds(by)

    def next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def close(self, ends: CallEnds) -> None:
        """The status and the duration are final from now on, but those who wait() go on waiting until finish()."""
        self.status = "completed" if self._answered is not None else ends.status
        if self._answered is None and ends.status == "completed":
            self.status = "canceled"
        self.ended_by = ends.by
        if self._answered is not None:
            self.duration_seconds = round(self.pace.seconds_since(self._answered))
        self.notice(HungUp, by=ends.by, status=self.status)

    def finish(self) -> None:
        with self._changed:
            self.ended_at = datetime.now(UTC)
            self._changed.notify_all()

    def wake(self) -> None:
        """Makes the call look again at what it waits for; from any thread."""
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def leaving_when(self, condition: Callable[[], bool]) -> Iterator[None]:
        """Inside, time that is spent ends with Nudged as soon as the condition holds; see wake()."""
        self._leaves_when = condition
        try:
            yield
        finally:
            self._leaves_when = lambda: False

    def _order(self, order: CallMoved | CallEnds) -> None:
        with self._changed:
            self._orders.append(order)
            self._changed.notify_all()

    def _obey(self) -> None:
        if self._orders:
            raise self._orders.popleft()

    def _let_person_act(self) -> None:
        if self._answered is None:
            return
        if self._leaves_at_seconds is not None and self.now_seconds >= self._leaves_at_seconds:
            raise CallEnds(self.party)
        match self.person.take_due(self.now_seconds):
            case SpeakUp() as words:
                self.speak(words.audio, at_most_seconds=words.cut_after_seconds, then_hang_up=words.then_hang_up)
            case Press() as keys:
                raise KeyPressed(keys.digits)

    def _until_person_acts(self) -> float:
        """Real seconds until the person does something, or is done with speaking; a wait can't be shorter than 0."""
        if self._answered is None:
            return threading.TIMEOUT_MAX
        times = (self._leaves_at_seconds, self.person.due_at_seconds(), self.person.stops_speaking_at(self.now_seconds))
        next_at = min((moment for moment in times if moment is not None), default=None)
        if next_at is None:
            return threading.TIMEOUT_MAX
        return max(self.pace.real_seconds(next_at - self.now_seconds), 0.0)

    def _limit(self) -> tuple[float, str]:
        start = self._began if self._answered is None else self._answered
        limits = [(start + self.pace.real_seconds(self.time_limit_seconds), "time limit")]
        if self._answered is not None and self.person.hang_up_after_seconds is not None:
            limits.append((start + self.pace.real_seconds(self.person.hang_up_after_seconds), self.party))
        return min(limits)


def _line(event: Event) -> str:
    details = {name: value for name, value in vars(event).items() if name not in {"call_sid", "at_seconds"}}
    return " ".join([type(event).__name__, *(f"{name}={value}" for name, value in details.items())])
