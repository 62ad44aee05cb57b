"""The table of the lifecycle: what it must hold, and that nothing is done against it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.errors import ConflictError, IllegalVerbError, NotAllowedError, ReasonMissingError
from core.models import Department, OrderState, WorkOrder
from routing.orders import Actor, Party, Verb, take_step
from routing.orders.lifecycle import FINAL, OPEN, STEPS, TABLE, possible_steps
from routing.orders.picture import diagram, table
from routing.orders.verbs import accept, defer, extend, give_back, pause, reopen
from tests.rows import NOON, a_call, an_order

LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def order(session):
    return an_order(session, a_call(session))


def test_there_is_one_row_for_a_state_and_a_verb():
    assert len(TABLE) == len(STEPS)


def test_from_every_open_state_there_is_a_way_to_the_end():
    for state in OPEN:
        reached, seen = {state}, set()
        while reached - seen:
            here = (reached - seen).pop()
            seen.add(here)
            reached |= {step.to_state for step in possible_steps(here)}
        assert OrderState.CLOSED in seen


def test_what_is_over_can_only_be_reopened_by_a_person_or_the_citizen():
    for state in FINAL:
        moves = [step for step in possible_steps(state) if step.to_state is not state]
        assert [step.verb for step in moves] == [Verb.REOPEN]
        assert Party.MACHINE not in moves[0].parties


def test_only_the_citizens_word_or_a_supervisors_reason_closes_an_order():
    for step in STEPS:
        if step.to_state in {OrderState.CLOSED, OrderState.CANCELLED}:
            assert Party.MACHINE not in step.parties
            assert step.verb is Verb.CONFIRM_SOLVED or (step.parties == {Party.SUPERVISOR} and step.needs_reason)


def test_time_is_only_given_by_a_supervisor_with_a_reason():
    for verb in (Verb.PAUSE, Verb.EXTEND, Verb.DEFER, Verb.KEEP_DEFERRED):
        assert all(step.parties == {Party.SUPERVISOR} and step.needs_reason for step in STEPS if step.verb is verb)


def test_an_illegal_verb_is_told_with_what_is_possible(session, order):
    with pytest.raises(IllegalVerbError, match=r"registered.*“extend” can't be done.*accept") as told:
        take_step(session, order, Verb.EXTEND, LI, NOON, reason="x")
    assert "cancel" not in str(told.value)  # not an agent's
    assert order.state is OrderState.REGISTERED
    assert len(order.events) == 1


def test_who_may_not_is_told_who_may(session, order):
    with pytest.raises(NotAllowedError, match="“cancel” is for supervisor, not for agent"):
        take_step(session, order, Verb.CANCEL, LI, NOON, reason="x")


def test_words_are_asked_for(session, order):
    with pytest.raises(ReasonMissingError, match="“reply” needs words"):
        take_step(session, order, Verb.REPLY, LI, NOON, reason=" \n")
    assert order.state is OrderState.REGISTERED


def test_whoever_saw_an_older_order_changes_nothing(session, order):
    seen = order.revision
    accept(session, order, "li", NOON, seen)
    with pytest.raises(ConflictError, match="changed by somebody else"):
        take_step(session, order, Verb.RETURN, LI, NOON, reason="x", revision=seen)
    assert order.state is OrderState.ACCEPTED


def test_a_handler_touches_only_the_orders_of_the_own_department(session, order):
    department = Department(name="水务", created_at=NOON)
    session.add(department)
    session.flush()
    own, other = (Actor("zhao", Party.HANDLER, department_id=number) for number in (department.id, 99))
    with pytest.raises(NotAllowedError):
        accept(session, order, Actor("qian", Party.HANDLER), NOON)  # nobody's order, of nobody's department
    take_step(session, order, Verb.DISPATCH, LI, NOON, changes={"department_id": department.id})
    with pytest.raises(NotAllowedError, match="not with this handler's department"):
        accept(session, order, other, NOON)
    accept(session, order, own, NOON)
    assert order.accepted_by == "zhao"


def test_what_people_wrote_is_kept_beside_the_chain(session, order):
    take_step(session, order, Verb.REPLY, LI, NOON, reason=" 已送药上门 ")
    event = order.events[-1]
    assert (event.event, event.detail, event.words["reason"]) == ("replied", {}, "已送药上门")


def test_a_returned_order_has_no_worker_any_more(session, order):
    accept(session, order, LI, NOON)
    give_back(session, order, LI, NOON, "not ours")
    assert (order.state, order.accepted_by) == (OrderState.RETURNED, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner": "", "until": LATER, "citizen_told": True},
        {"owner": "li", "until": LATER, "citizen_told": False},
        {"owner": "li", "citizen_told": True},
        {"owner": "li", "until": LATER, "wakes_on": "lockdown_ends:东城区", "citizen_told": True},
        {"owner": "li", "until": NOON, "citizen_told": True},
    ],
)
def test_nothing_is_deferred_without_owner_date_and_word_to_the_citizen(session, order, wrong):
    with pytest.raises(ValueError, match="deferred order"):
        defer(session, order, WANG, NOON, "after the lockdown", **wrong)
    assert order.state is OrderState.REGISTERED


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(1), NOON + timedelta(31)])
def test_a_pause_has_an_end_to_come(session, order, until):
    accept(session, order, LI, NOON)
    with pytest.raises(ValueError, match="30 days"):
        pause(session, order, WANG, NOON, until, "waiting for parts")


def test_an_extension_adds_time(session, order):
    accept(session, order, LI, NOON)
    with pytest.raises(ValueError, match="adds time"):
        extend(session, order, WANG, NOON, timedelta(0), "x")


def test_a_reopened_order_is_nobodys_until_accepted_anew(session, order):
    accept(session, order, LI, NOON)
    take_step(session, order, Verb.REPLY, LI, NOON, reason="done")
    reopen(session, order, LI, LATER, "still no water")
    assert (order.state, order.accepted_by) == (OrderState.REOPENED, None)


def test_a_volunteer_works_only_on_what_they_have_claimed(session, order):
    mine, another = (Actor(name, Party.VOLUNTEER, team_id=1) for name in ("sun", "qian"))
    take_step(session, order, Verb.CLAIM, mine, NOON, changes={"accepted_by": "sun"})
    with pytest.raises(NotAllowedError, match="not claimed by this volunteer"):
        take_step(session, order, Verb.START, another, NOON)
    take_step(session, order, Verb.START, mine, NOON)


def test_the_picture_in_the_documentation_is_the_table():
    page = (Path(__file__).parents[2] / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert diagram() in page, "run `make docs`"
    assert table() in page, "run `make docs`"


def test_a_step_is_written_with_its_actor_and_time(database, session, order):
    accept(session, order, LI, LATER)
    (row,) = session.scalars(select(WorkOrder)).all()
    assert [(event.event, event.actor, event.happened_at) for event in row.events][-1] == ("accepted", "li", LATER)
