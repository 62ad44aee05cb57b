"""Who gets an order: the most specific rule, the backstop, never the unit it is about; and what goes with it."""

import pytest
from sqlalchemy import select

from core.errors import NobodyToTakeItError, NotAllowedError
from core.models import (
    Category,
    OrderState,
    Outgoing,
    OutgoingKind,
    Urgency,
)
from routing.dispatch import (
    dispatch,
    dispatch_if_sure,
    propose,
)
from routing.orders import accept
from tests.routing.dispatch.units import LI, an_understood_order, events
from tests.rows import NOON


def test_what_is_understood_is_dispatched_by_the_machine(session, water, backstop, rule):
    order = an_understood_order(session)
    dispatch_if_sure(session, order, NOON)
    assert (order.state, order.department_id) == (OrderState.DISPATCHED, water.id)
    assert events(session, order)[1:] == [("dispatched", "hotline"), ("assisting", "hotline")]
    (told,) = session.scalars(select(Outgoing)).all()
    assert (told.kind, told.payload["to"]) == (OutgoingKind.DEPARTMENT_SMS, water.address)
    assert "summary" not in told.payload


@pytest.mark.parametrize(
    "columns", [{"category": None}, {"urgency": Urgency.UNKNOWN}, {"to_listen": True}, {"state": OrderState.RETURNED}]
)
def test_what_is_not_understood_or_not_new_waits_for_a_person(session, water, backstop, rule, columns):
    order = an_understood_order(session, **columns)
    assert dispatch_if_sure(session, order, NOON) is None
    assert order.department_id is None


def test_without_departments_nothing_happens(session):
    order = an_understood_order(session)
    assert dispatch_if_sure(session, order, NOON) is None
    assert (order.state, len(events(session, order))) == (OrderState.REGISTERED, 1)
    with pytest.raises(NobodyToTakeItError):
        propose(session, order)


def test_a_person_may_choose_another_department_but_not_the_one_it_is_about(session, water, backstop):
    order = an_understood_order(session, about_department_id=water.id)
    with pytest.raises(NotAllowedError, match="about 水务"):
        dispatch(session, order, LI, NOON, department=water)
    dispatch(session, order, LI, NOON, department=backstop)
    assert order.department_id == backstop.id


@pytest.mark.parametrize(
    ("columns", "hidden"),
    [
        ({"category": Category.COMPLAINT}, True),
        ({"hides_identity": True}, True),
        ({"findings": {"flags": [["不要说是我", "secrecy"]]}}, True),
        ({"findings": {"flags": [["打我", "violence"]]}}, False),
        ({}, False),
    ],
)
def test_tip_offs_and_complaints_hide_who_called(session, backstop, columns, hidden):
    order = an_understood_order(session, **columns)
    dispatch(session, order, LI, NOON)
    assert order.hides_identity is hidden


def test_who_asked_for_secrecy_is_hidden_and_so_is_whoever_speaks_of_a_department(session, water, backstop):
    order = an_understood_order(session)
    order.call.caller.secrecy_asked = True
    about = an_understood_order(session, about_department_id=water.id)
    for row in (order, about):
        dispatch(session, row, LI, NOON)
        assert row.hides_identity


def test_dispatching_again_takes_it_from_whoever_had_it(session, water, backstop):
    order = an_understood_order(session)
    accept(session, order, LI, NOON)
    dispatch(session, order, LI, NOON, department=water)
    assert (order.state, order.accepted_by) == (OrderState.DISPATCHED, None)
