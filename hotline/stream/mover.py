"""Moves one call on at the carrier, one move after the other; one that fails or comes too late is just not made."""

import time
from collections.abc import Callable

from core.errors import CarrierError
from core.logs import get_logger
from hotline.stream.lane import Lane
from hotline.stream.workshop import Workshop
from ivr.last_prompt import LastPrompt

log = get_logger()

_STALE_SECONDS = 5.0
"""By then the keys' time-out has taken the words."""
_MOST_MOVES = 20


class Mover:
    """Belongs to the event loop."""

    def __init__(self, workshop: Workshop, call_sid: str) -> None:
        self._carrier, self._call_sid = workshop.carrier, call_sid
        self._lane = Lane(workshop.moves, _MOST_MOVES)

    def move(self, prompt: LastPrompt, what: str, still_wanted: Callable[[], bool] = lambda: True) -> None:
        """Have the call ask what comes after `what` (`speaking`, `spoke`), unless that would break something off."""
        if not prompt.may_be_moved:
            return
        path, asked_at = f"turns/{prompt.turn}/{what}", time.monotonic()

        def move() -> None:
            if not still_wanted() or time.monotonic() - asked_at > _STALE_SECONDS:
                return
            try:
                self._carrier.move_call(self._call_sid, path)
            except CarrierError as error:
                log.warning("call_not_moved", call_sid=self._call_sid, reason=str(error))

        self._lane.do(move)

    def close(self) -> None:
        """Make no more moves."""
        self._lane.close()
