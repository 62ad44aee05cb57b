"""Ids go to a real Redis after the commit, nothing is doubled that waits already, and Redis may be away."""

import importlib
import time

import pytest
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from core.queues import QUEUE_NAMES, Job, Queues, enqueue
from tests.rows import NOON  # noqa: F401  (makes the tables known)

AWAY = "unix:///nowhere/redis.sock"


@pytest.fixture
def queues(redis_process):
    opened = Queues(redis_process.url)
    yield opened
    opened.redis.close()


@pytest.fixture
def away():
    opened = Queues(AWAY)
    yield opened
    opened.redis.close()


def queue(queues, name):
    return Queue(name, connection=queues.redis, serializer=JSONSerializer)


def test_every_job_names_a_function_that_takes_one_id():
    for job in Job:
        module, _, name = job.value.rpartition(".")
        code = getattr(importlib.import_module(module), name).__code__
        assert code.co_argcount == 1


def test_every_queue_has_a_worker():
    with open("Procfile", encoding="utf-8") as file:  # noqa: PTH123
        commands = [line.split() for line in file if " worker" in line]
    assert {name for words in commands for name in words[words.index("worker") + 1 :]} == set(QUEUE_NAMES)


def test_a_job_carries_a_dotted_name_and_an_id_as_json(queues):
    assert queues.send(Job.TRANSCRIBE, 7) is True
    (job,) = queue(queues, "speech").jobs
    assert (job.id, job.func_name, job.args) == ("transcribe-7", "hotline.jobs.transcribe_recording", [7])
    assert (job.result_ttl, job.failure_ttl, job.timeout) == (0, 3600, 3600)
    assert b"pickle" not in job.data
    assert queue(queues, "default").job_ids == []


def test_recognising_has_its_own_queue_so_that_nothing_else_waits_for_it():
    assert {job for job in Job if job.queue == "speech"} == {Job.TRANSCRIBE, Job.HEAR_TRIAL}


def test_send_pending_sends_what_was_asked_for_and_forgets_it(queues, database):
    with database.transaction() as session:
        enqueue(session, Job.FETCH, 1)
        enqueue(session, Job.TRANSCRIBE, 2)
    queues.send_pending(session)
    queues.send_pending(session)
    assert queue(queues, "default").job_ids == ["fetch-1"]
    assert queue(queues, "speech").job_ids == ["transcribe-2"]


def test_send_missing_does_not_double_what_waits(queues):
    queues.send(Job.FETCH, 1)
    wanted = [(Job.FETCH, 1), (Job.FETCH, 2), (Job.TRANSCRIBE, 1), (Job.DELIVER, 1)]
    assert queues.send_missing(wanted) == 3
    assert queues.send_missing(wanted) == 0
    assert sorted(queue(queues, "default").job_ids) == ["fetch-1", "fetch-2"]
    assert queue(queues, "outgoing").job_ids == ["deliver-1"]
    assert queue(queues, "speech").job_ids == ["transcribe-1"]


def test_work_whose_worker_died_or_failed_can_be_asked_for_again(queues):
    """Its job id is still known to Redis; only what waits in the queue counts."""
    queues.send(Job.FETCH, 1)
    queues.redis.delete("rq:queue:default")
    assert queues.send_missing([(Job.FETCH, 1)]) == 1
    assert queue(queues, "default").job_ids == ["fetch-1"]


def test_a_real_worker_can_read_what_is_sent(queues):
    queues.redis.set("asked", 0)
    queue(queues, "default").enqueue("builtins.abs", -3, job_id="abs-3", result_ttl=60)
    SimpleWorker(["default"], connection=queues.redis, serializer=JSONSerializer).work(
        burst=True, logging_level="ERROR"
    )
    assert queue(queues, "default").fetch_job("abs-3").return_value() == 3


def test_without_redis_nothing_is_raised_and_nobody_waits(away, database):
    with database.transaction() as session:
        for number in range(50):
            enqueue(session, Job.FETCH, number)
    started = time.monotonic()
    assert away.send(Job.FETCH, 1) is False
    assert away.send_missing([(Job.FETCH, 1)]) == 0
    away.send_pending(session)
    assert time.monotonic() - started < 1
    assert "jobs" not in session.info


@pytest.mark.parametrize("redis_url", ["redis://127.0.0.1:1/0", AWAY])
def test_a_refused_connection_is_told_at_once(redis_url):
    """A webhook has 15 s in all, and the caller hears silence meanwhile."""
    opened = Queues(redis_url)
    started = time.monotonic()
    assert opened.send(Job.FETCH, 1) is False
    assert time.monotonic() - started < 2
    opened.redis.close()


def test_a_redis_that_hangs_costs_a_caller_two_seconds_at_most(queues, redis_process):
    redis_process.hang()
    started = time.monotonic()
    assert queues.send(Job.FETCH, 1) is False
    assert time.monotonic() - started < 2


def test_redis_coming_back_is_used_again(queues, redis_process, tmp_path):
    from tests.redis_process import RedisProcess  # noqa: PLC0415

    assert queues.send(Job.FETCH, 1)
    redis_process.stop()
    assert not queues.send(Job.FETCH, 2)
    again = RedisProcess(tmp_path)
    try:
        assert queues.send_missing([(Job.FETCH, 1), (Job.FETCH, 2)]) >= 1
        assert sorted(queue(queues, "default").job_ids) == ["fetch-1", "fetch-2"]
    finally:
        again.stop()
