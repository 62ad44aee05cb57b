"""Writes what a caller says to the recordings as it arrives: durable about each second, kept in memory only so long."""

import asyncio
import struct
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from core.errors import RecordingMissingError
from core.growing_recording import GrowingRecording
from core.logs import get_logger
from core.recordings import Recordings

log = get_logger()

_SECOND_BYTES = 8000
_MOST_WAITING_BYTES = 60 * _SECOND_BYTES
"""Kept while the disk can't be written; then the oldest is lost."""
_MULAW = 7
_Done = TypeVar("_Done")


class Tape:
    """The sound of one stream on its way to the disk; belongs to the event loop."""

    def __init__(self, recordings: Recordings, recording_id: int, key_id: str, threads: Executor) -> None:
        self.seconds = 0.0
        """Heard in all, written or not."""
        self.failure: str | None = None
        """Why nothing can be written; there is no file then."""
        self._recordings, self._recording_id, self._key_id = recordings, recording_id, key_id
        self._threads = threads
        self._waiting = bytearray()
        self._file: GrowingRecording | None = None
        self._writing: asyncio.Task[None] | None = None

    def add(self, ulaw: bytes) -> None:
        """Take sound; written when a second of it is there."""
        self.seconds += len(ulaw) / _SECOND_BYTES
        self._waiting += ulaw
        if len(self._waiting) >= _SECOND_BYTES:
            self._forget_the_oldest()
            self.write()

    def write(self) -> None:
        """Write what there is, however little, unless it is being written just now."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> bool:
        """Write the rest and mark the end; False when that fails and the sweep must mark it."""
        if self._writing:
            await self._writing
        await self._write()
        if self._file is None:
            self.failure = self.failure or "The recording could not be written."
            return True
        try:
            await self._in_thread(self._file.close)
        except OSError as error:
            log.warning("stream_not_closed", recording_id=self._recording_id, reason=str(error))
            self._file.leave()
            return False
        return True

    async def _write(self) -> None:
        if self.failure:
            self._waiting.clear()
            return
        sound = bytes(self._waiting)
        self._waiting.clear()
        try:
            if self._file is None:
                self._file = await self._in_thread(self._begin)
            if sound:
                await self._in_thread(self._file.write, sound)
        except RecordingMissingError as error:  # the caller's key was erased
            self.failure = str(error)
        except OSError as error:
            log.warning("stream_not_written", recording_id=self._recording_id, reason=str(error))
            self._waiting[:0] = sound
            self._forget_the_oldest()

    def _begin(self) -> GrowingRecording:
        file = self._recordings.begin(self._recording_id, self._key_id)
        try:
            file.write(wav_header())
        except OSError:
            file.leave()
            self._recordings.erase(self._recording_id)
            raise
        return file

    def _forget_the_oldest(self) -> None:
        del self._waiting[: max(0, len(self._waiting) - _MOST_WAITING_BYTES)]

    async def _in_thread(self, deed: Callable[..., _Done], *arguments: bytes) -> _Done:
        return await asyncio.get_running_loop().run_in_executor(self._threads, deed, *arguments)


def wav_header() -> bytes:
    """Return the head of a µ-law WAV whose length nobody knows yet (0): it is read to its end."""
    form = struct.pack("<HHIIHHH", _MULAW, 1, 8000, 8000, 1, 8, 0)
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(form)) + form + b"fact\4\0\0\0\0\0\0\0" + b"data\0\0\0\0"
