"""A worker does its jobs in turn, leaves nothing of them in Redis, and outlives those that fail."""

import os
import signal
import time
from datetime import timedelta

import pytest
from rq import Queue
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer

from core.queues import Queues
from hotline.worker import Worker

DONE = []


@pytest.fixture
def queues(redis_process):
    DONE.clear()
    opened = Queues(redis_process.url)
    yield opened
    opened.redis.close()


@pytest.fixture
def queue(queues):
    return Queue("default", connection=queues.redis, serializer=JSONSerializer)


def ask(queue, what, *given):
    queue.enqueue(f"tests.hotline.test_worker.{what}", *given, result_ttl=0, job_timeout=3600)


def work(queues, **how):
    worker = Worker(["default"], connection=queues.redis, serializer=JSONSerializer, worker_ttl=60)
    worker.work(burst=True, logging_level="ERROR", **how)
    return worker


def do(number):
    DONE.append(number)


def fail(number):
    DONE.append(number)
    raise ZeroDivisionError


def ask_to_stop(number):
    os.kill(os.getpid(), signal.SIGTERM)
    DONE.append(number)


def look_at_redis(url):
    looking = Queues(url)
    DONE.append(sorted(key.decode() for key in looking.redis.keys("rq:job:*")))
    DONE.append(looking.workers()["default"])
    (worker,) = looking.redis.smembers("rq:workers")
    DONE.append(looking.redis.ttl(worker))
    looking.redis.close()


def test_jobs_are_done_in_their_order_and_nothing_of_them_is_left(queues, queue):
    for number in range(5):
        ask(queue, "do", number)
    work(queues)
    assert DONE == [0, 1, 2, 3, 4]
    assert not list(queues.redis.keys("rq:job:*"))
    assert queues.redis.llen(queue.intermediate_queue_key) == 0
    assert len(StartedJobRegistry(queue=queue)) == 0


def test_a_job_that_fails_is_logged_and_the_next_is_done(queues, queue):
    ask(queue, "fail", 1)
    ask(queue, "missing", 2)
    ask(queue, "do", 3)
    work(queues)
    assert DONE == [1, 3]
    assert len(FailedJobRegistry(queue=queue)) == 0  # SQL knows what is left to do


def test_during_a_job_redis_has_the_worker_for_as_long_as_the_job_may_take(queues, queue, redis_process):
    ask(queue, "look_at_redis", redis_process.url)
    work(queues)
    jobs, workers, seconds = DONE
    assert (jobs, workers) == ([], 1)
    assert 3600 < seconds <= 3660


def test_a_worker_beats_rarely_but_often_enough(queues, queue):
    worker = Worker(["default"], connection=queues.redis, serializer=JSONSerializer, worker_ttl=60)
    worker.register_birth()
    first = queues.redis.hget(worker.key, "last_heartbeat")
    time.sleep(0.002)
    worker.heartbeat()
    assert queues.redis.hget(worker.key, "last_heartbeat") == first
    worker.last_heartbeat -= timedelta(seconds=6)
    worker.heartbeat()
    assert queues.redis.hget(worker.key, "last_heartbeat") != first


def test_asked_to_stop_in_the_midst_of_a_job_it_ends_that_and_begins_no_other(queues, queue):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    ask(queue, "ask_to_stop", 1)
    ask(queue, "do", 2)
    try:
        work(queues)
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)
    assert DONE == [1]
    assert queue.count == 1
