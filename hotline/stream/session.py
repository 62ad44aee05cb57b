"""One media stream from its start to its end: its sound goes to the tape and to the ear, its words to the speech."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from asr.stream import Ear, LiveText
from core.clock import now
from core.errors import ModelMissingError
from core.logs import get_logger
from core.settings import Language
from hotline.stream.speech import Speech
from hotline.stream.tape import Tape
from hotline.stream.workshop import Workshop
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall
from ivr.live_call_end import close_stream

log = get_logger()

_LONGEST_TO_FINISH_SECONDS = 10.0
_QUIET_SECONDS = 2.0
"""Without sound for so long, or so far behind, the caller counts as unheard: the heartbeat stops."""
_GONE_SECONDS = 20.0


class Session:
    """One caller who is being heard; belongs to the event loop."""

    def __init__(self, workshop: Workshop, live: LiveCall, prompt: LastPrompt, hang_up: Callable[[], None]) -> None:
        self.live = live
        self._hang_up = hang_up
        self.speech = Speech(workshop, live, prompt)
        self._workshop = workshop
        self._tape = Tape(workshop.house.recordings, live.recording_id, live.key_id, workshop.tapes)
        self._loop = asyncio.get_running_loop()
        self._sound_at = time.monotonic()
        try:
            self._ear: Ear | None = workshop.ears.open(live.language, self._tell)
        except ModelMissingError as error:
            log.warning("model_missing", language=live.language, reason=str(error))
            self._ear, self.speech.was_all_heard = None, False

    def hear(self, ulaw: bytes) -> None:
        """Take the next sound."""
        self._sound_at = time.monotonic()
        self._tape.add(ulaw)
        if self._ear:
            self._ear.hear(ulaw)

    @property
    def is_heard(self) -> bool:
        """Tell whether the caller is being heard in this moment; who is not must go on by key."""
        if self._ear is None or not self._ear.is_hearing:
            return False
        quiet_seconds = time.monotonic() - self._sound_at
        return max(quiet_seconds, self._ear.behind_seconds) < _QUIET_SECONDS

    def turned(self, prompt: LastPrompt, language: Language) -> None:
        """Take note of a turn of the conversation: what is being said, and the language that it is in now."""
        self.speech.prompt = prompt
        if self._ear:
            self._ear.follow(language)

    def tick(self) -> None:
        """Called about each second: what there is of a second of sound goes to the disk.

        When nothing has come for long, the carrier has forgotten to end the stream, or the line to it is cut.
        """
        self._tape.write()
        if time.monotonic() - self._sound_at > _GONE_SECONDS:
            self._hang_up()

    async def end(self) -> None:
        """Make a last utterance of what was begun, end the recording, and write down what became of the call."""
        if self._ear:
            self._ear.finish()
            try:
                await asyncio.wait_for(self.speech.finished.wait(), _LONGEST_TO_FINISH_SECONDS)
            except TimeoutError:
                self.speech.was_all_heard = False
        if await self._tape.close():
            self.speech.books.do(self._close)
        await self.speech.books.drained()
        self.speech.close()

    def _close(self) -> None:
        house = self._workshop.house
        with house.database.transaction() as session:
            close_stream(
                session,
                house.settings,
                self.live.recording_id,
                self._tape.seconds,
                now(),
                was_all_heard=self.speech.was_all_heard,
                failure=self._tape.failure,
            )

    def _tell(self, text: LiveText) -> None:
        """Called in the decoding threads."""
        with contextlib.suppress(RuntimeError):  # the loop was closed: the process ends
            self._loop.call_soon_threadsafe(self.speech.take, text)
