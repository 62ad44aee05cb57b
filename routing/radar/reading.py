"""What the radar's page reads: the newest finished look and its topics."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import RadarRun, RadarState, RadarTopic


@dataclass(frozen=True)
class Radar:
    """The newest look, and whether another is under way."""

    run: RadarRun | None
    topics: Sequence[RadarTopic]
    is_looking: bool


def read_radar(session: Session) -> Radar:
    """Return the newest finished look with its topics, the most asked first."""
    run = session.scalar(
        select(RadarRun).where(RadarRun.state == RadarState.DONE).order_by(RadarRun.until_at.desc()).limit(1)
    )
    waiting = session.scalar(select(RadarRun.id).where(RadarRun.state == RadarState.WAITING).limit(1))
    topics = (
        session.scalars(
            select(RadarTopic).where(RadarTopic.run_id == run.id).order_by(RadarTopic.asked.desc(), RadarTopic.id)
        ).all()
        if run
        else ()
    )
    return Radar(run, topics, waiting is not None)
