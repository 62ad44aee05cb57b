"""The memory of the orders: changed, removed, inserted and exchanged events are found, and told with their place."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from core.models import AuditRoot, OrderEvent, Urgency, WorkOrder
from core.settings import Settings
from routing.orders import accept, add_event, set_urgency
from routing.orders.audit import add_root_if_due, verify
from routing.orders.events import event_hash
from tests.rows import NOON, a_call, an_order

HOUR = timedelta(hours=1)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        for _ in range(3):
            order = an_order(session, a_call(session))
            accept(session, order, "li", NOON)
            set_urgency(session, order, Urgency.YELLOW, "li", NOON, "我妈妈住三号楼", order.revision, Settings())
            add_event(session, order, "number_shown", "li", NOON, times=2)
        yield session


def faults(session):
    session.expire_all()
    return [(fault.where, fault.position) for fault in verify(session).faults]


def second(session):
    return session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()[1]


def event(session, position):
    order = second(session)
    wanted = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.position == position)
    return session.scalars(wanted).one()


def change(session, position, **values):
    session.execute(update(OrderEvent).where(OrderEvent.id == event(session, position).id).values(**values))


def test_what_nobody_touched_is_whole(session):
    report = verify(session)
    assert (report.orders, report.events, report.faults) == (3, 12, ())


@pytest.mark.parametrize(
    "values",
    [
        {"event": "returned"},
        {"actor": "wang"},
        {"happened_at": NOON + timedelta(microseconds=1)},
        {"detail": {"times": 3}},
        {"words_digest": "0" * 64},
        {"hash": "0" * 64},
    ],
)
def test_a_changed_event_is_found_where_it_is(session, values):
    change(session, 3, **values)
    assert faults(session) == [(second(session).number, 3)]


def test_changed_words_are_found_and_erased_ones_are_no_fault(session):
    kept = event(session, 3).words
    change(session, 3, words={**kept, "reason": "我没说过"})
    assert faults(session) == [(second(session).number, 3)]
    change(session, 3, words=None)
    assert faults(session) == []


def test_nothing_a_person_said_can_be_read_from_what_is_hashed(session):
    row = event(session, 3)
    assert "三号楼" in row.words["reason"]
    assert "三号楼" not in str([row.detail, row.words_digest, row.hash, row.actor, row.event])
    others = session.scalars(select(OrderEvent.words_digest).where(OrderEvent.words_digest.is_not(None))).all()
    assert len(set(others)) == 3  # the same words, and nobody can tell


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_removed_event_is_found(session, position):
    session.execute(delete(OrderEvent).where(OrderEvent.id == event(session, position).id))
    assert faults(session) == [(second(session).number, position)]


def test_a_removed_end_is_found(session):
    session.execute(delete(OrderEvent).where(OrderEvent.id == event(session, 4).id))
    assert faults(session) == [(second(session).number, 4)]


def test_a_chain_that_is_gone_altogether_is_found(session):
    session.execute(delete(OrderEvent).where(OrderEvent.order_id == second(session).id))
    assert faults(session) == [(second(session).number, 1)]


def test_a_changed_event_that_was_given_its_own_hash_is_found_by_the_next(session):
    row = event(session, 2)
    row.actor = "wang"
    row.hash = event_hash(row)
    session.flush()
    assert faults(session) == [(second(session).number, 3)]


def test_an_inserted_event_is_found(session):
    last = event(session, 4)
    row = OrderEvent(
        order_id=last.order_id, position=5, event="solved", actor="li", happened_at=NOON, detail={}, prev_hash=last.hash
    )
    row.hash = event_hash(row)
    session.add(row)
    session.flush()
    assert faults(session) == [(second(session).number, 6)]


def test_exchanged_events_are_found(session):
    second_event, third = event(session, 2).id, event(session, 3).id
    for row_id, position in ((second_event, 99), (third, 2), (second_event, 3)):
        session.execute(update(OrderEvent).where(OrderEvent.id == row_id).values(position=position))
    assert faults(session) == [(second(session).number, 2)]


def rewrite(session, order):
    """Somebody changes an event and makes the whole chain after it fit, as far as the order's own head."""
    before = ""
    for row in session.scalars(select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.position)):
        row.actor = "wang" if row.position == 2 else row.actor
        row.prev_hash = before
        row.hash = before = event_hash(row)
    session.flush()
    session.execute(update(WorkOrder).where(WorkOrder.id == order.id).values(head_hash=before))


def test_a_chain_that_was_rewritten_whole_is_found_by_its_root(session):
    add_root_if_due(session, NOON + HOUR)
    assert faults(session) == []
    rewrite(session, second(session))
    assert faults(session) == [("root 1", None)]


def test_roots_are_written_once_an_hour_over_what_moved_since(session):
    first = add_root_if_due(session, NOON + HOUR)
    assert add_root_if_due(session, NOON + 2 * HOUR - timedelta(seconds=1)) is None
    add_event(session, second(session), "number_shown", "li", NOON + HOUR)
    late = NOON + 3 * HOUR
    add_event(session, second(session), "number_shown", "li", late)  # not settled yet
    again = add_root_if_due(session, late)
    assert (first.heads, again.heads) == (3, 1)
    assert again.last_event_id == first.last_event_id + 1
    third = add_root_if_due(session, late + HOUR)
    assert (third.heads, third.last_event_id) == (1, session.scalar(select(func.max(OrderEvent.id))))
    assert faults(session) == []


@pytest.mark.parametrize("which", [1, 2])
def test_a_changed_or_removed_root_is_found(session, which):
    for hour in (1, 2, 3):
        add_event(session, second(session), "number_shown", "li", NOON)
        add_root_if_due(session, NOON + hour * HOUR)
    row = session.get(AuditRoot, which)
    row.root = "0" * 64
    session.flush()
    assert ("root 1" if which == 1 else "root 2", None) in faults(session)
    session.delete(row)
    session.flush()
    assert faults(session)
