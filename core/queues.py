"""The queues: ids of work go to Redis after the commit; one lost or doubled does no harm, as SQL is the record."""

import enum
from collections.abc import Iterable, Sequence

import redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from core.logs import get_logger

log = get_logger()

_SECONDS_TO_WAIT_FOR_REDIS = 1.0
_SECONDS_TO_KEEP_FAILURES = 3600
_LONGEST_JOB_SECONDS = 3600


class Job(enum.StrEnum):
    """Every job there is, by the dotted name of the function that does it (so that nothing imports upwards)."""

    FETCH = "hotline.jobs.fetch_recording"
    TRANSCRIBE = "hotline.jobs.transcribe_recording"
    TRIAGE = "hotline.jobs.triage_order"
    DELIVER = "hotline.jobs.deliver_next"
    SETTLE = "hotline.jobs.settle"
    HEAR_TRIAL = "hotline.jobs.hear_trial"
    RADAR = "hotline.jobs.look_around"
    RECONCILE = "hotline.jobs.reconcile"
    TALKS = "hotline.jobs.look_after_talks"
    END_STREAM = "hotline.jobs.end_stream"

    @property
    def queue(self) -> str:
        """The queue it waits in; each queue has a worker of its own (Procfile): no call waits for a slow download."""
        if self in {Job.DELIVER, Job.SETTLE}:
            return "outgoing"
        return "speech" if self in {Job.TRANSCRIBE, Job.HEAR_TRIAL} else "default"


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

    def workers(self) -> dict[str, int]:
        """Return how many workers each queue has, by what they last told Redis; raises RedisError without it."""
        registered = [worker.queue_names() for worker in Worker.all(self.redis)]
        return {name: sum(name in names for names in registered) for name in QUEUE_NAMES}

    def send_pending(self, session: Session) -> None:
        """Send what a committed transaction asked for; without Redis the clock's sweep sends it later."""
        wanted = session.info.pop("jobs", [])
        if wanted:
            self._send_all(wanted)

    def send_missing(self, wanted: Iterable[tuple[Job, int]]) -> int:
        """Send the ids that are not waiting in their queue already; returns how many were sent."""
        try:
            waiting = {job_id for name in QUEUE_NAMES for job_id in self._queue(name).get_job_ids()}
        except redis.RedisError as error:
            log.warning("queue_unreachable", reason=type(error).__name__)
            return 0
        return self._send_all([(job, row_id) for job, row_id in wanted if _job_id(job, row_id) not in waiting])

    def send(self, job: Job, row_id: int) -> bool:
        """Send one id to its queue; False when Redis is away."""
        return self._send_all([(job, row_id)]) == 1

    def _send_all(self, wanted: Sequence[tuple[Job, int]]) -> int:
        """Send ids to their queues in one round trip; returns how many were sent, 0 when Redis is away."""
        try:
            with self.redis.pipeline() as pipeline:
                for job, row_id in wanted:
                    self._queue(job.queue).enqueue(
                        job.value,
                        row_id,
                        job_id=_job_id(job, row_id),
                        result_ttl=0,
                        failure_ttl=_SECONDS_TO_KEEP_FAILURES,
                        job_timeout=_LONGEST_JOB_SECONDS,
                        pipeline=pipeline,
                    )
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("queue_unreachable", reason=type(error).__name__)
            return 0
        return len(wanted)

    def _queue(self, name: str) -> Queue:
        return Queue(name, connection=self.redis, serializer=JSONSerializer)


def _job_id(job: Job, row_id: int) -> str:
    """The same work always has the same id, so that the sweep can see whether it is waiting already."""
    return f"{job.name.lower()}-{row_id}"
