"""The worker processes: take ids from their queues and run the jobs in this very process, so that models load once."""

import time
from itertools import product

import redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from asr.loaded_models import loaded
from asr.speech_models import LANGUAGES, USES
from core.errors import ModelMissingError
from core.house import House, redis_url
from core.logs import get_logger, set_up_logs
from hotline.fresh_words import keep_words_fresh

log = get_logger()

_LONGEST_JOB_SECONDS = 3600


def work(house: House, queues: tuple[str, ...]) -> None:
    """Work on some queues until told to stop or until Redis goes away; then end, for the supervisor to start anew."""
    set_up_logs(house.settings.log_level)
    if "speech" in queues:
        _load_models(house)
    keep_words_fresh(house.database)
    connection = redis.Redis.from_url(redis_url(house.settings))
    _wait_for_redis(connection)
    SimpleWorker(
        list(queues), connection=connection, serializer=JSONSerializer, log_job_description=False, worker_ttl=60
    ).work(logging_level="WARNING", max_idle_time=None)


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
