"""When the database is away, what a caller did is appended to a file here, and replayed once it is back."""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

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
    """An append-only file of JSON lines; each line is on disk before the carrier gets its answer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "webhooks.jsonl"

    def append(self, webhook: SpooledWebhook) -> None:
        """Keep one webhook; durable when this returns."""
        _append(self.path, webhook)

    def set_aside(self, webhook: SpooledWebhook) -> None:
        """Keep a webhook that can't be handled beside the spool, for a person to look at."""
        _append(self.path.with_name("set_aside.jsonl"), webhook)

    def replay(self, handle: Callable[[SpooledWebhook], None]) -> int:
        """Hand over every kept webhook, the oldest first, and forget those that were handled; returns how many.

        `handle` must be idempotent: after a crash in the middle all of them come again. An error that it raises stops
        the replay, keeps that webhook and those after it, and is raised again.
        """
        if not self.path.exists():
            return 0
        with self.path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            lines = file.read().splitlines(keepends=True)
            done = 0
            try:
                for line in lines:
                    webhook = _parse(line)
                    if webhook:
                        handle(webhook)
                    done += 1
            finally:
                file.seek(0)
                file.write(b"".join(lines[done:]))
                file.truncate()
                os.fsync(file.fileno())
        return done


def _parse(line: bytes) -> SpooledWebhook | None:
    try:
        return SpooledWebhook(**json.loads(line))
    except (ValueError, TypeError):
        log.warning("spool_line_unreadable", line_bytes=len(line))  # a line cut by a power failure
        return None


def _append(path: Path, webhook: SpooledWebhook) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(webhook), ensure_ascii=False).encode() + b"\n"
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line if _ends_with_a_line(file) else b"\n" + line)  # what a power failure cut costs no other line
        file.flush()
        os.fsync(file.fileno())


def _ends_with_a_line(file: BinaryIO) -> bool:
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read() == b"\n"
