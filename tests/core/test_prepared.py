"""A prepared statement asks and answers as any other, on both databases; only quicker."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.database import Database, table_of
from core.models import Call, Caller, Category, OrderNumber, Urgency, WorkOrder
from core.objects import add_at_once, object_of, read_object
from core.prepared import Prepared
from core.reach import is_database_gone
from tests.rows import NOON

CALLS, ORDERS = table_of(Call), table_of(WorkOrder)
CALL = Prepared(select(*CALLS.c).where(Call.call_sid == bindparam("sid")).with_for_update(of=CALLS))
ORDER = Prepared(select(*ORDERS.c).where(WorkOrder.code == bindparam("code")))


def an_order(session):
    caller = Caller(number="+8613800138000", key_id="0" * 32)
    session.add(caller)
    session.flush()
    call = Call(call_sid="CA1", caller_id=caller.id, dialogue={"choices": ["一"]}, started_at=NOON)
    session.add(call)
    session.flush()
    order = WorkOrder(number="WO-1", code="123456", call_id=call.id, language="zh", registered_at=NOON)
    session.add(order)
    session.flush()
    return order


def test_values_go_in_and_come_out_by_their_types(database):
    change = Prepared(update(ORDERS).where(ORDERS.c.id == bindparam("this_order")))
    with database.transaction() as session:
        order = an_order(session)
        told = {"urgency": Urgency.RED, "category": Category.MEDICAL, "reasons": {"words": [["胸口疼", "red"]]}}
        assert change.run(session, this_order=order.id, due_at=NOON + timedelta(hours=1), to_listen=True, **told) == 1
        assert change.run(session, this_order=order.id + 1, to_listen=True) == 0
    with database.reading() as session:
        row = ORDER.first(session, code="123456")
        as_any_other = session.execute(select(ORDERS)).one()
        assert tuple(row) == tuple(as_any_other)
        assert (row.urgency, row.category, row.due_at) == (Urgency.RED, Category.MEDICAL, NOON + timedelta(hours=1))
        assert (row.reasons, row.to_listen, row.district) == (told["reasons"], True, None)
        assert row.due_at.tzinfo is not None


def test_constants_of_the_statement_are_told_by_their_types_too(database):
    unknown = select(WorkOrder.code).where(WorkOrder.urgency == Urgency.UNKNOWN, WorkOrder.registered_at <= NOON)
    joined = Prepared(select(func.aggregate_strings(unknown.subquery().c.code, "|")).where(bindparam("wanted") == 1))
    with database.transaction() as session:
        an_order(session)
        assert Prepared(unknown).scalar(session) == "123456"
        assert joined.scalar(session, wanted=1) == "123456"
        assert joined.scalar(session, wanted=2) is None
        assert Prepared(unknown.where(WorkOrder.urgency == Urgency.RED)).first(session) is None


def test_what_was_written_is_returned(database):
    count = Prepared(update(OrderNumber.__table__).values(last=OrderNumber.last + 1).returning(OrderNumber.last))
    with database.transaction() as session:
        assert count.scalar(session) is None
        Prepared(insert(OrderNumber.__table__).inline()).run(session, day="20260101", last=4)
        assert count.scalar(session) == 5
        assert [row.last for row in count.rows(session)] == [6]


def test_a_default_that_only_python_knows_is_never_left_out_silently(database):
    with database.transaction() as session, pytest.raises(ValueError, match="default"):
        Prepared(insert(CALLS).inline()).run(session, call_sid="CA1")


def test_errors_are_those_of_sqlalchemy_and_tell_no_values(database):
    again = Prepared(insert(CALLS).inline())
    with pytest.raises(IntegrityError) as error, database.transaction() as session:
        call = an_order(session).call
        told = {name: getattr(call, name) for name in CALLS.c.keys() if name not in {"id", "dialogue"}}  # noqa: SIM118
        again.run(session, dialogue={"said": "胸口疼"}, **told)
    assert "胸口疼" not in str(error.value)
    assert not is_database_gone(error.value)
    with database.transaction() as session:  # and nothing is left of it
        assert CALL.first(session, sid="CA1") is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_has_ended_a_connection_is_told_from_a_wrong_statement(database_url):
    database, other = Database(database_url), Database(database_url)
    with pytest.raises(DBAPIError) as gone, database.transaction() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
        with other.transaction() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        CALL.first(session, sid="CA1")
    assert is_database_gone(gone.value)
    assert gone.value.connection_invalidated
    with database.transaction() as session:
        assert CALL.first(session, sid="CA1") is None
    database.close()
    other.close()


def test_an_object_of_a_row_is_like_any_other_of_the_session(database):
    with database.transaction() as session:
        an_order(session)
    with database.transaction() as session:
        order = read_object(session, WorkOrder, ORDER, code="123456")
        assert order in session
        assert not session.dirty
        assert order.call.call_sid == "CA1"  # what it points to is found when it is asked for
        assert session.get(WorkOrder, order.id) is order
        order.summary = "楼道停电"
        assert read_object(session, WorkOrder, ORDER, code="123456").summary == "楼道停电"
        assert order.revision == 2
        assert read_object(session, WorkOrder, ORDER, code="0") is None
    with database.reading() as session:
        assert session.scalars(select(WorkOrder)).one().summary == "楼道停电"


def test_an_object_that_the_session_has_already_is_told_what_is_true_now(database):
    with database.transaction() as session:
        order = an_order(session)
        Prepared(update(ORDERS)).run(session, summary="changed past the object")
        assert order.summary == ""
        assert object_of(session, WorkOrder, ORDER.first(session, code="123456")) is order
        assert order.summary == "changed past the object"


def test_an_object_added_at_once_is_found_by_a_prepared_statement(database):
    with database.transaction() as session:
        caller = Caller(number=None, key_id="1" * 32)
        add_at_once(session, caller)
        call = Call(call_sid="CA2", caller_id=caller.id, dialogue={}, started_at=NOON)
        add_at_once(session, call)
        assert read_object(session, Call, CALL, sid="CA2") is call
        assert call.caller is caller
