"""One media stream from its start to its end: its sound goes to the tape and to the ear, its words to the speech."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from asr.stream import Ear, FinalText, LiveText
from core.clock import now
from core.errors import ModelMissingError
from core.logs import get_logger
from core.settings import Language
from hotline.stream.own_voice import OwnVoice
from hotline.stream.speech import Speech
from hotline.stream.tape import Tape
from hotline.stream.workshop import Workshop
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall
from ivr.live_call_end import close_stream

log = get_logger()

_LONGEST_TO_FINISH_SECONDS = 10.0
_QUIET_SECONDS = 2.0
"""Without sound for so long the caller counts as unheard: the heartbeat stops."""
_GONE_SECONDS = 20.0
_HANDED_ON_BYTES = 800


class Session:
    """One caller who is being heard; belongs to the event loop."""

    def __init__(self, workshop: Workshop, live: LiveCall, prompt: LastPrompt, hang_up: Callable[[], None]) -> None:
        self.live = live
        self._workshop, self._hang_up = workshop, hang_up
        self._loop = asyncio.get_running_loop()
        self._tape = Tape(workshop.house.recordings, live.recording_id, live.key_id, workshop.tapes)
        self._own_voice = OwnVoice(prompt, lambda: self._tape.seconds)
        self._speech = Speech(workshop, live, self._own_voice, self._beat, self._hear_again)
        self._frames = bytearray()
        self._sound_at = time.monotonic()
        self._is_over = False
        self._ear = self._open_ear()

    def hear(self, ulaw: bytes) -> None:
        """Take the next sound; five frames of 20 ms are handed on at once, as that costs a fifth."""
        self._frames += ulaw
        if len(self._frames) >= _HANDED_ON_BYTES:
            self._hand_on()

    def _hand_on(self) -> None:
        if not self._frames:
            return
        sound = bytes(self._frames)
        self._frames.clear()
        self._sound_at = time.monotonic()
        self._tape.add(sound)
        if self._ear:
            self._ear.follow(self._own_voice.prompt.language)
            self._ear.hear(sound)

    @property
    def is_heard(self) -> bool:
        """Tell whether the caller is being heard in this moment; who is not must go on by key."""
        is_present = time.monotonic() - self._sound_at < _QUIET_SECONDS
        return is_present and self._ear is not None and self._ear.is_hearing

    @property
    def is_speaking(self) -> bool:
        """Tell whether the caller has begun to say something that is not yet kept."""
        return self._speech.is_speaking

    @property
    def turn(self) -> int:
        """The turn of the conversation that is known here."""
        return self._own_voice.prompt.turn

    def turned(self, prompt: LastPrompt) -> None:
        """Take note of where the conversation stands: what is being said."""
        self._own_voice.says(prompt)

    def tick(self) -> None:
        """Called about each second: sound goes to the disk.

        When nothing has come for long, the carrier has forgotten to end the stream, or the line to it is cut.
        """
        self._hand_on()
        self._tape.write()
        if time.monotonic() - self._sound_at > _GONE_SECONDS:
            self._hang_up()

    async def end(self) -> None:
        """Make a last utterance of what was begun, end the recording, and write down what became of the call."""
        self._is_over = True
        self._hand_on()
        if self._ear:
            self._ear.finish()
            try:
                await asyncio.wait_for(self._speech.finished.wait(), _LONGEST_TO_FINISH_SECONDS)
            except TimeoutError:
                self._speech.was_all_heard = False
        if await self._tape.close():
            self._speech.books.do(self._close)
        await self._speech.books.drained()
        self._speech.close()

    def _open_ear(self) -> Ear | None:
        try:
            return self._workshop.ears.open(self.live.language, self._tell)
        except ModelMissingError as error:
            log.warning("model_missing", language=self.live.language, reason=str(error))
            self._speech.was_all_heard = False
            return None

    def _hear_again(self, text: FinalText, language: Language) -> bool:
        return self._ear is not None and self._ear.hear_again(text, language)

    def _close(self) -> None:
        house = self._workshop.house
        with house.database.transaction() as session:
            close_stream(
                session,
                house.settings,
                self.live.recording_id,
                self._tape.seconds,
                now(),
                was_all_heard=self._speech.was_all_heard,
                failure=self._tape.failure,
            )

    def _beat(self) -> None:
        """Tell at once that the caller began or ended to speak: a time-out of the keys may be waiting to know."""
        if self.is_heard and not self._is_over:
            self._workshop.pulse.submit(self._workshop.house.live.beat, self.live.call_sid, speaking=self.is_speaking)

    def _tell(self, text: LiveText) -> None:
        """Called in the decoding threads."""
        with contextlib.suppress(RuntimeError):  # the loop was closed: the process ends
            self._loop.call_soon_threadsafe(self._speech.take, text)
