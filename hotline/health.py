"""Tells a load balancer, `hotline up` and a person at a terminal whether the parts answer."""

import redis
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> tuple[Response, int]:
    """Return 200 when the database answers, else 503; Redis away is told but is no failure: work waits in SQL."""
    house = current_app.extensions["house"]
    try:
        with house.database.reading() as session:
            session.execute(text("SELECT 1"))
        database = True
    except DBAPIError:
        database = False
    try:
        queues = bool(house.queues.redis.ping())
    except redis.RedisError:
        queues = False
    return jsonify(database=database, queues=queues), 200 if database else 503
