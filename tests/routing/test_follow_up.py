"""Asking the citizen: three spaced tries and then a person, by day, never by message where it must not be seen."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.models import Call, Category, FollowUp, OrderState, Outgoing, OutgoingKind, Urgency
from core.settings import Settings
from routing.dispatch import add_department
from routing.follow_up import (
    begin,
    citizen_rates,
    citizen_says,
    follow_ups_to_try,
    orders_to_ask,
    three_rates,
    try_once,
)
from routing.orders import Actor, Party, accept, reopen, take_step
from routing.orders.lifecycle import Verb
from routing.orders.wishes import may_text
from tests.rows import NOON, a_call, an_order

LI = Actor("li", Party.AGENT)
SETTINGS = Settings()
NIGHT = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
"""Nine in the evening in Shanghai."""
MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
NUMBER = "+8613800138000"


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def replied(session, *, number=NUMBER, now=NOON, **columns):
    order = an_order(session, a_call(session, number=number))
    for name, value in columns.items():
        setattr(order, name, value)
    session.flush()
    accept(session, order, LI, now)
    take_step(session, order, Verb.REPLY, LI, now, reason="药已送到")
    return order


def asked(session, order, now=NOON):
    begin(session, order.id, SETTINGS, now)
    return session.scalars(select(FollowUp).where(FollowUp.order_id == order.id).order_by(FollowUp.id.desc())).first()


def sent(session, kind=OutgoingKind.FOLLOW_UP_CALL):
    return session.scalars(select(Outgoing).where(Outgoing.kind == kind)).all()


def events(session, order):
    session.expire(order, ["events"])
    return [event.event for event in order.events]


def test_every_answered_order_is_followed_up_once(session):
    order = replied(session)
    assert orders_to_ask(session, NOON, 9) == (order.id,)
    for _ in range(2):
        begin(session, order.id, SETTINGS, NOON)
    assert orders_to_ask(session, NOON, 9) == ()
    assert order.state is OrderState.FOLLOW_UP
    assert len(session.scalars(select(FollowUp)).all()) == 1


def test_three_spaced_tries_and_then_a_person_but_never_closed(session):
    order = replied(session)
    row = asked(session, order)
    moments = []
    while row.due_at:
        moments.append(row.due_at)
        assert follow_ups_to_try(session, row.due_at - timedelta(seconds=1), 9) == ()
        assert follow_ups_to_try(session, row.due_at, 9) == (row.id,)
        try_once(session, row.id, SETTINGS, row.due_at)
        try_once(session, row.id, SETTINGS, moments[-1])
    assert len(sent(session)) == 3
    assert [late - early >= timedelta(hours=2) for early, late in itertools.pairwise(moments)] == [True] * 3
    assert events(session, order)[-4:] == ["follow_up_tried"] * 3 + ["follow_up_by_person"]
    assert (order.state, order.wants_person) == (OrderState.FOLLOW_UP, True)
    assert order.due_at is not None


def test_nobody_is_called_at_night_except_about_a_red(session):
    assert asked(session, replied(session), NIGHT).due_at == MORNING
    assert asked(session, replied(session, number="+8613800138001"), NIGHT - timedelta(seconds=1)).due_at < NIGHT
    early = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # four in the morning
    assert asked(session, replied(session, number="+8613800138002"), early).due_at == MORNING
    red = replied(session, number="+8613800138003", urgency=Urgency.RED)
    assert asked(session, red, NIGHT).due_at == NIGHT


@pytest.mark.parametrize("why", ["no number", "secrecy"])
def test_whom_no_machine_may_call_a_person_asks_at_once(session, why):
    order = replied(session, number=None if why == "no number" else NUMBER)
    order.call.caller.secrecy_asked = why == "secrecy"
    row = asked(session, order)
    assert row.due_at is None
    assert events(session, order)[-1] == "follow_up_by_person"
    assert sent(session) == []


@pytest.mark.parametrize(
    ("columns", "agreed", "may"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"category": Category.COMPLAINT}, True, False),
        ({"hides_identity": True}, True, False),
        ({"reasons": {"words": [["家暴", "violence"]]}}, True, False),
        ({"reasons": {"words": [["不想活", "suicide"]]}}, True, False),
        ({"reasons": {"words": [["打我", "domestic"]]}}, True, False),
        ({"findings": {"flags": [["打我", "violence"]]}}, True, False),
        ({"findings": {"flags": [["别告诉", "secrecy"]]}}, True, False),
        ({"reasons": {"words": [["药", "medicine"]]}, "findings": {"needs": [["药", "medicine"]]}}, True, True),
    ],
)
def test_a_message_is_sent_only_where_it_may_be_read_by_anybody(session, columns, agreed, may):
    order = replied(session, **columns)
    order.call.caller.sms_agreed = agreed
    assert may_text(session, order) is may
    row = asked(session, order)
    for _ in range(3):
        try_once(session, row.id, SETTINGS, row.due_at)
    assert len(sent(session, OutgoingKind.FOLLOW_UP_SMS)) == may


@pytest.mark.parametrize("wish", [{"secrecy_asked": True}, {"call_when": "下午丈夫不在家时"}])
def test_whom_it_is_not_safe_to_call_at_any_time_only_a_person_calls(session, wish):
    order = replied(session)
    for name, value in wish.items():
        setattr(order.call.caller, name, value)
    row = asked(session, order)
    assert (row.due_at, order.wants_person) == (None, True)
    assert sent(session) == []
    assert events(session, order)[-1] == "follow_up_by_person"


def test_who_said_not_to_be_called_back_is_left_to_a_person(session):
    order = replied(session, findings={"flags": [["别回电话", "secrecy"]]})
    assert asked(session, order).due_at is None
    assert order.wants_person
    assert asked(session, replied(session, number="+8613800138009", findings={"flags": [["打我", "violence"]]})).due_at


def test_secrecy_allows_no_message(session):
    order = replied(session)
    order.call.caller.sms_agreed = order.call.caller.secrecy_asked = True
    assert not may_text(session, order)


def test_a_number_from_which_violence_was_told_gets_no_message_about_anything(session):
    order = replied(session)
    order.call.caller.sms_agreed = True
    earlier = Call(call_sid="CA-earlier", caller=order.call.caller, dialogue={}, started_at=NOON)
    session.add(earlier)
    session.flush()
    assert may_text(session, order)
    an_order(session, earlier).findings = {"flags": [["打我", "violence"]]}
    session.flush()
    assert not may_text(session, order)


def test_solved_closes_by_the_citizens_own_word(session):
    order = replied(session)
    row = asked(session, order)
    citizen_says(session, row, NOON, is_solved=True)
    citizen_says(session, row, NOON, is_solved=False)  # the first word counts
    citizen_rates(session, row, satisfied=True)
    citizen_rates(session, row, satisfied=False)
    assert (order.state, row.solved, row.satisfied, row.due_at) == (OrderState.CLOSED, True, True, None)
    assert [(event.event, event.actor) for event in order.events][-1] == ("solved", "caller")
    assert order.check_at is None


def test_not_solved_reopens_with_a_shorter_clock_and_tells_the_department(session):
    order = replied(session, urgency=Urgency.YELLOW)
    row = asked(session, order)
    citizen_says(session, row, NOON + timedelta(hours=1), is_solved=False)
    assert (order.state, order.accepted_by, row.solved) == (OrderState.REOPENED, None, False)
    assert order.due_at == NOON + timedelta(hours=1, minutes=30)


def test_a_word_that_comes_after_a_person_has_reopened_it_changes_nothing(session):
    order = replied(session)
    row = asked(session, order)
    reopen(session, order, LI, NOON, "they rang us")
    citizen_says(session, row, NOON, is_solved=True)
    assert order.state is OrderState.REOPENED
    try_once(session, row.id, SETTINGS, row.due_at)
    assert (row.due_at, sent(session)) == (None, [])


def test_each_reply_is_asked_about_anew(session):
    order = replied(session)
    citizen_says(session, asked(session, order), NOON, is_solved=False)
    accept(session, order, LI, NOON)
    take_step(session, order, Verb.REPLY, LI, NOON, reason="again")
    citizen_says(session, asked(session, order), NOON, is_solved=True)
    assert [row.solved for row in session.scalars(select(FollowUp).order_by(FollowUp.id))] == [False, True]
    assert order.state is OrderState.CLOSED


def test_a_late_key_of_an_earlier_follow_up_says_nothing_of_the_next(session):
    order = replied(session)
    first = asked(session, order)
    citizen_says(session, first, NOON, is_solved=False)
    accept(session, order, LI, NOON)
    take_step(session, order, Verb.REPLY, LI, NOON, reason="again")
    asked(session, order)
    citizen_says(session, first, NOON, is_solved=True)
    assert order.state is OrderState.FOLLOW_UP


def test_the_three_rates_of_each_department(session):
    water, health = (add_department(session, name, NOON) for name in ("水务", "卫健"))

    def done(unit, number, *, solved=None, satisfied=None):
        order = replied(session, number=f"+86138001380{number:02}", department_id=unit.id)
        row = asked(session, order)
        if solved is not None:
            citizen_says(session, row, NOON, is_solved=solved)
        if satisfied is not None:
            citizen_rates(session, row, satisfied=satisfied)

    done(water, 10, solved=True, satisfied=True)
    done(water, 11, solved=True, satisfied=False)
    done(water, 12, solved=False)
    done(water, 13)
    silent = an_order(session, a_call(session))
    silent.department_id = water.id
    merged = an_order(session, a_call(session))
    merged.department_id, merged.state = water.id, OrderState.MERGED
    session.flush()
    done(health, 14)
    found = {rates.department: rates for rates in three_rates(session, NOON, NOON + timedelta(days=1))}
    assert (found["水务"].orders, found["水务"].response) == (5, 0.8)
    assert (found["水务"].resolution, found["水务"].satisfaction) == (2 / 3, 0.5)
    assert (found["卫健"].response, found["卫健"].resolution, found["卫健"].satisfaction) == (1, None, None)
    assert three_rates(session, NOON + timedelta(days=1), NOON + timedelta(days=2)) == ()
