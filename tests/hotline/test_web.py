"""The web application: what it tells of its health, and whom it believes about addresses."""

from datetime import timedelta

import pytest
from flask import request

from core.clock import now
from core.leases import hold
from hotline.sweep import CLOCK
from hotline.web import create_app


@pytest.fixture
def client(bare_house):
    return create_app(bare_house).test_client()


def test_without_redis_it_is_healthy_and_says_what_is_missing(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (
        200,
        {"database": True, "queues": False, "workers": {}, "stream": None, "clock": False},
    )


def test_a_ticking_clock_is_seen_and_a_dead_one_too(bare_house, client):
    with bare_house.database.transaction() as session:
        hold(session, CLOCK, "here", now(), 15)
    assert client.get("/health").json["clock"] is True
    with bare_house.database.transaction() as session:
        hold(session, CLOCK, "here", now() - timedelta(seconds=60), 15)
    assert client.get("/health").json["clock"] is False


def test_workers_are_counted_by_queue(make_house, redis_process):
    house = make_house(redis_url=redis_process.url)
    assert create_app(house).test_client().get("/health").json["workers"] == {"default": 0, "speech": 0}


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(make_house, proxies, address):
    app = create_app(make_house(trusted_proxies=proxies))
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/health", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert seen == [address]


def test_the_telephones_door_is_the_carriers_and_has_nothing_of_the_consoles(client):
    answer = client.post("/voice/incoming", data={"CallSid": "CA12345678"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert client.get("/voice/incoming").status_code == 405
    assert client.post("/voice/nowhere").status_code == 404
