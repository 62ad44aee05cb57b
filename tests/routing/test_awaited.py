"""What deferred orders wait for: nothing ends it but a person's word, and then all of them go on at once."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import ConflictError, NotAllowedError, ReasonMissingError
from core.models import OrderState, Outgoing, OutgoingKind
from core.settings import Settings
from routing.orders import Actor, Party, defer
from routing.orders.audit import verify
from routing.orders.awaited import Woken, awaited_events, wake_all
from tests.rows import NOON, a_call, an_order

WANG, LI = Actor("wang", Party.SUPERVISOR), Actor("li", Party.AGENT)
EAST, WEST = "lockdown_ends:东城区", "lockdown_ends:西城区"
MINUTE = timedelta(minutes=1)
SETTINGS = Settings()


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


_line = itertools.count(10)


def deferred(session, event=EAST, **caller):
    order = an_order(session, a_call(session, number=f"+86138001380{next(_line)}"))
    for name, value in caller.items():
        setattr(order.call.caller, name, value)
    defer(session, order, WANG, NOON, "x", owner="li", wakes_on=event, citizen_told=True)
    return order


def happened(session, actor=WANG, at=NOON + MINUTE, **how):
    return wake_all(session, EAST, actor, at, SETTINGS, **{"reason": "公告已解封", **how})


def test_events_are_told_with_how_many_wait(session):
    assert awaited_events(session) == ()
    for event in (WEST, EAST, EAST):
        deferred(session, event)
    an_order(session, a_call(session))
    assert [(one.event, one.orders, one.oldest_at) for one in awaited_events(session)] == [
        (EAST, 2, NOON),
        (WEST, 1, NOON),
    ]


def test_when_it_has_happened_all_that_waited_go_on_and_keep_who_said_so_and_why(session):
    orders = [deferred(session, event) for event in (EAST, EAST, WEST)]
    assert happened(session, seen=2) == Woken(2, 0)
    assert [order.state for order in orders] == [OrderState.IN_HAND, OrderState.IN_HAND, OrderState.DEFERRED]
    for order in orders[:2]:
        session.expire(order, ["events"])
        event = order.events[-1]
        assert (event.event, event.actor, event.detail) == ("woken", "wang", {"woke_on": EAST})
        assert event.words["reason"] == "公告已解封"
        assert (order.accepted_by, order.wakes_on, order.due_at is not None) == ("li", None, True)
    assert verify(session).faults == ()
    assert happened(session) == Woken(0, 0)


def test_none_goes_on_when_others_wait_than_were_seen(session):
    orders = [deferred(session) for _ in range(3)]
    with pytest.raises(ConflictError, match="3 orders wait for this, not 2"):
        happened(session, seen=2)
    assert {order.state for order in orders} == {OrderState.DEFERRED}


@pytest.mark.parametrize(("how", "error"), [({"actor": LI}, NotAllowedError), ({"reason": " \n"}, ReasonMissingError)])
def test_only_a_supervisor_says_so_and_with_a_reason(session, how, error):
    order = deferred(session)
    with pytest.raises(error):
        happened(session, **how)
    assert order.state is OrderState.DEFERRED


@pytest.mark.parametrize(
    ("caller", "texted"),
    [({"sms_agreed": True}, 1), ({}, 0), ({"sms_agreed": True, "secrecy_asked": True}, 0)],
)
def test_a_citizen_who_agreed_to_messages_is_told_by_day(session, caller, texted):
    order = deferred(session, **caller)
    assert happened(session, at=NOON + timedelta(hours=10)) == Woken(1, texted)  # 22:00 in Shanghai
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == OutgoingKind.CITIZEN_SMS)).all()
    assert [(row.payload["to"], row.due_at) for row in rows] == [
        (order.call.caller.number, NOON + timedelta(hours=20))
    ] * texted
    session.expire(order, ["events"])
    assert ("citizen_texted" in [event.event for event in order.events]) is bool(texted)
