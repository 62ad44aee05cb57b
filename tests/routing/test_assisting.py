"""Who assists sees an order and adds to it; the lead stays responsible, and no clock stops by it."""

import pytest

from core.errors import IllegalVerbError, NotAllowedError, ReasonMissingError
from core.models import Category, DispatchRule, OrderState
from routing.dispatch import add_department, dispatch
from routing.orders import Actor, Party, accept, add_event, order_clocks, take_step
from routing.orders.assisting import assists
from routing.orders.lifecycle import Verb
from tests.rows import NOON, a_call, an_order

WANG = Actor("wang", Party.SUPERVISOR)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def units(session):
    """卫健 leads medical matters, 民政 assists, 水务 has nothing to do with it."""
    found = [add_department(session, name, NOON) for name in ("卫健", "民政", "水务")]
    session.add(DispatchRule(category=Category.MEDICAL, department_id=found[0].id, assisting=["民政"]))
    session.flush()
    return found


@pytest.fixture
def order(session, units):
    order = an_order(session, a_call(session))
    order.category = Category.MEDICAL
    dispatch(session, order, WANG, NOON)
    return order


def handler(unit):
    return Actor(f"of {unit.name}", Party.HANDLER, department_id=unit.id)


def contribute(session, order, unit, words="已联系社区"):
    take_step(session, order, Verb.CONTRIBUTE, handler(unit), NOON, reason=words)


def test_those_whom_the_rule_names_assist_and_nobody_else(session, order, units):
    lead, helping, other = units
    assert [assists(session, order, unit.id) for unit in (lead, helping, other)] == [False, True, False]
    assert not assists(session, order, None)


def test_with_another_dispatch_others_assist(session, order, units):
    _, helping, _ = units
    dispatch(session, order, WANG, NOON, department=helping, reason="x")
    assert [assists(session, order, unit.id) for unit in units] == [False, False, False]
    dispatch(session, order, WANG, NOON)
    assert assists(session, order, helping.id)


def test_a_part_is_kept_with_its_words_and_changes_neither_state_nor_clock_nor_revision(session, order, units):
    lead, helping, _ = units
    accept(session, order, handler(lead), NOON)
    before = (order.state, order.accepted_by, order.revision, order_clocks(session, order))
    contribute(session, order, helping)
    assert (order.state, order.accepted_by, order.revision, order_clocks(session, order)) == before
    session.expire(order, ["events"])
    event = order.events[-1]
    assert (event.event, event.actor, event.words["reason"]) == ("contributed", "of 民政", "已联系社区")


def test_who_assists_does_nothing_else_and_others_not_even_that(session, order, units):
    lead, helping, other = units
    for verb in (Verb.ACCEPT, Verb.ANSWER, Verb.RETURN):
        with pytest.raises(NotAllowedError, match="is not with this handler's department"):
            take_step(session, order, verb, handler(helping), NOON, reason="x")
    for unit in (lead, other):
        with pytest.raises(NotAllowedError, match="does not assist"):
            contribute(session, order, unit)
    with pytest.raises(ReasonMissingError):
        contribute(session, order, helping, " ")
    assert order.state is OrderState.DISPATCHED


def test_to_what_is_over_nothing_is_added(session, order, units):
    order.state = OrderState.CANCELLED
    add_event(session, order, "cancelled", "wang", NOON)
    with pytest.raises(IllegalVerbError):
        contribute(session, order, units[1])
