"""The newest state of the line, read and rendered once for all who watch, however many and however slow they are."""

import asyncio
import contextlib
import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from console.live_line import fragment
from core import clock
from core.house import House
from core.logs import get_logger
from core.settings import Language
from routing.line.line_now import line_mark, read_line

log = get_logger()

SECONDS_BETWEEN_LOOKS = 0.4
"""A new red is on every screen within a second, whatever else is going on."""
SECONDS_TO_SHOW_AGES = 10.0
"""So often everything is rendered anew though nothing has changed: the ages grow."""
_LOOKING_SHARE = 0.2
"""At most this share of the time is spent on looking, however long the line is."""

View = tuple[str, Language]
"""A kind of page and a language: all who watch the same view get the very same bytes."""


@dataclass(frozen=True)
class Frame:
    """One state of a view; `id` tells two of them apart, also after this process was started anew."""

    id: str
    html: str

    @property
    def is_lost(self) -> bool:
        """Tell whether the database could not be read: what was shown before may be stale."""
        return not self.html


LOST = Frame("", "")


class Board:
    """One frame a view; readers wait for another one than they have, and who is slow misses what is in between."""

    def __init__(self, house: House, app: Flask, seconds_to_show_ages: float = SECONDS_TO_SHOW_AGES) -> None:
        self._house, self._app, self._seconds_to_show_ages = house, app, seconds_to_show_ages
        self._frames: dict[View, Frame] = {}
        self._watched: Counter[View] = Counter()
        self._changed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._mark, self._rendered_at = "", 0.0

    @property
    def readers(self) -> int:
        """How many watch."""
        return self._watched.total()

    @contextlib.contextmanager
    def watching(self, view: View) -> Iterator[None]:
        """Count a reader of a view; a view that nobody watches costs nothing."""
        self._watched[view] += 1
        self._wanted.set()
        try:
            yield
        finally:
            self._watched[view] -= 1
            if not self._watched[view]:
                del self._watched[view]
                self._frames.pop(view, None)

    async def another(self, view: View, known: str | None, seconds: float) -> Frame | None:
        """Return the newest frame of a view as soon as it is another than the one known; None when time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (frame := self._frames.get(view)) is None or frame.id == known:
                    await self._changed.wait()
                return frame
        return None

    async def watch(self) -> None:
        """Look again and again for as long as the process lives; whatever goes wrong, the next look may succeed."""
        while True:
            began = time.monotonic()
            if self._watched:
                await self._look()
            pause = max(SECONDS_BETWEEN_LOOKS, (time.monotonic() - began) / _LOOKING_SHARE)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wanted.wait()
            self._wanted.clear()

    async def _look(self) -> None:
        try:
            fresh = await asyncio.to_thread(self._fresh, tuple(self._watched))
        except SQLAlchemyError as error:
            log.warning("line_unreadable", reason=type(error).__name__)
            fresh, self._mark = dict.fromkeys(self._watched, LOST), ""
        news = {view: frame for view, frame in fresh.items() if frame != self._frames.get(view)}
        if news:
            self._frames |= {view: frame for view, frame in news.items() if view in self._watched}
            self._changed.set()
            self._changed = asyncio.Event()

    def _fresh(self, views: tuple[View, ...]) -> dict[View, Frame]:
        """Return frames for the views that may show something new; in a thread, as it waits for the database."""
        with self._house.database.reading() as session:
            mark = line_mark(session)
            is_due = mark != self._mark or time.monotonic() - self._rendered_at > self._seconds_to_show_ages
            wanted = views if is_due else tuple(view for view in views if view not in self._frames)
            if not wanted:
                return {}
            line = read_line(session, clock.now())
        if is_due:
            self._mark, self._rendered_at = mark, time.monotonic()
        return {view: _frame(fragment(self._app, *view, line)) for view in wanted}


def _frame(html: str) -> Frame:
    return Frame(hashlib.sha256(html.encode()).hexdigest()[:16], html)
