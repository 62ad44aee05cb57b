"""What was asked for waits until a supervisor has answered it, or nobody works on the order any more."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from routing.dispatch import add_department, dispatch
from routing.orders import Actor, Party, accept, extend, pause, take_step
from routing.orders.lifecycle import Verb
from routing.orders.requests import open_requests, still_asked
from tests.rows import NOON, a_call, an_order

LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
MINUTE = timedelta(minutes=1)
EXTENSION, PAUSE = Verb.ASK_EXTENSION, Verb.ASK_PAUSE


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("registered accepted", {}),
        ("accepted extension_asked", {EXTENSION: 1}),
        ("extension_asked reminded escalated urgency_set started answered", {EXTENSION: 0}),
        ("extension_asked pause_asked", {EXTENSION: 0, PAUSE: 1}),
        ("extension_asked extended", {}),
        ("extension_asked extension_refused", {}),
        ("extension_asked extension_refused extension_asked", {EXTENSION: 2}),
        ("extension_asked paused", {EXTENSION: 0}),
        ("pause_asked extended", {PAUSE: 0}),
        ("pause_asked paused", {}),
        ("pause_asked pause_refused", {}),
        ("extension_asked pause_asked returned", {}),
        ("extension_asked dispatched", {}),
        ("extension_asked replied not_solved accepted", {}),
        ("extension_asked deferred woken", {}),
    ],
)
def test_what_is_still_asked_for_is_what_happened_says(told, asked):
    assert still_asked([SimpleNamespace(event=name) for name in told.split()]) == asked


def asking(session, verb=EXTENSION, at=NOON, **detail):
    order = an_order(session, a_call(session))
    unit = add_department(session, f"单位{order.id}", NOON)
    dispatch(session, order, WANG, NOON, department=unit)
    zhao = Actor("zhao", Party.HANDLER, department_id=unit.id)
    accept(session, order, zhao, NOON)
    take_step(session, order, verb, zhao, at, reason="等材料", **detail)
    return order


def test_the_list_tells_who_asked_for_what_and_why_the_oldest_first(session):
    later = asking(session, PAUSE, NOON + MINUTE, until=(NOON + 60 * MINUTE).isoformat())
    first = asking(session, minutes=90)
    an_order(session, a_call(session))
    told = open_requests(session, NOON)
    assert [(one.line.number, one.verb) for one in told] == [(first.number, EXTENSION), (later.number, PAUSE)]
    one = told[0]
    assert (one.asked_by, one.asked_at, one.reason, one.department) == ("zhao", NOON, "等材料", f"单位{first.id}")
    assert [(one.minutes, one.until) for one in told] == [(90, None), (None, NOON + 60 * MINUTE)]


def test_what_was_answered_is_gone_from_it(session):
    orders = [asking(session), asking(session), asking(session, PAUSE), asking(session, PAUSE)]
    extend(session, orders[0], WANG, NOON, 10 * MINUTE, "x")
    take_step(session, orders[1], Verb.REFUSE_EXTENSION, WANG, NOON, reason="x")
    pause(session, orders[2], WANG, NOON, NOON + MINUTE, "x")
    take_step(session, orders[3], Verb.REFUSE_PAUSE, WANG, NOON, reason="x")
    assert open_requests(session, NOON) == ()


def test_a_request_stops_no_clock(session):
    order = asking(session, PAUSE)
    assert order.due_at == an_order(session, a_call(session)).registered_at + 180 * MINUTE


def test_what_is_over_waits_for_no_answer(session):
    order = asking(session)
    take_step(session, order, Verb.CLOSE, WANG, NOON, reason="x")
    assert open_requests(session, NOON) == ()
