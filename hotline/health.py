"""Tells a load balancer, `hotline up` and a person at a terminal whether the parts answer."""

import redis
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.house import House
from core.models import Lease
from hotline.sweep import CLOCK

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> tuple[Response, int]:
    """Return 200 when the database answers, else 503.

    Redis, a queue's workers, the clock, the stream or the live process away is told but is no failure of this
    process: work waits in SQL, and callers go on by key.
    """
    house: House = current_app.extensions["house"]
    try:
        with house.database.reading() as session:
            clock = session.get(Lease, CLOCK)
            database, ticking = True, clock is not None and clock.held_until > now()
    except DBAPIError:
        database = ticking = False
    try:
        queues, workers = bool(house.queues.redis.ping()), house.queues.workers()
    except redis.RedisError:
        queues, workers = False, {}
    ears = house.live.server() if queues else None
    stream = {"capacity": ears.capacity, "streams": ears.streams} if ears else None
    pages = house.live.pages() if queues else None
    live = {"readers": pages.readers} if pages else None
    told = jsonify(database=database, queues=queues, workers=workers, clock=ticking, stream=stream, live=live)
    return told, 200 if database else 503
