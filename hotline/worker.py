"""The worker processes: take ids from their queues and run the jobs in this very process, so that models load once."""

import time
from datetime import timedelta
from itertools import product

import redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.utils import now
from rq.worker import WorkerStatus

from asr.loaded_models import loaded
from asr.speech_models import LANGUAGES, USES
from core.errors import ModelMissingError
from core.house import House, redis_url
from core.logs import get_logger, set_up_logs
from hotline.fresh_words import keep_words_fresh

log = get_logger()

_SECONDS_TO_STAY_REGISTERED = 60
_BEAT_EVERY = timedelta(seconds=5)


class Worker(SimpleWorker):
    """RQ's worker without its notes on each job, some twenty commands: SQL is the record of what is done.

    A job is gone from Redis when it begins; where it fails or its process dies, the clock's sweep sends it again.
    """

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job in this very process; a failure is logged, and the row that it worked on stays due."""
        with self.connection.pipeline(transaction=False) as pipeline:
            pipeline.delete(job.key)
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            self.set_state(WorkerStatus.BUSY, pipeline)  # so that a request to stop waits for its end
            self.heartbeat(self.get_heartbeat_ttl(job), pipeline)
            pipeline.execute()
        try:
            with self.death_penalty_class(job.timeout, JobTimeoutException, job_id=job.id):
                job.perform()
        except Exception:
            log.exception("job_failed", job=job.id)

    def heartbeat(self, timeout: int | None = None, pipeline: redis.client.Pipeline | None = None) -> None:
        """Tell Redis that this worker lives: when a job begins, and every five seconds."""
        if pipeline is not None or self.last_heartbeat is None or now() - self.last_heartbeat > _BEAT_EVERY:
            super().heartbeat(timeout, pipeline)


def work(house: House, queues: tuple[str, ...]) -> None:
    """Work on some queues until told to stop or until Redis goes away; then end, for the supervisor to start anew."""
    set_up_logs(house.settings.log_level)
    if "speech" in queues:
        _load_models(house)
    keep_words_fresh(house.database)
    connection = redis.Redis.from_url(redis_url(house.settings))
    _wait_for_redis(connection)
    worker = Worker(
        list(queues),
        connection=connection,
        serializer=JSONSerializer,
        log_job_description=False,
        worker_ttl=_SECONDS_TO_STAY_REGISTERED,
    )
    worker.work(logging_level="WARNING")


def _load_models(house: House) -> None:
    """Load every model before the first job: vosk starts native threads, so nothing may be forked afterwards."""
    for language, use in product(LANGUAGES, USES):
        try:
            loaded(language, house.settings, use)
        except ModelMissingError as error:
            log.warning("model_missing", language=language, use=use, reason=str(error))


def _wait_for_redis(connection: redis.Redis) -> None:
    while True:
        try:
            connection.ping()
        except redis.RedisError as error:
            log.warning("queue_unreachable", reason=type(error).__name__)
            time.sleep(1)
        else:
            return
