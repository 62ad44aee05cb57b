"""The door to live hearing: sound of many streams in, their texts out, decoded in a thread for each core."""

import os
import threading

from asr.ear import MOST_BEHIND_SECONDS, Ear, Finished, Line, LiveText, Missed, Tell
from asr.live_recogniser import TELEPHONE_HZ, FinalText, PartialText
from core.settings import Language, Settings

__all__ = [
    "MOST_BEHIND_SECONDS",
    "TELEPHONE_HZ",
    "Ear",
    "Ears",
    "FinalText",
    "Finished",
    "LiveText",
    "Missed",
    "PartialText",
]


class Ears:
    """The threads that decode for every stream of this process; whichever stream has sound waiting, in turn."""

    def __init__(self, settings: Settings, threads: int | None = None) -> None:
        self._settings = settings
        self._line = Line()
        number = threads or len(os.sched_getaffinity(0))
        self._threads = [
            threading.Thread(target=self._work, name=f"ear-{place}", daemon=True) for place in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def open(self, language: Language, tell: Tell) -> Ear:
        """Return an ear for one stream; `tell` is called from the decoding threads and must return at once.

        Raises:
            ModelMissingError: no model for the language, or it can't be loaded.
        """
        return Ear(self._line, self._settings, language, tell)

    def close(self) -> None:
        """End the threads, each after the piece it works on; streams that are not finished are told nothing more."""
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while ear := self._line.get():
            ear.work()
