"""The live process: one event loop, one task that looks, and one short loop for each browser that watches."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from console.live_line import KINDS, PATH, is_our_page, viewer_language
from core.house import House, this_house
from core.logs import set_up_logs
from hotline.descendants import end_when_orphaned
from hotline.live.board import Board, Frame, View
from hotline.web import create_app

MOST_READERS = 1000
SECONDS_BETWEEN_BEATS = 10.0
"""A quiet line is told by a beat: proxies keep the connection, and browsers know that it lives."""
_MILLISECONDS_TO_RECONNECT = 1000
_SECONDS_TO_STOP = 1
_BEAT = "event: beat\ndata:\n\n"

_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_Headers = Mapping[str, str]


class Live:
    """The ASGI application: `/live/desk` and `/live/line` for signed-in browsers, `/health` for everybody."""

    def __init__(
        self, house: House, *, most_readers: int = MOST_READERS, beat_seconds: float = SECONDS_BETWEEN_BEATS
    ) -> None:
        self._house, self._app = house, create_app(house)
        self._most_readers, self._beat_seconds = most_readers, beat_seconds
        self.board = Board(house, self._app)
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Mapping[str, Any], receive: _Receive, send: _Send) -> None:
        """Answer one request; a stream ends when the browser goes or may no longer watch."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        self._watching = self._watching or asyncio.create_task(self.board.watch())
        headers = _texts(scope["headers"])
        kind = scope["path"].removeprefix(f"{PATH}/")
        if scope["path"] == "/health":
            await _answer(send, 200, f"{self.board.readers} readers\n")
        elif scope["method"] != "GET" or kind not in KINDS:
            await _answer(send, 404, "There is nothing here.\n")
        elif self._is_foreign(headers):
            await _answer(send, 403, "Only pages of the console may read this.\n")
        elif self.board.readers >= self._most_readers:
            await _answer(send, 503, "Too many are watching just now.\n")
        else:
            await self._serve(kind, headers, receive, send)

    async def _live(self, receive: _Receive, send: _Send) -> None:
        """Tell the web process that we are alive, for as long as the server lives and this loop turns."""
        await receive()
        pulse = asyncio.create_task(self.beat())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        pulse.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def beat(self) -> None:
        """Tell again and again, three times within the heartbeat, until cancelled."""
        while True:
            await asyncio.to_thread(self._house.live.announce_pages, self.board.readers)
            await asyncio.sleep(self._house.settings.heartbeat_seconds / 3)

    def _is_foreign(self, headers: _Headers) -> bool:
        origin = headers.get("origin")
        return origin is not None and not is_our_page(origin, headers.get("host", ""), self._house.settings)

    async def _serve(self, kind: str, headers: _Headers, receive: _Receive, send: _Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _stream_headers(headers)})
        telling = asyncio.create_task(self._tell(kind, headers, send))
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (telling, leaving):
                task.cancel()
                with suppress(asyncio.CancelledError, OSError, RuntimeError):
                    await task

    async def _tell(self, kind: str, headers: _Headers, send: _Send) -> None:
        """Send the whole state, then each newer one; look at each beat whether the sign-in still holds."""
        known = headers.get("last-event-id")
        view = await self._view(kind, headers)
        while view is not None:
            with self.board.watching(view):
                await _send(send, f"retry: {_MILLISECONDS_TO_RECONNECT}\n{_BEAT}")
                watched = view
                while view == watched:
                    known = await self._tell_until_beat(view, known, send)
                    view = await self._view(kind, headers)
        await _send(send, "event: signed-out\ndata:\n\n", more=False)

    async def _tell_until_beat(self, view: View, known: str | None, send: _Send) -> str | None:
        """Send what is new until a beat is due, and the beat; return which frame the browser has now."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._beat_seconds
        while (frame := await self.board.another(view, known, until - clock())) is not None:
            known = frame.id
            await _send(send, _event(frame))
        await _send(send, _BEAT)
        return known

    async def _view(self, kind: str, headers: _Headers) -> View | None:
        language = await asyncio.to_thread(viewer_language, self._app, kind, headers.get("cookie", ""))
        return (kind, language) if language else None


def _texts(pairs: Iterable[tuple[bytes, bytes]]) -> _Headers:
    """Return headers as text; HTTP/2 may send each cookie by itself."""
    found: dict[str, str] = {}
    for name, value in ((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs):
        found[name] = f"{found[name]}; {value}" if name in found else value
    return found


def _event(frame: Frame) -> str:
    if frame.is_lost:
        return "event: lost\ndata:\n\n"
    data = "".join(f"data: {line}\n" for line in frame.html.splitlines() if line.strip())
    return f"event: line\nid: {frame.id}\n{data}\n"


async def _gone(receive: _Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: _Send, text: str, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def _answer(send: _Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _send(send, text, more=False)


def _stream_headers(headers: _Headers) -> list[tuple[bytes, bytes]]:
    """Headers of a stream: kept nowhere, gathered by no proxy, readable by the console's own page alone."""
    known = {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
    }
    if "origin" in headers:
        known |= {
            "access-control-allow-origin": headers["origin"],
            "access-control-allow-credentials": "true",
            "vary": "Origin",
        }
    return [(name.encode(), value.encode("latin-1")) for name, value in known.items()]


def create_live_app() -> Live:
    """Return the application in the server's one worker process."""
    end_when_orphaned()
    house = this_house()
    set_up_logs(house.settings.log_level)
    return Live(house)


def serve(house: House) -> None:
    """Serve until told to stop."""
    Granian(
        "hotline.live.server:create_live_app",
        factory=True,
        address=house.settings.host,
        port=house.settings.live_port,
        interface=Interfaces.ASGI,
        workers=1,
        workers_kill_timeout=_SECONDS_TO_STOP,
        respawn_failed_workers=True,
        log_enabled=False,
    ).serve()
