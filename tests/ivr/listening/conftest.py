"""Callers who are heard live, and a Redis: its heartbeats say that somebody listens."""

import pytest

from tests.ivr.live_telephone import LiveTelephone
from tests.ivr.telephone import DUTY
from tests.redis_process import RedisProcess


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    server = RedisProcess(tmp_path_factory.mktemp("ears"))
    yield server.url
    server.stop()


@pytest.fixture
def caller(make_telephone, redis_url):
    return LiveTelephone(make_telephone(redis_url=redis_url))


@pytest.fixture
def staffed(make_telephone, redis_url):
    return LiveTelephone(make_telephone(redis_url=redis_url, duty_phones=(DUTY,)))
