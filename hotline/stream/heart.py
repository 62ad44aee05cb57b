"""The pulse of the stream process: who is heard is told to the web side, leases are kept, conversations followed."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.house import House
from core.logs import get_logger
from hotline.stream.session import Session
from ivr.last_prompt import LastPrompt
from ivr.live_calls import hold_on, turned

log = get_logger()

_FOLLOW_SECONDS = 1.0
_HOLD_EVERY = 5


class Heart:
    """Beats for all sessions together; belongs to the event loop."""

    def __init__(self, house: House, capacity: int, sessions: Callable[[], Collection[Session]]) -> None:
        self._house, self._capacity, self._sessions = house, capacity, sessions
        self._threads = ThreadPoolExecutor(2, "heart")

    async def beat(self) -> None:
        """Tell again and again which callers are heard, three times within the heartbeat, until cancelled."""
        while True:
            sessions = self._sessions()
            speaking = {session.live.call_sid: session.is_speaking for session in sessions if session.is_heard}
            await self._in_thread(self._tell, len(sessions), speaking)
            await asyncio.sleep(self._house.settings.heartbeat_seconds / 3)

    async def follow(self) -> None:
        """Follow each conversation's turns and language, and keep the recordings ours, until cancelled."""
        round_number = 0
        while True:
            sessions = {session.live.call_id: session for session in self._sessions()}
            for session in sessions.values():
                session.tick()
            try:
                await self._look_at_calls(sessions, hold=round_number % _HOLD_EVERY == 0)
            except SQLAlchemyError as error:
                log.warning("stream_follows_nothing", reason=type(error).__name__)
            round_number += 1
            await asyncio.sleep(_FOLLOW_SECONDS)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _tell(self, streams: int, speaking: dict[str, bool]) -> None:
        self._house.live.announce(self._capacity, streams)
        if speaking:
            self._house.live.beat_all(speaking)

    async def _look_at_calls(self, sessions: dict[int, Session], *, hold: bool) -> None:
        if not sessions:
            return
        turns = {call_id: session.turn for call_id, session in sessions.items()}
        changed = await self._in_thread(self._changed, turns)
        for call_id, prompt in changed.items():
            sessions[call_id].turned(prompt)
        if hold:
            await self._in_thread(self._hold, [session.live.recording_id for session in sessions.values()])

    def _changed(self, turns: dict[int, int]) -> dict[int, LastPrompt]:
        with self._house.database.reading() as session:
            return turned(session, turns)

    def _hold(self, recording_ids: list[int]) -> None:
        with self._house.database.transaction() as session:
            hold_on(session, recording_ids, now())

    async def _in_thread(self, deed: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, deed, *arguments)
