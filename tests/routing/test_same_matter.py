"""Repeats and incidents are proposed, never joined by a machine; no clock stops, no urgency falls, nobody is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import ConflictError, NotAllowedError
from core.models import Call, Category, Incident, MatterProposal, OrderState, Outgoing, Urgency
from core.settings import Settings
from routing.orders import THE_MACHINE, Actor, Party, accept, order_clocks, take_step
from routing.orders.deadlines import running
from routing.orders.lifecycle import Verb
from routing.orders.likeness import Said, likeness
from routing.orders.same_matter import (
    close_incident,
    confirm_incident,
    decide,
    known_incident,
    merge,
    propose_same_matter,
)
from tests.rows import NOON, a_call, an_order

LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
DUTY = Settings(duty_phones=("+8613800138001",))
NO_WATER = ["七号楼停水了", "我们七号楼从早上就停水了", "你好 七号楼 停水 什么时候来水"]
NUMBER = "+8613800138000"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("七号楼停水了", "我们七号楼从早上就停水了", True),
        ("七号楼停水了", "七好楼挺水了", True),  # the same sounds
        ("7号楼停水了", "七号楼停水了", True),
        ("七号楼停水了", "八号楼停水了", False),
        ("七号楼停水了", "我要做透析", False),
        ("there is no water in block 7", "no water in block 7 since morning", True),
        ("there is no water in block 7", "no water in block 9 since morning", False),
        ("七号楼停水了", "", False),
    ],
)
def test_likeness_is_of_sound_place_and_number(one, other, alike):
    for pair in ((one, other), (other, one)):
        assert (likeness(*(Said(text, Category.SUPPLIES, "东城区") for text in pair)) >= 0.62) is alike


def test_other_districts_are_other_matters():
    assert likeness(Said(NO_WATER[0], None, "东城区"), Said(NO_WATER[0], None, "西城区")) == 0


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def told(session, text, *, caller=None, now=NOON, district="东城区", **columns):
    call = a_call(session)
    if caller:
        call.caller_id = caller.call.caller_id
        session.flush()
        session.refresh(call)
    order = an_order(session, call, now=now)
    known = {"summary": text, "district": district, "category": Category.SUPPLIES, **columns}
    for name, value in known.items():
        setattr(order, name, value)
    session.flush()
    return order


def numbered(session, text, **columns):
    order = told(session, text, **columns)
    session.get_one(Call, order.call_id).caller.number = columns.get("number", NUMBER)
    session.flush()
    return order


def proposals(session):
    return session.scalars(select(MatterProposal).order_by(MatterProposal.id)).all()


def test_a_repeat_is_proposed_once_and_joined_by_nobody(session):
    first = numbered(session, "降压药没有了")
    again = told(session, "我的降压药没有了", caller=first)
    for order in (again, first, again):
        propose_same_matter(session, order, DUTY, NOON)
    (row,) = proposals(session)
    assert (row.order_id, row.other_id, row.joined) == (again.id, first.id, None)
    assert first.state is again.state is OrderState.REGISTERED


@pytest.mark.parametrize("why", ["other words", "closed", "long ago", "withheld"])
def test_what_is_no_repeat_is_not_proposed(session, why):
    then = NOON - timedelta(days=8) if why == "long ago" else NOON
    first = (
        told(session, "降压药没有了", now=then) if why == "withheld" else numbered(session, "降压药没有了", now=then)
    )
    first.state = OrderState.CLOSED if why == "closed" else first.state
    again = told(session, "楼下有人打架" if why == "other words" else "降压药没有了", caller=first)
    assert propose_same_matter(session, again, DUTY, NOON) == 0


def test_three_of_one_number_in_a_day_are_told_to_a_supervisor_once(session):
    first = numbered(session, "降压药没有了", now=NOON - timedelta(hours=23))
    second = told(session, "楼下打架", caller=first)
    propose_same_matter(session, second, DUTY, NOON)
    assert session.scalars(select(Outgoing)).all() == []
    third = told(session, "垃圾没人收", caller=first)
    for _ in range(2):
        propose_same_matter(session, third, DUTY, NOON)
    (row,) = session.scalars(select(Outgoing)).all()
    assert (row.payload["why"], row.payload["to"]) == ("repeated", DUTY.duty_phones[0])


def test_a_merged_orders_clocks_and_urgency_go_on_in_the_other(session):
    early = told(session, "降压药没有了", now=NOON - 40 * MINUTE)
    late = told(session, "降压药没有了", urgency=Urgency.RED, urgency_rank=0)
    due = {clock.step: clock.due_at for clock in running(order_clocks(session, early))}
    merge(session, early, late, LI, NOON, "same person", DUTY)
    assert (early.state, early.merged_into_id, early.due_at) == (OrderState.MERGED, late.id, None)
    after = {clock.step: clock.due_at for clock in running(order_clocks(session, late))}
    assert all(after[step] <= due[step] for step in due)
    assert late.urgency is Urgency.RED


def test_a_red_that_is_merged_makes_the_other_red_and_alerts(session):
    green, red = told(session, "a", urgency=Urgency.GREEN, urgency_rank=2), told(session, "a")
    red.urgency, red.urgency_rank = Urgency.RED, 0
    session.flush()
    merge(session, red, green, LI, NOON, "same", DUTY)
    assert (green.urgency, green.urgency_rank) == (Urgency.RED, 0)
    session.expire(green, ["events"])
    assert [event.event for event in green.events][-2:] == ["merged_in", "alerted"]
    assert green.due_at <= NOON + 15 * MINUTE


def test_a_machine_joins_nothing(session):
    one, other = told(session, "a"), told(session, "a")
    with pytest.raises(NotAllowedError):
        merge(session, one, other, THE_MACHINE, NOON, "alike", DUTY)


def test_an_order_is_not_merged_into_itself_or_into_one_that_is_over(session):
    one, other = told(session, "a"), told(session, "a", state=OrderState.CLOSED)
    for into in (one, other):
        with pytest.raises(ConflictError):
            merge(session, one, into, LI, NOON, "x", DUTY)


def test_the_person_who_decides_first_decides(session):
    first = numbered(session, "降压药没有了")
    again = told(session, "降压药没有了", caller=first)
    propose_same_matter(session, again, DUTY, NOON)
    (row,) = proposals(session)
    decide(session, row, LI, NOON, join=True, settings=DUTY)
    assert (row.joined, row.decided_by) == (True, "li")
    assert (first.state, again.state) == (OrderState.REGISTERED, OrderState.MERGED)
    with pytest.raises(ConflictError):
        decide(session, row, WANG, NOON, join=False, settings=DUTY)


def test_a_declined_proposal_changes_nothing_and_does_not_come_back(session):
    first = numbered(session, "降压药没有了")
    again = told(session, "降压药没有了", caller=first)
    propose_same_matter(session, again, DUTY, NOON)
    decide(session, proposals(session)[0], LI, NOON, join=False, settings=DUTY)
    assert propose_same_matter(session, again, DUTY, NOON) == 0
    assert again.state is OrderState.REGISTERED


# --- incidents --------------------------------------------------------------------------------------------------------


@pytest.fixture
def outage(session):
    """Three neighbours have told of one cause; the third call made it a proposal."""
    orders = [told(session, text, now=NOON + place * MINUTE) for place, text in enumerate(NO_WATER)]
    for order in orders:
        propose_same_matter(session, order, DUTY, NOON + 5 * MINUTE)
    return orders


def the_incident(session):
    return session.scalars(select(Incident)).one()


def test_many_callers_of_one_cause_make_a_proposal(session, outage):
    assert the_incident(session).confirmed_at is None
    assert {row.order_id for row in proposals(session)} == {order.id for order in outage}
    assert [order.incident_id for order in outage] == [None] * 3


def test_one_caller_three_times_is_no_incident(session):
    first = told(session, NO_WATER[0])
    for text in NO_WATER[1:]:
        propose_same_matter(session, told(session, text, caller=first), DUTY, NOON)
    assert session.scalars(select(Incident)).all() == []


def test_nor_are_two_callers_of_whom_one_called_twice(session):
    first = told(session, NO_WATER[0])
    told(session, NO_WATER[1])
    propose_same_matter(session, told(session, NO_WATER[2], caller=first), DUTY, NOON)
    assert session.scalars(select(Incident)).all() == []


@pytest.mark.parametrize(("hours", "district"), [(4, "东城区"), (0, "西城区")])
def test_nor_are_calls_of_another_time_or_place(session, hours, district):
    for text in NO_WATER[:2]:
        told(session, text)
    late = NOON + timedelta(hours=hours)
    propose_same_matter(session, told(session, NO_WATER[2], now=late, district=district), DUTY, late)
    assert session.scalars(select(Incident)).all() == []


def test_the_next_caller_hears_of_it_once_a_person_has_confirmed(session, outage):
    incident, due = the_incident(session), NOON + timedelta(hours=3)
    assert known_incident(session, NO_WATER[1], "东城区", NOON + 6 * MINUTE) is None
    confirm_incident(session, incident, WANG, NOON + 6 * MINUTE, "七号楼停水", due)
    known = known_incident(session, "我家七号楼没有水 停水了", "东城区", NOON + 7 * MINUTE)
    assert known is incident
    assert (known.title, known.due_at) == ("七号楼停水", due)
    assert known_incident(session, NO_WATER[1], None, NOON + 7 * MINUTE) is incident
    assert known_incident(session, "我要做透析", "东城区", NOON + 7 * MINUTE) is None
    assert known_incident(session, NO_WATER[1], "西城区", NOON + 7 * MINUTE) is None
    close_incident(session, incident, WANG, NOON + 8 * MINUTE, "已恢复供水")
    assert known_incident(session, NO_WATER[1], "东城区", NOON + 9 * MINUTE) is None


def test_a_later_caller_is_proposed_for_the_same_incident(session, outage):
    later = told(session, "七号楼怎么还停水", now=NOON + timedelta(hours=5))
    assert propose_same_matter(session, later, DUTY, NOON + timedelta(hours=5)) == 1
    assert proposals(session)[-1].incident_id == the_incident(session).id


def test_closing_it_answers_every_child_so_that_each_is_asked(session, outage):
    for row in proposals(session):
        decide(session, row, LI, NOON, join=True, settings=DUTY)
    waiting, accepted, red = outage
    due = waiting.due_at
    assert due is not None  # a child keeps its own clock
    accept(session, accepted, LI, NOON)
    red.urgency, red.urgency_rank = Urgency.RED, 0
    dispatched = told(session, NO_WATER[0], incident_id=waiting.incident_id)
    take_step(session, dispatched, Verb.DISPATCH, LI, NOON)
    assert close_incident(session, the_incident(session), WANG, NOON, "已恢复供水") == 3
    assert [row.state for row in (waiting, accepted, dispatched)] == [OrderState.REPLIED] * 3
    assert red.state is OrderState.REGISTERED
    session.expire(red, ["events"])
    assert red.events[-1].event == "incident_over"
