"""Who is heard live right now, told through Redis with short times to live; Redis away means that nobody is heard."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.logs import get_logger

log = get_logger()

_SECONDS_TO_WAIT_FOR_REDIS = 0.5
_PROMISE_SECONDS = 2
"""For so long a place that was promised to a caller counts as taken, until the stream server counts it itself."""
_SERVER = "hotline:live:server"
_PAGES = "hotline:live:pages"
_PROMISED = "hotline:live:promised"
_CALL = "hotline:live:call:"


@dataclass(frozen=True)
class Hearing:
    """A call whose caller is heard live."""

    speaking: bool
    """Words of an unfinished utterance were heard."""


@dataclass(frozen=True)
class PageServer:
    """The live process: how many browsers watch the line by it."""

    readers: int


@dataclass(frozen=True)
class StreamServer:
    """The stream process: how many callers it can hear, and how many it hears."""

    capacity: int
    streams: int


class Live:
    """Where the stream process tells and the web process asks; neither ever fails here."""

    def __init__(self, redis_url: str, heartbeat_seconds: float) -> None:
        self.redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=_SECONDS_TO_WAIT_FOR_REDIS,
            socket_connect_timeout=_SECONDS_TO_WAIT_FOR_REDIS,
            retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),  # one that went stale; no second wait for a mute one
        )
        self._milliseconds = round(heartbeat_seconds * 1000)

    # --- told by the stream process ---

    def announce(self, capacity: int, streams: int) -> None:
        """Tell that the stream process is alive, how many callers it can hear and how many it hears."""
        self._tell({_SERVER: json.dumps({"capacity": capacity, "streams": streams})})

    def beat(self, call_sid: str, *, speaking: bool) -> None:
        """Tell that one caller is being heard; to be told again within the heartbeat."""
        self.beat_all({call_sid: speaking})

    def beat_all(self, speaking: Mapping[str, bool]) -> None:
        """Tell of many calls in one round trip."""
        self._tell({f"{_CALL}{call_sid}": json.dumps({"speaking": told}) for call_sid, told in speaking.items()})

    def ended(self, call_sid: str) -> None:
        """Tell that a caller is no longer heard."""
        try:
            self.redis.delete(f"{_CALL}{call_sid}")
        except redis.RedisError as error:
            log.warning("live_unreachable", reason=type(error).__name__)

    def _tell(self, values: Mapping[str, str]) -> None:
        try:
            with self.redis.pipeline(transaction=False) as pipeline:
                for name, value in values.items():
                    pipeline.set(name, value, px=self._milliseconds)
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("live_unreachable", reason=type(error).__name__)

    # --- told by the live process ---

    def announce_pages(self, readers: int) -> None:
        """Tell that the live process is alive, and how many watch."""
        self._tell({_PAGES: json.dumps({"readers": readers})})

    # --- asked by the web process ---

    def pages(self) -> PageServer | None:
        """Return what the live process last told of itself; None without a sign of life within the heartbeat."""
        told = self._told(_PAGES)
        return PageServer(**json.loads(told)) if told is not None else None

    def _told(self, name: str) -> bytes | str | None:
        try:
            told = self.redis.get(name)
        except redis.RedisError as error:
            log.warning("live_unreachable", reason=type(error).__name__)
            return None
        return told if isinstance(told, (bytes, str)) else None

    def server(self) -> StreamServer | None:
        """Return what the stream process last told of itself; None without a sign of life within the heartbeat."""
        told = self._told(_SERVER)
        return StreamServer(**json.loads(told)) if told is not None else None

    def has_room(self) -> bool:
        """Promise a new call a place with the stream process; False when it is full, away or silent.

        The promise counts for two seconds, so that a rush of calls in one second does not overfill it.
        """
        try:
            with self.redis.pipeline(transaction=False) as pipeline:
                pipeline.get(_SERVER)
                pipeline.set(_PROMISED, 0, nx=True, ex=_PROMISE_SECONDS)
                pipeline.incr(_PROMISED)
                told, _, promised = pipeline.execute()
        except redis.RedisError as error:
            log.warning("live_unreachable", reason=type(error).__name__)
            return False
        if told is None:
            return False
        server = json.loads(told)
        return bool(server["streams"] + int(promised) <= server["capacity"])

    def hearing(self, call_sid: str) -> Hearing | None:
        """Return whether a caller is heard and is speaking; None without a sign of life within the heartbeat."""
        told = self._told(f"{_CALL}{call_sid}")
        return Hearing(**json.loads(told)) if told is not None else None

    def close(self) -> None:
        """Close every connection."""
        self.redis.close()
