"""The parts that every process and every door of one installation shares."""

import hashlib
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.database import Database
from core.live import Live
from core.queues import Queues
from core.recording_keys import RecordingKeys
from core.recordings import Recordings
from core.settings import Settings, read_settings
from core.spool import Spool


@dataclass(frozen=True)
class House:
    """Settings, memory and queues of one installation."""

    settings: Settings
    database: Database
    queues: Queues
    live: Live
    recordings: Recordings
    spool: Spool


def build_house(settings: Settings) -> House:
    """Put the parts together; connects to nothing yet."""
    folder = settings.data_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what callers said, and their numbers
    queues = Queues(redis_url(settings))
    return House(
        settings=settings,
        database=Database(settings.sql_url, queues.send_pending, settings.database_wait_seconds),
        queues=queues,
        live=Live(redis_url(settings), settings.heartbeat_seconds),
        recordings=Recordings(folder / "recordings", RecordingKeys(settings.key_store)),
        spool=Spool(folder / "spool"),
    )


def redis_url(settings: Settings) -> str:
    """Return where Redis is: the one that is set, or our own that `hotline up` starts."""
    if settings.redis_url:
        return settings.redis_url
    return f"unix://{own_redis_socket(settings.data_folder)}"


def own_redis_socket(data_folder: Path) -> Path:
    """Return the socket of our own Redis, in a short path as the kernel allows about 100 characters."""
    name = hashlib.sha256(str(data_folder.absolute()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hotline-{name}" / "redis.sock"


@cache
def this_house() -> House:
    """Return the house that the environment of this process describes (once a process)."""
    return build_house(read_settings())
