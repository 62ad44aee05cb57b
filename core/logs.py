"""Logs as one JSON line an event: constant names, ids bound, personal data masked here and nowhere else."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from core.privacy import mask_digits

_KEEP = frozenset({"event", "level", "timestamp"})
_CARRIER_IDS = ("_sid", "_id", "number_of", "seconds", "bytes")


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name not in _KEEP and not name.endswith(_CARRIER_IDS):
            event[name] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    """Hide the whole numbers in a value, and in what it holds."""
    if isinstance(value, str):
        return mask_digits(value)
    if isinstance(value, Mapping):
        return {name: _masked(held) for name, held in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(held) for held in value]
    if isinstance(value, int) and mask_digits(str(value)) != str(value):
        return mask_digits(str(value))
    return value


class _Lines:
    """Where lines go; one that can't be written is lost, and that is all: no caller hears less for it.

    When the web server is killed its workers answer on, but whoever read their lines has gone with it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def set_up_logs(level: str = "INFO") -> None:
    """Send every log line of this process to standard error as JSON; call once at the start of a process."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Lines(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def get_logger() -> Any:
    """Return the logger; its events are constant names, everything else a keyword."""
    return structlog.get_logger()
