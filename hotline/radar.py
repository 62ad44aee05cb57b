"""The job of the question radar: one look, and who rang again about what they had been told."""

from datetime import timedelta

from core.clock import now
from core.house import House
from core.leases import claim
from core.logs import get_logger
from core.models import RadarRun, RadarState
from routing.radar import look_around
from routing.told.again import notice_repeats

log = get_logger()

_TRIES = 3
_REPEATS_OF = timedelta(hours=3)
"""Longer than an hour: what a caller said may have been transcribed late."""


def look(house: House, run_id: int) -> None:
    """Do one planned look; leaves quietly when it was done or another worker does it."""
    with house.database.transaction() as session:
        run = claim(session, RadarRun, run_id, RadarState.WAITING, now(), house.settings.lease_seconds)
        if run is None:
            return
        if run.attempts > _TRIES:
            run.state, run.due_at, run.leased_until = RadarState.FAILED, None, None
            log.error("radar_failed", run_id=run_id)
            return
    with house.database.transaction() as session:
        run = session.get_one(RadarRun, run_id)
        again = notice_repeats(session, run.until_at - _REPEATS_OF, run.until_at)
        look_around(session, run)
        log.info("radar_looked", run_id=run_id, unanswered=run.unanswered, rang_again=again)
