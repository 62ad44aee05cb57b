"""Reads Twilio's connection overrides from the fragment of a webhook URL: `#rc=2&rp=5xx,rt&rt=3000`."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

MOST_RETRIES = 5
EVERY_FAILURE = frozenset({"ct", "rt", "4xx", "5xx"})


@dataclass(frozen=True)
class Policy:
    """Without overrides: 15 s in all, and one retry, only when no connection came about (`ct`)."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 15.0

    @classmethod
    def read(cls, fragment: str) -> "Policy":
        """Raises: ValueError for a value that is no number."""
        written = dict(parse_qsl(fragment))
        retry_on = frozenset(written["rp"].split(",")) if "rp" in written else cls.retry_on

        def seconds(name: str, most: float) -> float:
            return min(int(written[name]) / 1000, most) if name in written else most

        return cls(
            min(int(written.get("rc", "1")), MOST_RETRIES),
            EVERY_FAILURE if "all" in retry_on else retry_on,
            seconds("ct", 5.0),
            seconds("rt", 15.0),
            seconds("tt", 15.0),
        )
