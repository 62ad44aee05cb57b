"""One stream's deeds, done in threads but one after the other; while the database is away they wait, in bounds."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.logs import get_logger
from core.reach import is_database_gone

log = get_logger()

_AGAIN_SECONDS = 1.0
_Done = TypeVar("_Done")


class Lane:
    """Belongs to the event loop that it is made in; deeds run in the executor's threads."""

    def __init__(self, threads: Executor, most: int) -> None:
        self._threads = threads
        self._deeds: asyncio.Queue[tuple[Callable[[], Any], Callable[[Any], None] | None]] = asyncio.Queue(most)
        self._task = asyncio.create_task(self._run())

    def do(self, deed: Callable[[], _Done], then: Callable[[_Done], None] | None = None) -> bool:
        """Have a deed done after those before it, then its result told in the loop; False when too many wait."""
        try:
            self._deeds.put_nowait((deed, then))
        except asyncio.QueueFull:
            log.warning("stream_deed_dropped")
            return False
        return True

    async def drained(self) -> None:
        """Wait until everything is done."""
        await self._deeds.join()

    def close(self) -> None:
        """Do nothing more."""
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            deed, then = await self._deeds.get()
            try:
                result = await self._done(deed)
                if then:
                    then(result)
            except Exception:
                log.exception("stream_deed_failed")  # the deeds after it must still be done
            finally:
                self._deeds.task_done()

    async def _done(self, deed: Callable[[], _Done]) -> _Done:
        while True:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, deed)
            except (DBAPIError, PoolTimeoutError) as error:
                if isinstance(error, DBAPIError) and not is_database_gone(error):
                    raise
                log.warning("stream_waits_for_database", reason=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)
