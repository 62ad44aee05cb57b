"""Decides who is heard: a valid pass, a call that is going on and is not heard already, and a free place."""

import asyncio
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.clock import now
from core.logs import get_logger
from core.reach import is_database_gone
from hotline.stream.session import Session
from hotline.stream.workshop import Workshop
from ivr.last_prompt import LastPrompt
from ivr.live_call import LiveCall, begin_listening
from ivr.media_stream import TRY_LATER, Started, StreamRefusedError
from ivr.stream_token import is_valid

log = get_logger()

_PATIENCE_SECONDS = 30.0
"""So long is waited for the database when a stream starts; its sound is kept meanwhile."""
_AGAIN_SECONDS = 0.5


class Reception:
    """The streams of this process; belongs to the event loop."""

    def __init__(self, workshop: Workshop, capacity: int) -> None:
        self.capacity = capacity
        self.sessions: dict[str, Session] = {}
        """Those that are being heard, by their call."""
        self._workshop, self._loop = workshop, asyncio.get_running_loop()
        self._taken: set[str] = set()
        self._endings: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        """Tell whether no further stream can be decoded in time."""
        return len(self._taken) >= self.capacity

    def admit(self, started: Started, hang_up: Callable[[], None]) -> asyncio.Task[Session]:
        """Open a session for a stream; its place is taken until `dismiss`. `hang_up` ends a connection that is dead.

        Raises:
            StreamRefusedError: at once, or from the task when the call is not one that can be heard.
        """
        if not is_valid(self._workshop.house.settings, started.token, started.call_sid, now()):
            raise StreamRefusedError("The token is not valid for this call.")
        if started.call_sid in self._taken:
            raise StreamRefusedError("This call is being heard already.")
        if self.is_full:
            raise StreamRefusedError("No more callers can be heard just now.", TRY_LATER)
        self._taken.add(started.call_sid)
        return asyncio.create_task(self._open(started, hang_up))

    def dismiss(self, call_sid: str, opening: asyncio.Task[Session]) -> None:
        """Give a place free; what is left to do for its session is done behind the scenes."""
        self._taken.discard(call_sid)
        self.sessions.pop(call_sid, None)
        ending = asyncio.create_task(self._end(call_sid, opening))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def all_ended(self, seconds: float) -> None:
        """Wait until every session is ended, but no longer than this."""
        if self._endings:
            await asyncio.wait(self._endings, timeout=seconds)

    async def _open(self, started: Started, hang_up: Callable[[], None]) -> Session:
        live, prompt = await self._begin(started)
        session = Session(self._workshop, live, prompt, hang_up)
        self.sessions[started.call_sid] = session
        log.info("stream_started", call_sid=started.call_sid, recording_id=live.recording_id)
        return session

    async def _begin(self, started: Started) -> tuple[LiveCall, LastPrompt]:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return await self._loop.run_in_executor(self._workshop.books, self._begin_once, started)
            except IntegrityError as error:  # the same stream twice in the same moment
                raise StreamRefusedError("This call is being heard already.") from error
            except (DBAPIError, PoolTimeoutError) as error:
                if isinstance(error, DBAPIError) and not is_database_gone(error):
                    raise
                log.warning("stream_waits_for_database", reason=type(error).__name__)
                if time.monotonic() > until:
                    raise StreamRefusedError("The call could not be looked up.", TRY_LATER) from error
            await asyncio.sleep(_AGAIN_SECONDS)

    def _begin_once(self, started: Started) -> tuple[LiveCall, LastPrompt]:
        with self._workshop.house.database.transaction() as session:
            return begin_listening(session, started.call_sid, started.stream_sid, now())

    async def _end(self, call_sid: str, opening: asyncio.Task[Session]) -> None:
        try:
            session = await opening
        except StreamRefusedError:
            return
        except Exception:
            log.exception("stream_not_opened", call_sid=call_sid)
            return
        self.sessions.pop(call_sid, None)
        await self._loop.run_in_executor(self._workshop.pulse, self._workshop.house.live.ended, call_sid)
        await session.end()
        log.info("stream_ended", call_sid=call_sid, recording_id=session.live.recording_id)
