"""One thing to send is one row, however often it is decided, and goes out only with what decided it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core import outbox
from core.database import Database
from core.models import Outgoing, OutgoingKind, OutgoingState
from core.queues import Job
from tests.rows import NOON


def send(session, key="alert_call:1:+8613800138000", **payload):
    return outbox.send(session, OutgoingKind.ALERT_CALL, key, payload, NOON)


def test_a_thing_to_send_waits_and_is_due_at_once(database):
    with database.transaction() as session:
        row_id = send(session, to="+8613800138000").id
    with database.reading() as session:
        row = session.get(Outgoing, row_id)
        assert (row.state, row.due_at, row.written_at, row.attempts) == (OutgoingState.WAITING, NOON, NOON, 0)
        assert row.payload == {"to": "+8613800138000"}


def test_the_same_key_is_one_row_and_the_first_payload_stays(database):
    with database.transaction() as session:
        first = send(session, to="1")
        assert send(session, to="2") is first
    with database.transaction() as session:
        send(session, to="3")
        assert session.scalar(select(func.count(Outgoing.id))) == 1
        assert session.scalars(select(Outgoing)).one().payload == {"to": "1"}


def test_another_key_is_another_row(database):
    with database.transaction() as session:
        assert send(session, "a").id != send(session, "b").id


def test_its_job_is_asked_for_once_and_after_the_commit(database_url):
    asked = []
    database = Database(database_url, after_commit=lambda session: asked.extend(session.info.pop("jobs", [])))
    with database.transaction() as session:
        row_id = send(session).id
        send(session)
        assert asked == []
    with database.transaction() as session:
        send(session)
    database.close()
    assert asked == [(Job.DELIVER, row_id)]


def test_nothing_goes_out_when_the_decision_is_rolled_back(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        send(session)
        _ = 1 / 0
    with database.reading() as session:
        assert session.scalar(select(func.count(Outgoing.id))) == 0


def test_what_goes_out_later_is_left_to_the_clock(database_url):
    asked = []
    database = Database(database_url, after_commit=lambda session: asked.extend(session.info.pop("jobs", [])))
    with database.transaction() as session:
        row = outbox.send(session, OutgoingKind.CORRECTION_CALL, "later", {}, NOON, due_at=NOON + timedelta(hours=1))
        assert (row.due_at, row.written_at) == (NOON + timedelta(hours=1), NOON)
    database.close()
    assert asked == []
