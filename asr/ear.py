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
from asr.loaded_models import LoadedModel, loaded
from asr.recent_sound import RecentSound, Settled
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
    """One stream; `hear`, `follow` and `finish` return at once and belong to a single thread, `hear_again` to any."""

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
        self._ending = self._has_ended = False
        self._language = language
        self._recogniser: LiveRecogniser | None = LiveRecogniser(loaded(language, settings, "live"), 0.0)
        self._recent = RecentSound()
        self._to_hear_again: list[tuple[Settled, LoadedModel]] = []

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
        """Listen in another language from now on, and to the present utterance from its beginning."""
        self._language = language

    def hear_again(self, text: FinalText, language: Language) -> bool:
        """Have an utterance that has just been told decoded in another language: it is told anew, be it as no words.

        False, and nothing more is told of it: there is no such model, the stream has ended, or it is too long ago.
        """
        model, settled = self._model(language), self._recent.settled(text.until_seconds)
        with self._lock:
            if model is None or settled is None or self._has_ended:
                return False
            self._to_hear_again.append((settled, model))
            self._queue_up()
            return True

    def finish(self) -> None:
        """Let what was begun become a last text; then `Finished` is told, and nothing more."""
        with self._lock:
            self._ending = True
            self._queue_up()

    def _queue_up(self) -> None:
        has_work = self._ending or self._to_hear_again or len(self._waiting) >= _PIECE_BYTES
        if has_work and not self._in_line:
            self._in_line = True
            self._line.put(self)

    # --- in a decoding thread; never in two at once ---

    def work(self) -> None:
        """Decode what is waiting, at most 0.4 s; then stand in line again if there is more."""
        ends = False
        try:
            self._turn_to_language()
            self._decode_again()
            self._decode(*self._next())
            ends = self._ends_now()
            if ends and self._recogniser:
                self._tell_text(self._recogniser.finish())
        except Exception as error:  # vosk raises nothing finer; the other streams must go on
            log.exception("stream_not_decoded")
            self._recogniser = None
            self._tell(Missed(None, type(error).__name__))
        self._worked_at = time.monotonic()
        if ends:
            self._tell(Finished())
            return  # still in line, so that it never stands there again
        with self._lock:
            self._in_line = False
            self._queue_up()

    def _ends_now(self) -> bool:
        with self._lock:
            self._has_ended = self._ending and not self._waiting and not self._to_hear_again
            return self._has_ended

    def _turn_to_language(self) -> None:
        """Begin the present utterance anew when the conversation has got another language meanwhile."""
        old = self._recogniser
        if old is None or self._language == old.language:
            return
        model = self._model(self._language)
        if model is None:
            self._language = old.language
            return
        with self._lock:
            if self._missed_bytes:
                return  # what was begun is over
            sound = self._recent.take_back()
            self._waiting[:0] = sound
        self._taken_bytes -= len(sound)
        self._recogniser = LiveRecogniser(model, self._taken_bytes / TELEPHONE_HZ, in_utterance=old.is_in_utterance)

    def _decode_again(self) -> None:
        with self._lock:
            again, self._to_hear_again = self._to_hear_again, []
        for settled, model in again:
            recogniser = LiveRecogniser(model, settled.begins_at_bytes / TELEPHONE_HZ, in_utterance=True)
            for at in range(0, len(settled.sound), _MOST_AT_ONCE_BYTES):
                text = recogniser.hear(settled.sound[at : at + _MOST_AT_ONCE_BYTES])
                if isinstance(text, FinalText):
                    self._tell(text)
            self._tell_text(recogniser.finish())

    def _next(self) -> tuple[int, bytes]:
        """Take the next sound, and how much was missed before it."""
        with self._lock:
            missed, self._missed_bytes = self._missed_bytes, 0
            piece = bytes(self._waiting[:_MOST_AT_ONCE_BYTES])
            del self._waiting[:_MOST_AT_ONCE_BYTES]
        self._taken_bytes += missed + len(piece)
        return missed, piece

    def _decode(self, missed_bytes: int, piece: bytes) -> None:
        if self._recogniser is None:
            return
        if missed_bytes:
            self._tell_text(self._recogniser.finish())
            self._tell(Missed(missed_bytes / TELEPHONE_HZ, "too far behind"))
            model = self._model(self._recogniser.language)
            assert model is not None  # once loaded, it stays
            self._recogniser = LiveRecogniser(model, (self._taken_bytes - len(piece)) / TELEPHONE_HZ)
            self._recent.take_back()
        if piece:
            text = self._recogniser.hear(piece)
            is_final = isinstance(text, FinalText)
            self._recent.add(piece, in_utterance=is_final or self._recogniser.is_in_utterance)
            if text and is_final:
                self._recent.settle(self._taken_bytes, text.until_seconds)
            self._tell_text(text)

    def _model(self, language: Language) -> LoadedModel | None:
        try:
            return loaded(language, self._settings, "live")
        except ModelMissingError as error:
            log.warning("model_missing", language=language, reason=str(error))
            return None

    def _tell_text(self, text: PartialText | FinalText | None) -> None:
        if text:
            self._tell(text)


Line = queue.SimpleQueue[Ear | None]
"""The ears that have sound to decode, in the order in which they got it; None ends a thread."""
