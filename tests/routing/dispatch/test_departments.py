"""A department can be reached, and is not removed while it has open orders."""

import pytest
from sqlalchemy import select

from core.errors import NobodyToTakeItError, StillInUseError
from core.models import (
    Department,
    DispatchRule,
    NoticeChannel,
)
from routing.dispatch import (
    add_department,
    dispatch,
    propose,
    remove_department,
)
from routing.orders import accept, defer, take_step
from routing.orders.lifecycle import Verb
from tests.routing.dispatch.units import LI, WANG, an_understood_order
from tests.rows import NOON


@pytest.mark.parametrize(
    ("channel", "address", "secret"),
    [
        (NoticeChannel.SMS, None, None),
        (NoticeChannel.CALL, "12345", None),
        (NoticeChannel.EMAIL, "someone", None),
        (NoticeChannel.EMAIL, "some one@example.org", None),
        (NoticeChannel.WEBHOOK, "ftp://example.org", "x"),
        (NoticeChannel.WEBHOOK, "https://example.org", None),
        (NoticeChannel.OPEN311, "example.org", "x"),
    ],
)
def test_a_department_that_could_not_be_reached_is_refused(session, channel, address, secret):
    with pytest.raises(ValueError, match=r"needed|needs"):
        add_department(session, "水务", NOON, channel=channel, address=address, secret=secret)


def test_a_department_with_open_orders_is_not_removed(session, water):
    order = an_understood_order(session)
    dispatch(session, order, LI, NOON, department=water)
    with pytest.raises(StillInUseError, match="1 open orders"):
        remove_department(session, water, WANG, NOON)
    assert water.removed_at is None


def test_unless_its_orders_go_to_the_backstop(session, water, backstop, rule):
    orders = [an_understood_order(session) for _ in range(4)]
    for order in orders:
        dispatch(session, order, LI, NOON, department=water)
    accept(session, orders[1], LI, NOON)
    defer(session, orders[2], WANG, NOON, "x", owner="li", wakes_on="x", citizen_told=True)
    accept(session, orders[3], LI, NOON)
    take_step(session, orders[3], Verb.REPLY, LI, NOON, reason="done")
    assert remove_department(session, water, WANG, NOON, move_orders=True) == 3
    assert [order.department_id for order in orders] == [backstop.id, backstop.id, None, water.id]
    assert session.scalars(select(DispatchRule)).all() == []
    again = add_department(session, "水务", NOON)
    assert again.id != water.id
    assert propose(session, an_understood_order(session)).lead.name == "兜底"


def test_nor_when_nobody_is_there_to_take_them(session, water):
    order = an_understood_order(session)
    dispatch(session, order, LI, NOON, department=water)
    with pytest.raises(StillInUseError, match="Nobody is set"):
        remove_department(session, water, WANG, NOON, move_orders=True)


def test_departments_are_told_apart_from_those_that_are_gone(session, water):
    water.removed_at = NOON
    session.flush()
    assert session.scalars(select(Department)).one().removed_at == NOON
    with pytest.raises(NobodyToTakeItError):
        propose(session, an_understood_order(session))
