"""When the database is away, what a caller did is appended to a file here, and replayed once it is back."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from core.files import write_durably
from core.logs import get_logger

log = get_logger()


@dataclass(frozen=True)
class SpooledWebhook:
    """One webhook that could not be committed."""

    path: str
    fields: dict[str, str]
    received_at: str

    @property
    def moment(self) -> datetime:
        """When it came in."""
        return datetime.fromisoformat(self.received_at)


class Spool:
    """An append-only file of JSON lines; each line is on disk before the carrier gets its answer.

    A replay takes the whole file away first, so that a webhook which fails meanwhile never waits for it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "webhooks.jsonl"
        self._taken = folder / "replaying.jsonl"

    def append(self, webhook: SpooledWebhook) -> None:
        """Keep one webhook; durable when this returns."""
        with self._locked():
            _append(self.path, webhook)

    def set_aside(self, webhook: SpooledWebhook) -> None:
        """Keep a webhook that can't be handled beside the spool, for a person to look at."""
        with self._locked():
            _append(self.path.with_name("set_aside.jsonl"), webhook)

    def replay(self, handle: Callable[[SpooledWebhook], None]) -> int:
        """Hand over every kept webhook, the oldest first, and forget those that were handled; returns how many.

        `handle` must be idempotent: after a crash in the middle all of them come again. An error that it raises stops
        the replay, keeps that webhook and those after it, and is raised again. One process replays at a time.
        """
        if not self._take():
            return 0
        lines = self._taken.read_bytes().splitlines(keepends=True)
        done = 0
        try:
            for line in lines:
                webhook = _parse(line)
                if webhook:
                    handle(webhook)
                done += 1
        finally:
            if done == len(lines):
                self._taken.unlink(missing_ok=True)
            else:
                write_durably(self._taken, b"".join(lines[done:]))
        return done

    def _take(self) -> bool:
        """Take the spool's file away for a replay, or what is left of an earlier one; False when there is neither."""
        if self._taken.exists():
            return True
        if not self.path.exists():
            return False
        with self._locked():
            self.path.rename(self._taken)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name("lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _parse(line: bytes) -> SpooledWebhook | None:
    try:
        return SpooledWebhook(**json.loads(line))
    except (ValueError, TypeError):
        log.warning("spool_line_unreadable", line_bytes=len(line))  # a line cut by a power failure
        return None


def _append(path: Path, webhook: SpooledWebhook) -> None:
    line = json.dumps(asdict(webhook), ensure_ascii=False).encode() + b"\n"
    with path.open("a+b") as file:
        file.write(line if _ends_with_a_line(file) else b"\n" + line)  # what a power failure cut costs no other line
        file.flush()
        os.fsync(file.fileno())


def _ends_with_a_line(file: BinaryIO) -> bool:
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read() == b"\n"
