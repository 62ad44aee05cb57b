"""How often a step of a call asks the database: each question costs more than all that is decided from its answer."""

import contextlib
import sqlite3

import psycopg
import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from core.clock import now
from core.models import Call, WorkOrder
from knowledge.store import seed_articles
from routing.orders import find_order
from tests.ivr.telephone import PUBLIC_URL, Telephone, new_sid


@pytest.fixture
def telephone(make_house):
    house = make_house(public_url=PUBLIC_URL)
    with house.database.transaction() as session:
        seed_articles(session, now())
    warm_up = Telephone(house)
    warm_up.post("incoming")
    warm_up.key(1, "1")
    warm_up.key(2, "1")  # from here on the articles are in memory
    warm_up.message(3)  # and the day has its first order
    return Telephone(house)


@contextlib.contextmanager
def asked(telephone):
    """Yields what the database itself is asked, by whichever way."""
    engine, statements = telephone.house.database.engine, []

    def note(statement, *_):
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            statements.append(statement)

    def listen(connection, *_):
        listen_to(connection, note)

    event.listen(engine, "checkout", listen)
    yield statements
    event.remove(engine, "checkout", listen)
    with engine.connect() as connection:
        listen_to(connection.connection.driver_connection, lambda *_: None)


def listen_to(connection, note):
    if isinstance(connection, sqlite3.Connection):
        connection.set_trace_callback(note)
    else:
        connection.cursor_factory = type("Noted", (psycopg.Cursor,), {"execute": noted(note)})


def noted(note):
    def execute(self, query, *values, **options):
        note(query)
        return psycopg.Cursor.execute(self, query, *values, **options)

    return execute


def test_each_step_of_a_call_asks_little(telephone):
    telephone.number = "+8613900139000"
    recording = new_sid("RE")
    steps = (
        ("greeting", 7, lambda: telephone.post("incoming")),
        ("topics", 4, lambda: telephone.key(1, "1")),
        ("questions", 4, lambda: telephone.key(2, "1")),
        ("answer", 6, lambda: telephone.key(3, "1")),
        ("language", 5, lambda: telephone.key(4, "8")),
        ("to the message", 5, lambda: telephone.key(5, "2")),
        ("message", 17, lambda: telephone.message(6, recording)),
        ("told of again", 2, lambda: telephone.notice(recording)),
        ("end", 11, lambda: telephone.post("status", CallStatus="completed")),
    )
    for name, most, take in steps:
        with asked(telephone) as statements:
            assert take().status_code in {200, 204}
        assert len(statements) <= most, (name, statements)
    assert telephone.counts()["work_orders"] == 2
    assert telephone.call().ended_at is not None


def test_an_order_is_read_once_in_a_transaction_and_anew_in_the_next(telephone):
    telephone.post("incoming")
    telephone.message(1)
    engine = telephone.house.database.engine
    with Session(engine, expire_on_commit=False) as session:
        with session.begin(), asked(telephone) as statements:
            call = session.get_one(Call, telephone.call().id)
            first = find_order(session, call)
            before = len(statements)
            assert find_order(session, call) is first
            assert len(statements) == before
        with engine.begin() as other:
            other.execute(update(WorkOrder).values(summary="changed by somebody else"))
        with session.begin():
            assert find_order(session, call).summary == "changed by somebody else"
