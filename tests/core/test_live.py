"""The stream process tells through a real Redis who is heard; what it does not tell anew is forgotten."""

import json

import pytest

from core.live import Hearing, Live
from tests.house import until

AWAY = "unix:///nowhere/redis.sock"


@pytest.fixture
def live(redis_process):
    opened = Live(redis_process.url, heartbeat_seconds=3)
    yield opened
    opened.close()


@pytest.fixture
def away():
    opened = Live(AWAY, heartbeat_seconds=3)
    yield opened
    opened.close()


def test_nobody_has_room_until_the_stream_process_says_so(live):
    assert not live.has_room()
    live.announce(2, 0)
    assert live.has_room()


def test_places_are_promised_once_until_the_server_counts_them_itself(live):
    live.announce(3, 1)
    assert [live.has_room() for _ in range(4)] == [True, True, False, False]
    live.redis.delete("hotline:live:promised")
    live.announce(3, 3)
    assert not live.has_room()


def test_a_promise_is_forgotten_soon(live):
    live.announce(1, 0)
    live.has_room()
    assert 0 < live.redis.ttl("hotline:live:promised") <= 2


def test_a_call_is_heard_as_it_was_last_told(live):
    assert live.hearing("CA1") is None
    live.beat("CA1", speaking=True)
    assert live.hearing("CA1") == Hearing(speaking=True)
    live.beat_all({"CA1": False, "CA2": True})
    assert (live.hearing("CA1"), live.hearing("CA2")) == (Hearing(speaking=False), Hearing(speaking=True))
    live.ended("CA1")
    assert (live.hearing("CA1"), live.hearing("CA2")) == (None, Hearing(speaking=True))


def test_without_a_sign_of_life_everything_is_forgotten(redis_process):
    live = Live(redis_process.url, heartbeat_seconds=0.1)
    live.announce(5, 0)
    live.beat("CA1", speaking=False)
    until(lambda: live.hearing("CA1") is None, 5)
    until(lambda: not live.has_room(), 5)
    live.close()


def test_the_time_to_live_is_the_heartbeat(live):
    live.announce(1, 0)
    live.beat("CA1", speaking=False)
    for name in ("hotline:live:server", "hotline:live:call:CA1"):
        assert 2000 < live.redis.pttl(name) <= 3000
    assert json.loads(live.redis.get("hotline:live:server")) == {"capacity": 1, "streams": 0}


def test_redis_away_means_that_nobody_is_heard(away):
    away.announce(5, 0)
    away.beat("CA1", speaking=True)
    away.beat_all({})
    away.ended("CA1")
    assert not away.has_room()
    assert away.hearing("CA1") is None


def test_a_redis_that_hangs_is_waited_for_once(live, redis_process):
    live.announce(5, 0)
    redis_process.hang()
    assert not live.has_room()
    assert live.hearing("CA1") is None


def test_the_live_process_is_forgotten_when_it_does_not_beat(redis_process, away):
    brief = Live(redis_process.url, heartbeat_seconds=0.05)
    brief.announce_pages(3)
    until(lambda: brief.pages() is None, 5)
    brief.close()
    assert away.pages() is None
