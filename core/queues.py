"""The queues: ids of work go to Redis after the commit; one lost or doubled does no harm, as SQL is the record."""

import enum

import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from core.logs import get_logger

log = get_logger()

_SECONDS_TO_WAIT_FOR_REDIS = 1.0


class Job(enum.StrEnum):
    """Every job there is, by the dotted name of the function that does it (so that nothing imports upwards)."""

    FETCH = "hotline.jobs.fetch_recording"
    TRANSCRIBE = "hotline.jobs.transcribe_recording"
    TRIAGE = "hotline.jobs.triage_order"
    DELIVER = "hotline.jobs.deliver"

    @property
    def queue(self) -> str:
        """The queue it waits in; each queue has a worker of its own (Procfile)."""
        return "speech" if self is Job.TRANSCRIBE else "default"


QUEUE_NAMES = tuple(sorted({job.queue for job in Job}))


def enqueue(session: Session, job: Job, row_id: int) -> None:
    """Ask for a job after this transaction has been committed."""
    session.info.setdefault("jobs", []).append((job, row_id))


class Queues:
    """Redis, seen from those who ask for work."""

    def __init__(self, redis_url: str) -> None:
        self.redis = redis.Redis.from_url(
            redis_url,
            socket_timeout=_SECONDS_TO_WAIT_FOR_REDIS,
            socket_connect_timeout=_SECONDS_TO_WAIT_FOR_REDIS,
        )

    def send_pending(self, session: Session) -> None:
        """Send what a committed transaction asked for; without Redis the clock's sweep sends it later."""
        for job, row_id in session.info.pop("jobs", []):
            if not self.send(job, row_id):
                return

    def send(self, job: Job, row_id: int) -> bool:
        """Send one id to its queue; False when Redis is away."""
        try:
            self._queue(job.queue).enqueue(job.value, row_id, result_ttl=0, failure_ttl=3600)
        except redis.RedisError as error:
            log.warning("queue_unreachable", job=job.name, row_id=row_id, reason=type(error).__name__)
            return False
        return True

    def _queue(self, name: str) -> Queue:
        return Queue(name, connection=self.redis, serializer=JSONSerializer)
