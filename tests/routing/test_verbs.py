"""Staff never overwrite each other: who was slower is told, on both databases, even when both press at once."""

import threading

import pytest

from core.errors import ConflictError
from core.models import Call, OrderState, Urgency, WorkOrder
from routing.orders import accept, add_event, find_order, set_urgency
from tests.routing.test_registering import ON_DUTY, at_once
from tests.rows import NOON, a_call, an_order


@pytest.fixture
def order(database):
    with database.transaction() as session:
        return an_order(session, a_call(session))


def kept(database, order):
    with database.reading() as session:
        row = session.get(WorkOrder, order.id)
        return row, [(event.position, event.event, event.actor) for event in row.events]


def test_accepting_gives_an_order_its_owner(database, order):
    with database.transaction() as session:
        accept(session, session.get(WorkOrder, order.id), "li", NOON, order.revision)
    row, events = kept(database, order)
    assert (row.accepted_by, row.state) == ("li", OrderState.ACCEPTED)
    assert events[-1] == (2, "accepted", "li")
    assert row.revision > order.revision


def test_the_slower_one_is_told_by_whom_it_was_accepted(database, order):
    with database.transaction() as session:
        accept(session, session.get(WorkOrder, order.id), "li", NOON, order.revision)
    with pytest.raises(ConflictError, match=rf"{order.number} was accepted by li\."), database.transaction() as session:
        accept(session, session.get(WorkOrder, order.id), "wang", NOON, order.revision)
    row, events = kept(database, order)
    assert row.accepted_by == "li"
    assert len(events) == 2


@pytest.mark.parametrize("verb", ["accept", "set_urgency"])
def test_what_was_changed_since_it_was_seen_is_not_overwritten(database, order, verb):
    with database.transaction() as session:
        session.get(WorkOrder, order.id).summary = "胸口疼"
    with pytest.raises(ConflictError, match="changed by somebody else"), database.transaction() as session:
        row = session.get(WorkOrder, order.id)
        if verb == "accept":
            accept(session, row, "wang", NOON, order.revision)
        else:
            set_urgency(session, row, Urgency.GREEN, "wang", NOON, "a reason", order.revision, ON_DUTY)
    row, events = kept(database, order)
    assert (row.accepted_by, row.urgency) == (None, Urgency.UNKNOWN)
    assert len(events) == 1


def test_of_people_who_accept_at_once_one_gets_it_and_the_others_are_told(database, order):
    seen = threading.Barrier(4)

    def press(number):
        with database.reading() as session:
            revision = session.get(WorkOrder, order.id).revision
        seen.wait()
        with database.transaction() as session:
            accept(session, session.get(WorkOrder, order.id), f"agent {number}", NOON, revision)

    errors = at_once(4, press)
    assert [type(error) for error in errors] == [ConflictError] * 3
    row, events = kept(database, order)
    assert row.accepted_by.startswith("agent")
    assert [event for _, event, _ in events] == ["registered", "accepted"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_sessions_that_read_the_same_revision_do_not_both_write(order, database):
    """(On SQLite the second could not even begin.)"""
    with pytest.raises(ConflictError, match="changed by somebody else"), database.transaction() as slow:
        row = slow.get(WorkOrder, order.id)
        with database.transaction() as quick:
            accept(quick, quick.get(WorkOrder, order.id), "li", NOON, order.revision)
        accept(slow, row, "wang", NOON, order.revision)
    row, events = kept(database, order)
    assert row.accepted_by == "li"
    assert len(events) == 2


def test_a_caller_and_a_machine_who_change_an_order_at_once_wait_for_each_other(database, order):
    """A pressed 9 must not fail because a transcript came in at the same moment."""

    def change(number):
        with database.transaction() as session:
            row = find_order(session, session.get(Call, order.call_id))
            if number % 2:
                row.summary += "x"
            else:
                row.to_listen = True
            add_event(session, row, f"e{number}", "hotline", NOON)

    assert at_once(6, change) == []
    row, events = kept(database, order)
    assert (row.summary, row.to_listen) == ("xxx", True)
    assert [position for position, _, _ in events] == list(range(1, 8))


def test_a_changed_urgency_is_kept_with_who_why_and_what_it_was(database, order):
    with database.transaction() as session:
        row = session.get(WorkOrder, order.id)
        set_urgency(session, row, Urgency.RED, "li", NOON, "  a child is crying  ", order.revision, ON_DUTY)
    row, _ = kept(database, order)
    assert (row.urgency, row.urgency_rank) == (Urgency.RED, 0)
    with database.reading() as session:
        *_, event, alerted = session.get(WorkOrder, order.id).events
        assert (event.event, event.actor) == ("urgency_set", "li")
        assert alerted.event == "alerted"
        assert event.detail == {"before": "unknown", "urgency": "red"}
        assert event.words["reason"] == "a child is crying"


def test_a_person_may_lower_a_red_with_a_reason(database):
    with database.transaction() as session:
        row = an_order(session, a_call(session), urgency=Urgency.RED)
        set_urgency(session, row, Urgency.GREEN, "li", NOON, "pressed by mistake", row.revision, ON_DUTY)
        assert (row.urgency, row.urgency_rank) == (Urgency.GREEN, 2)


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_without_a_reason_nothing_is_changed(database, order, reason):
    with pytest.raises(ValueError, match="reason"), database.transaction() as session:
        set_urgency(
            session, session.get(WorkOrder, order.id), Urgency.GREEN, "li", NOON, reason, order.revision, ON_DUTY
        )
    row, events = kept(database, order)
    assert row.urgency is Urgency.UNKNOWN
    assert len(events) == 1
