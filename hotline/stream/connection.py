"""One WebSocket of the carrier: its messages understood, its sound handed on; whatever it does concerns no other."""

import asyncio

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from core.logs import get_logger
from hotline.stream.reception import Reception
from hotline.stream.session import Session
from ivr.media_stream import POLICY, TRY_LATER, MediaStream, Sound, Started, Stopped, StreamRefusedError

log = get_logger()

SECONDS_TO_START = 5.0
_EARLY_BYTES = 30 * 8000
"""Sound kept while the call is looked up."""


class Connection:
    """What has come of one WebSocket so far; belongs to the event loop."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._stream = MediaStream()
        self._call_sid = ""
        self._opening: asyncio.Task[Session] | None = None
        self._session: Session | None = None
        self._early = bytearray()
        self._closing: asyncio.Task[None] | None = None

    async def listen(self, socket: ServerConnection) -> None:
        """Hear a stream to its end, and close its socket; nothing of it is ever raised."""
        try:
            async with asyncio.timeout(SECONDS_TO_START) as patience:
                async for message in socket:
                    event = self._stream.take(message)
                    if isinstance(event, Sound):
                        self._hear(event.ulaw)
                    elif isinstance(event, Started):
                        self._open(event, socket)
                        patience.reschedule(None)
                    elif isinstance(event, Stopped):
                        break
        except StreamRefusedError as error:
            await self._close(socket, error)
        except TimeoutError:
            log.warning("stream_not_started")
            await socket.close(POLICY, "There was no valid start within 5 seconds.")
        except ConnectionClosed as closed:
            log.warning("stream_broken_off", call_sid=self._call_sid, reason=type(closed).__name__)
        finally:
            self._leave()

    def _open(self, started: Started, socket: ServerConnection) -> None:
        self._call_sid = started.call_sid
        self._opening = self._reception.admit(started, socket.transport.abort)
        self._opening.add_done_callback(lambda opening: self._opened(opening, socket))

    def _opened(self, opening: asyncio.Task[Session], socket: ServerConnection) -> None:
        """Hand on what came before the call was looked up, even if the stream is over by now."""
        if opening.cancelled() or opening.exception():
            self._closing = asyncio.create_task(self._refuse(socket, opening))
            return
        self._session = opening.result()
        if self._early:
            self._session.hear(bytes(self._early))
            self._early.clear()

    async def _refuse(self, socket: ServerConnection, opening: asyncio.Task[Session]) -> None:
        try:
            opening.result()
        except StreamRefusedError as error:
            await self._close(socket, error)
        except Exception:
            log.exception("stream_not_opened", call_sid=self._call_sid)
            await socket.close(CloseCode.INTERNAL_ERROR)

    async def _close(self, socket: ServerConnection, error: StreamRefusedError) -> None:
        log.warning("stream_refused", call_sid=self._call_sid, code=error.code, reason=str(error))
        await socket.close(error.code, str(error))

    def _hear(self, ulaw: bytes) -> None:
        if self._session:
            self._session.hear(ulaw)
            return
        self._early += ulaw
        if len(self._early) > _EARLY_BYTES:
            raise StreamRefusedError("The call could not be looked up in time.", TRY_LATER)

    def _leave(self) -> None:
        if self._opening:
            self._reception.dismiss(self._call_sid, self._opening)
        if self._stream.passed_over or self._stream.late or self._stream.timeline.silence_bytes:
            log.warning(
                "stream_was_disturbed",
                call_sid=self._call_sid,
                passed_over=self._stream.passed_over,
                late=self._stream.late,
                silence_bytes=self._stream.timeline.silence_bytes,
            )
