"""Places no more calls in a second than the carrier starts: what waits in its own queue can't be overtaken by a red."""

import time
from datetime import datetime, timedelta

from sqlalchemy import func, select

from core.clock import now
from core.house import House
from core.models import Outgoing

_SECOND = timedelta(seconds=1)
_LOOK_AGAIN_SECONDS = 0.2
_LONGEST_SECONDS = 5.0
"""After that the carrier's own queue takes it: a call that waits here keeps the worker from all others."""


def keep_pace(house: House) -> None:
    """Wait until another call may be placed, as `calls_per_second` says; 0: the carrier sees to it."""
    most = house.settings.calls_per_second
    until = time.monotonic() + _LONGEST_SECONDS
    while most and placed_since(house, now() - _SECOND) >= most and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_SECONDS)


def placed_since(house: House, moment: datetime) -> int:
    """Return how many calls and messages went to the carrier since a moment, whichever worker placed them."""
    with house.database.reading() as session:
        wanted = select(func.count()).where(Outgoing.attempted_at > moment)
        return session.scalar(wanted) or 0
