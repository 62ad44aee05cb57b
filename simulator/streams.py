"""All media streams of the carrier: one thread, one event loop, and one beat that sends each frame when it is due."""

import asyncio
import threading
from collections.abc import Coroutine

from simulator.call import Call
from simulator.pace import Pace
from simulator.stream import Stream
from simulator.stream_messages import CONNECTED, FRAME_SECONDS
from simulator.stream_socket import StreamError, StreamSocket

SHORTEST_BEAT_REAL_SECONDS = 0.005
GOODBYE_REAL_SECONDS, FROZEN_REAL_SECONDS = 5.0, 1.0
GOING_AWAY = 1001


class Streams:
    """The thread is started with the first stream."""

    def __init__(self, auth_token: str, pace: Pace) -> None:
        self._auth_token, self._pace = auth_token, pace
        self._lock = threading.Lock()
        self._all: list[Stream] = []
        self._open: dict[str, Stream] = {}
        self._sockets: dict[str, StreamSocket] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._beating = False
        self._beats = 0
        self._first_beat = 0.0

    def start(self, stream: Stream) -> None:
        """Connects in the background; the call goes on meanwhile."""
        with self._lock:
            self._all.append(stream)
            self._open[stream.sid] = stream
        self._spawn(self._live(stream))

    def stop(self, stream: Stream, why: str) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._finish, stream, why)

    def call_ended(self, call: Call) -> None:
        for stream in self.of(call):
            self.stop(stream, "call ended")

    def of(self, call: Call) -> list[Stream]:
        """The call's streams that are not over."""
        with self._lock:
            return [stream for stream in self._open.values() if stream.call is call and not stream.why]

    def all(self) -> list[Stream]:
        """The oldest first."""
        with self._lock:
            return list(self._all)

    @property
    def busy(self) -> bool:
        with self._lock:
            return bool(self._open)

    def close(self) -> None:
        """Breaks what is still open and ends the thread."""
        if self._loop and self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop = self._thread = None

    # --- in the loop's thread ---

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name="carrier streams", daemon=True
                )
                self._thread.start()
        self._loop.call_soon_threadsafe(self._keep_task, work)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            loop.run_until_complete(self._wind_up())
        finally:
            loop.close()

    async def _wind_up(self) -> None:
        for socket in self._sockets.values():
            socket.abort()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _keep_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _live(self, stream: Stream) -> None:
        socket = StreamSocket(stream.request.url, self._auth_token)
        try:
            await socket.open()
        except StreamError as error:
            self._forget(stream, error.reason, error)
            return
        self._sockets[stream.sid] = socket
        stream.status = "started"
        socket.send((CONNECTED, stream.messages.start()))
        stream.tell(stream, "stream-started", None)
        if stream.why:  # the call ended while the stream was being connected
            self._say_goodbye(stream, socket)
        elif not self._beating:
            self._first_beat, self._beats = asyncio.get_running_loop().time(), 0
            self._beat()
        await socket.closed
        self._sockets.pop(stream.sid, None)
        self._settle(stream, socket)

    def _settle(self, stream: Stream, socket: StreamSocket) -> None:
        """The connection is gone: as was wanted, or by the server, or broken."""
        code = socket.close_code
        if stream.why:
            self._forget(stream, stream.why)
        elif code in {1000, GOING_AWAY}:
            self._forget(stream, f"server closed ({code})")
        elif code is not None:
            self._forget(stream, f"server closed ({code})", StreamError(31921, f"the server closed with {code}"))
        else:
            self._forget(stream, "broken", StreamError(31903, "the connection broke"))

    def _forget(self, stream: Stream, why: str, error: StreamError | None = None) -> None:
        stream.why, stream.status = why, "stopped"
        try:
            stream.tell(stream, "stream-error" if error else "stream-stopped", error)
        finally:
            with self._lock:
                del self._open[stream.sid]

    def _finish(self, stream: Stream, why: str) -> None:
        if stream.why:
            return
        stream.end(why)
        socket = self._sockets.get(stream.sid)
        if socket:
            self._say_goodbye(stream, socket)

    def _say_goodbye(self, stream: Stream, socket: StreamSocket) -> None:
        """What was said until the end, and `stop`; a server that does not answer is left after a while."""
        if not socket.frozen:
            self._send(stream, socket, [*stream.due(), stream.messages.stop()])
            socket.say_goodbye()
        patience = FROZEN_REAL_SECONDS if socket.frozen else GOODBYE_REAL_SECONDS
        asyncio.get_running_loop().call_later(patience, socket.abort)

    def _beat(self) -> None:
        self._beating = bool(self._sockets)
        if not self._beating:
            return
        for sid, socket in list(self._sockets.items()):
            self._send_due(self._open[sid], socket)
        interval = max(self._pace.real_seconds(FRAME_SECONDS), SHORTEST_BEAT_REAL_SECONDS)
        loop = asyncio.get_running_loop()
        self._beats = max(self._beats + 1, int((loop.time() - self._first_beat) / interval))
        loop.call_at(self._first_beat + self._beats * interval, self._beat)

    def _send_due(self, stream: Stream, socket: StreamSocket) -> None:
        if stream.why:
            return
        faults = stream.call.faults
        freezes, cut = map(
            stream.so_long_after_the_first_word,
            (faults.stream_freezes_in_speech_seconds, faults.stream_cut_in_speech_seconds),
        )
        if not socket.frozen:  # also when a busy machine beats late: what was said before a fault has gone out
            self._send(stream, socket, stream.due(min(freezes, cut)))
        now = stream.call.now_seconds
        socket.frozen = socket.frozen or freezes <= now
        if cut <= now:
            stream.why = "cut by fault"
            socket.abort()
        elif socket.frozen:
            stream.frames_lost += len(stream.due())

    def _send(self, stream: Stream, socket: StreamSocket, messages: list[bytes]) -> None:
        if not socket.send(messages):
            if not stream.frames_lost:
                stream.tell(stream, "", StreamError(31930, "the server does not read: sound is discarded"))
            stream.frames_lost += len(messages)
