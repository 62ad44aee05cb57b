"""A connection to PostgreSQL on which no wait is for ever: a server that hangs answers neither yes nor no."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg

_longest_statement_seconds: ContextVar[float] = ContextVar("longest_statement_seconds", default=float("inf"))


@contextmanager
def no_statement_longer_than(seconds: float) -> Iterator[None]:
    """Give up on every statement of this thread that takes longer, and close its connection."""
    before = _longest_statement_seconds.set(seconds)
    try:
        yield
    finally:
        _longest_statement_seconds.reset(before)


class Link(psycopg.Connection[Any]):
    """A connection that gives up; `ping_seconds` for the pool's question whether it still lives.

    PostgreSQL's own time limits are kept by the server: one that hangs keeps none.
    """

    ping_seconds = float("inf")

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """Wait as any connection does; raises OperationalError when the time is over."""
        # The pool asks in autocommit, which nothing else here is.
        seconds = self.ping_seconds if self.autocommit else _longest_statement_seconds.get()
        if seconds == float("inf"):
            return super().wait(gen, *args, **options)
        try:
            return super().wait(_in_time(gen, seconds), *args, **options)
        except NoAnswerError:
            self.pgconn.finish()  # whatever it still answers belongs to nobody
            raise


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time."""


def _in_time(answer: Any, seconds: float) -> Generator[Any, Any, Any]:
    """Pass on what a statement waits for, which is looked at ten times a second, until the time is over."""
    until, ready = time.monotonic() + seconds, None
    while True:
        try:
            wanted = answer.send(ready)
        except StopIteration as done:
            return done.value
        ready = yield wanted
        if not ready and time.monotonic() > until:
            raise NoAnswerError(f"no answer within {seconds:g} s")
