"""What one person says into the telephone, by the time of the call: streams and recordings both read it here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulator.mulaw import SAMPLE_RATE_HZ, mixed, silence, telephone_sound


@dataclass
class Utterance:
    """`starts` and `ends` are samples since the call began; `echo`: our own prompt, come back from a loudspeaker."""

    audio: Path
    starts: int
    sound: bytes
    echo: bool = False

    @property
    def ends(self) -> int:
        return self.starts + len(self.sound)

    @property
    def ends_at_seconds(self) -> float:
        return self.ends / SAMPLE_RATE_HZ

    @property
    def seconds(self) -> float:
        return len(self.sound) / SAMPLE_RATE_HZ

    def between(self, first: int, last: int) -> bytes:
        """Its part of an interval, silence around it."""
        sound = self.sound[max(first - self.starts, 0) : max(last - self.starts, 0)]
        before = min(max(self.starts - first, 0), last - first)
        return silence(before) + sound + silence(last - first - before - len(sound))


def sample_at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ)


class Voice:
    """Written by the call's thread, read by others. `now_seconds` is the clock of the call."""

    def __init__(self, now_seconds: Callable[[], float]) -> None:
        self._now_seconds = now_seconds
        self._lock = threading.Lock()
        self._utterances: list[Utterance] = []
        self._read_up_to = 0

    def say(
        self,
        audio: Path,
        *,
        at_most_seconds: float | None = None,
        delay_seconds: float = 0.0,
        volume: float = 1.0,
        echo: bool = False,
    ) -> Utterance:
        """Begins to speak now, or so much later; nothing of it falls into what a stream has taken already.

        Raises: soundfile.LibsndfileError when the file is no sound.
        """
        sound = telephone_sound(audio, volume)
        if at_most_seconds is not None:
            sound = sound[: sample_at(at_most_seconds)]
        with self._lock:
            starts = max(sample_at(self._now_seconds() + delay_seconds), self._read_up_to)
            utterance = Utterance(audio, starts, sound, echo)
            self._utterances.append(utterance)
        return utterance

    def cut(self, utterance: Utterance, delay_seconds: float = 0.0) -> None:
        """Falls silent now, in mid-word if need be."""
        with self._lock:
            until = max(sample_at(self._now_seconds() + delay_seconds), self._read_up_to)
            utterance.sound = utterance.sound[: max(until - utterance.starts, 0)]

    def take(self, first: int, last: int) -> bytes:
        """For a stream: what is heard in an interval that is over."""
        with self._lock:
            self._read_up_to = max(self._read_up_to, last)
            return self._between(first, last)

    def between(self, first: int, last: int) -> bytes:
        with self._lock:
            return self._between(first, last)

    def spoken(self, first: int, last: int, *, echoes: bool = False) -> list[Utterance]:
        """What falls into an interval, whole or in part, in the order of its beginning."""
        with self._lock:
            return sorted(self._overlapping(first, last, echoes=echoes), key=lambda utterance: utterance.starts)

    @property
    def ends_at_seconds(self) -> float:
        """When the last word said so far is over; 0 before the first."""
        with self._lock:
            return max((utterance.ends_at_seconds for utterance in self._utterances), default=0.0)

    @property
    def first_word_at(self) -> int | None:
        """The sample of the person's own first word."""
        with self._lock:
            return min((utterance.starts for utterance in self._utterances if not utterance.echo), default=None)

    def _overlapping(self, first: int, last: int, *, echoes: bool = True) -> list[Utterance]:
        return [
            utterance
            for utterance in self._utterances
            if utterance.starts < last and utterance.ends > first and (echoes or not utterance.echo)
        ]

    def _between(self, first: int, last: int) -> bytes:
        heard = [utterance.between(first, last) for utterance in self._overlapping(first, last)]
        if len(heard) > 1:
            return mixed(heard)
        return heard[0] if heard else silence(last - first)
