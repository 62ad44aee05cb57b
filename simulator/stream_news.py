"""What becomes known of a stream: the call's events, the carrier's journal, and its status callbacks."""

from datetime import UTC, datetime

from simulator.callback_queue import CallbackQueue
from simulator.events import ApplicationError, StreamClosed, StreamOpened
from simulator.journal import ErrorLogged, StreamStarted, StreamStopped
from simulator.network import Network
from simulator.stream import Stream
from simulator.stream_socket import StreamError


class StreamNews:
    """Of one stream; told from any thread."""

    def __init__(self, network: Network) -> None:
        self._journal = network.journal
        self._callbacks = CallbackQueue(network)

    def __call__(self, stream: Stream, event: str, error: StreamError | None = None) -> None:
        """`event` as in StreamEvent; none at all for what is only noted."""
        if error:
            self._note_error(stream, error)
        if event == "stream-started":
            self._note_start(stream)
        elif event:
            self._note_end(stream)
        if event and stream.request.status_url and not stream.call.faults.no_status_callbacks:
            self._call_back(stream, event, error)

    def _note_error(self, stream: Stream, error: StreamError) -> None:
        stream.call.notice(ApplicationError, code=error.code, reason=error.reason)
        entry = ErrorLogged(code=error.code, reason=error.reason, call_sid=stream.call.sid, url=stream.request.url)
        self._journal.write(entry)

    def _note_start(self, stream: Stream) -> None:
        stream.call.notice(StreamOpened, stream_sid=stream.sid, name=stream.name)
        self._journal.write(
            StreamStarted(stream_sid=stream.sid, call_sid=stream.call.sid, name=stream.name, url=stream.request.url)
        )

    def _note_end(self, stream: Stream) -> None:
        stream.call.notice(StreamClosed, stream_sid=stream.sid, why=stream.why)
        self._journal.write(
            StreamStopped(
                stream_sid=stream.sid,
                call_sid=stream.call.sid,
                why=stream.why,
                frames=stream.frames,
                frames_lost=stream.frames_lost,
                audio=stream.audio(),
            )
        )

    def _call_back(self, stream: Stream, event: str, error: StreamError | None) -> None:
        params = {
            "AccountSid": stream.call.account_sid,
            "CallSid": stream.call.sid,
            "StreamSid": stream.sid,
            "StreamName": stream.name,
            "StreamEvent": event,
            "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if error:
            params["StreamError"] = error.reason
        request = stream.request
        self._callbacks.send(request.status_url, request.status_method, params, kind="stream", call=stream.call)
