"""One stream's place among many: its sound waits here until a thread decodes it, in order, and its texts are told.

Memory stays bounded: a stream that is 30 s behind (the machine is overloaded) begins anew at the present moment and
says how much it has missed; whoever keeps the sound can have that transcribed later.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from asr.live_recogniser import TELEPHONE_HZ, FinalText, LiveRecogniser, PartialText
from asr.loaded_models import loaded
from core.errors import ModelMissingError
from core.logs import get_logger
from core.settings import Language, Settings

log = get_logger()

MOST_BEHIND_SECONDS = 30
_STUCK_SECONDS = 2.0
_FAR_BEHIND_SECONDS = 10.0
_PIECE_BYTES = TELEPHONE_HZ // 5
"""Decoded at once when it has come: five times a second; what is more has less overhead, but a text comes later."""
_MOST_AT_ONCE_BYTES = 2 * _PIECE_BYTES


@dataclass(frozen=True)
class Missed:
    """So much of the stream was not decoded, or (None) nothing more will be."""

    seconds: float | None
    why: str


@dataclass(frozen=True)
class Finished:
    """The last thing that is told of a stream."""


LiveText = PartialText | FinalText | Missed | Finished
Tell = Callable[[LiveText], None]


class Ear:
    """One stream; `hear`, `follow` and `finish` return at once and belong to a single thread."""

    def __init__(self, line: "Line", settings: Settings, language: Language, tell: Tell) -> None:
        self._line = line
        self._settings = settings
        self._tell = tell
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._taken_bytes = 0
        """All that is no longer waiting, decoded or missed: where in the stream the next sound belongs."""
        self._missed_bytes = 0
        self._worked_at = time.monotonic()
        self._in_line = False
        self._ending = False
        self._language = language
        self._recogniser: LiveRecogniser | None = LiveRecogniser(loaded(language, settings, "live"), 0.0)

    @property
    def behind_seconds(self) -> float:
        """How much sound waits to be decoded."""
        return len(self._waiting) / TELEPHONE_HZ

    @property
    def is_hearing(self) -> bool:
        """Tell whether the stream is being decoded as it comes: not after an error, nor when that gets stuck."""
        if self._recogniser is None or self.behind_seconds > _FAR_BEHIND_SECONDS:
            return False
        return self.behind_seconds < _STUCK_SECONDS or time.monotonic() - self._worked_at < _STUCK_SECONDS

    def hear(self, ulaw: bytes) -> None:
        """Take the next sound of the stream."""
        with self._lock:
            if len(self._waiting) + len(ulaw) > MOST_BEHIND_SECONDS * TELEPHONE_HZ:
                self._missed_bytes += len(self._waiting)
                self._waiting.clear()
            self._waiting += ulaw
            self._queue_up()

    def follow(self, language: Language) -> None:
        """Listen in another language from the end of the present utterance on."""
        self._language = language

    def finish(self) -> None:
        """Let what was begun become a last text; then `Finished` is told, and nothing more."""
        with self._lock:
            self._ending = True
            self._queue_up()

    def _queue_up(self) -> None:
        if not self._in_line and (self._ending or len(self._waiting) >= _PIECE_BYTES):
            self._in_line = True
            self._line.put(self)

    # --- in a decoding thread; never in two at once ---

    def work(self) -> None:
        """Decode what is waiting, at most 0.4 s; then stand in line again if there is more."""
        with self._lock:
            missed, self._missed_bytes = self._missed_bytes, 0
            piece = bytes(self._waiting[:_MOST_AT_ONCE_BYTES])
            del self._waiting[:_MOST_AT_ONCE_BYTES]
            at_end = self._ending and not self._waiting
        try:
            self._decode(missed, piece, at_end=at_end)
        except Exception as error:  # vosk raises nothing finer; the other streams must go on
            log.exception("stream_not_decoded")
            self._recogniser = None
            self._tell(Missed(None, type(error).__name__))
        self._taken_bytes += missed + len(piece)
        self._worked_at = time.monotonic()
        if at_end:
            self._tell(Finished())
            return  # still in line, so that it never stands there again
        with self._lock:
            self._in_line = False
            self._queue_up()

    def _decode(self, missed_bytes: int, piece: bytes, *, at_end: bool) -> None:
        if self._recogniser is None:
            return
        if missed_bytes:
            self._tell_text(self._recogniser.finish())
            self._tell(Missed(missed_bytes / TELEPHONE_HZ, "too far behind"))
            self._begin(self._taken_bytes + missed_bytes)
        elif self._language != self._recogniser.language and not self._recogniser.is_in_utterance:
            self._begin(self._taken_bytes)
        if piece:
            self._tell_text(self._recogniser.hear(piece))
        if at_end:
            self._tell_text(self._recogniser.finish())

    def _begin(self, at_bytes: int) -> None:
        """Begin a new recogniser; without a model for the wanted language, in the old one."""
        old = self._recogniser
        try:
            model = loaded(self._language, self._settings, "live")
        except ModelMissingError as error:
            log.warning("model_missing", language=self._language, reason=str(error))
            assert old is not None
            self._language = old.language
            model = loaded(old.language, self._settings, "live")
        self._recogniser = LiveRecogniser(model, at_bytes / TELEPHONE_HZ)

    def _tell_text(self, text: PartialText | FinalText | None) -> None:
        if text:
            self._tell(text)


Line = queue.SimpleQueue[Ear | None]
"""The ears that have sound to decode, in the order in which they got it; None ends a thread."""
