"""One WebSocket connection to a stream server: Twilio's signed upgrade, frames out, whatever comes in noted."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import cast

from twilio.request_validator import RequestValidator
from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

CONNECT_REAL_SECONDS = 5.0
UNREAD_BYTES = 256 * 1024  # a server that leaves more than this unread loses sound (Twilio's warning 31930)


class StreamError(Exception):
    """A stream that did not come about or broke; `code` is Twilio's error code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class StreamSocket(asyncio.Protocol):
    """Runs in the event loop's thread only."""

    def __init__(self, url: str, auth_token: str) -> None:
        self._url = url
        self._token = auth_token
        self._protocol = ClientProtocol(parse_uri(url))
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self.messages_received = 0
        self.frozen = False

    async def open(self) -> None:
        """Raises: StreamError 31901 (no connection) or 31920 (no WebSocket there)."""
        address = parse_uri(self._url)
        tls = ssl.create_default_context() if address.secure else None
        try:
            async with asyncio.timeout(CONNECT_REAL_SECONDS):
                loop = asyncio.get_running_loop()
                await loop.create_connection(lambda: self, address.host, address.port, ssl=tls)
                await self._opened
        except StreamError:
            self.abort()
            raise
        except TimeoutError as error:
            self.abort()
            raise StreamError(31901, "no answer in time") from error
        except (OSError, ValueError) as error:
            raise StreamError(31901, f"no connection: {error}") from error

    def send(self, messages: Iterable[bytes]) -> bool:
        """False, and nothing sent, when the server leaves too much unread; one that is going gets nothing more."""
        if self._transport is None or self._protocol.state is not State.OPEN:
            return True
        if self._transport.get_write_buffer_size() > UNREAD_BYTES:
            return False
        for message in messages:
            self._protocol.send_text(message)
        self._flush()
        return True

    def say_goodbye(self) -> None:
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()

    def abort(self) -> None:
        """The connection breaks, with nothing said."""
        if self._transport:
            self._transport.abort()

    @property
    def close_code(self) -> int | None:
        """What the server closed with; None when it did not."""
        return self._protocol.close_rcvd.code if self._protocol.close_rcvd else None

    # --- called by asyncio ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        request = self._protocol.connect()
        request.headers["X-Twilio-Signature"] = RequestValidator(self._token).compute_signature(self._url, {})
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        if self.frozen:
            return
        self._protocol.receive_data(data)
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._note_answer(event)
            elif isinstance(event, Frame) and event.opcode in {Opcode.TEXT, Opcode.BINARY}:
                self.messages_received += 1

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(StreamError(31901, f"connection lost: {exc or 'closed by the server'}"))
        if not self.closed.done():
            self.closed.set_result(None)

    def _note_answer(self, response: Response) -> None:
        if self._opened.done():
            return
        if self._protocol.handshake_exc:
            reason = f"answered {response.status_code}, not 101: {self._protocol.handshake_exc}"
            self._opened.set_exception(StreamError(31920, reason))
        else:
            self._opened.set_result(None)

    def _flush(self) -> None:
        if self._transport is None:
            return
        data = self._protocol.data_to_send()
        sound = b"".join(data)
        if sound:
            self._transport.write(sound)
        if b"" in data and self._transport.can_write_eof():
            self._transport.write_eof()
