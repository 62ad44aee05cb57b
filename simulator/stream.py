"""One media stream of a call: what was asked for, and its sound, frame by frame by the time of the call."""

import heapq
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from simulator.call import Call, new_sid
from simulator.faults import Faults
from simulator.mulaw import SAMPLE_RATE_HZ, silence
from simulator.stream_messages import FRAME_SAMPLES, FRAME_SECONDS, Messages
from simulator.stream_socket import StreamError
from simulator.voice import sample_at

TRACKS: Mapping[str, tuple[str, ...]] = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}


@dataclass(frozen=True)
class StreamRequest:
    """What a <Stream> noun asks for."""

    url: str
    name: str
    track: str = "inbound_track"
    parameters: Mapping[str, str] = field(default_factory=dict)
    status_url: str = ""
    status_method: str = "POST"


class Stream:
    """`status`: connecting, started, stopped. Frames begin with <Start> and are made by one thread.

    `tell` is called with the stream and its StreamEvent when it has started, stopped or failed.
    """

    def __init__(self, call: Call, request: StreamRequest, tell: "Tell") -> None:
        self.sid = new_sid("MZ")
        self.call, self.request, self.tell = call, request, tell
        self.name = request.name or self.sid
        self.status = "connecting"
        self.why = ""
        self.frames = 0
        self.frames_lost = 0
        tracks = TRACKS[request.track]
        self.messages = Messages(self.sid, call.account_sid, call.sid, tracks, request.parameters)
        self._tracks = tracks
        self._first_sample = sample_at(call.now_seconds)
        self._until_seconds: float | None = None
        self._chance = _Chance(call.faults)
        self._late: list[tuple[float, int, bytes]] = []

    def end(self, why: str) -> None:
        """No frame begins after this moment."""
        self.why, self._until_seconds = why, self.call.now_seconds

    def due(self, at_most_until_seconds: float = math.inf) -> list[bytes]:
        """The messages of all frames that are over by now; once it has ended, also of the one that was cut."""
        last = self._until_seconds is not None
        now_seconds = self.call.now_seconds if self._until_seconds is None else self._until_seconds
        now_seconds = min(now_seconds, at_most_until_seconds)
        whole = (sample_at(now_seconds) - self._first_sample) / FRAME_SAMPLES
        messages: list[bytes] = []
        while self.frames < (whole if last else int(whole)):
            messages += self._frame(now_seconds)
            self.frames += 1
        while self._late and (last or self._late[0][0] <= now_seconds):
            messages.append(heapq.heappop(self._late)[2])
        return messages

    def sound(self) -> bytes:
        """What its frames held until now, µ-law at 8 kHz, before any fault."""
        last = self._first_sample + self.frames * FRAME_SAMPLES
        return self.call.voice.between(self._first_sample, last)

    def audio(self) -> tuple[str, ...]:
        last = self._first_sample + self.frames * FRAME_SAMPLES
        return tuple(str(one.audio) for one in self.call.voice.spoken(self._first_sample, last))

    def so_long_after_the_first_word(self, seconds: float | None) -> float:
        """The moment that comes so long after the person's first word in this stream; never for None."""
        word = self.call.voice.first_word_at
        if seconds is None or word is None:
            return math.inf
        return max(word, self._first_sample) / SAMPLE_RATE_HZ + seconds

    def _frame(self, now_seconds: float) -> Iterator[bytes]:
        first = self._first_sample + self.frames * FRAME_SAMPLES
        for track in self._tracks:
            # prompts have no sound here: the outbound track is silent
            heard = self.call.voice.take(first, first + FRAME_SAMPLES) if track == "inbound" else silence(FRAME_SAMPLES)
            message = self.messages.media(track, self.frames, heard)
            match self._chance.of_next_frame():
                case "dropped":
                    self.frames_lost += 1
                case "doubled":
                    yield from (message, message)
                case "delayed":
                    due = now_seconds + max(self.call.faults.stream_delay_seconds, FRAME_SECONDS)
                    heapq.heappush(self._late, (due, self.frames, message))
                case _:
                    yield message


Tell = Callable[[Stream, str, StreamError | None], None]


class _Chance:
    """What befalls a frame: the same frames each time for one seed."""

    def __init__(self, faults: Faults) -> None:
        self._random = random.Random(faults.stream_seed)  # noqa: S311 - chance, not a secret
        self._shares = {
            "dropped": faults.stream_dropped_share,
            "doubled": faults.stream_doubled_share,
            "delayed": faults.stream_delayed_share,
        }
        self._any = any(self._shares.values())

    def of_next_frame(self) -> str:
        if not self._any:
            return ""
        at = self._random.random()
        for what, share in self._shares.items():
            if at < share:
                return what
            at -= share
        return ""
