"""Whatever is done to an order in whatever sequence: it has an owner, a clock and an event for each step, always."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.database import Database
from core.errors import HotlineError
from core.models import Category, DepartmentKind, FollowUp, OrderState, Urgency, VolunteerTeam
from core.settings import Settings
from routing.dispatch import add_department, claim, claims_to_end, dispatch, end_claim, remove_department
from routing.follow_up import begin, citizen_says, follow_ups_to_try, orders_to_ask, try_once
from routing.orders import (
    Actor,
    Party,
    Verb,
    accept,
    chase,
    defer,
    extend,
    give_back,
    order_clocks,
    orders_to_check,
    pause,
    reopen,
    set_urgency,
    take_step,
)
from routing.orders.audit import verify
from routing.orders.deadlines import running
from routing.orders.lifecycle import FINAL, STEPS
from routing.orders.same_matter import merge
from tests.rows import NOON, a_call, an_order

DUTY = Settings(duty_phones=("+8613800138001",))
_PLAIN = [Verb.REVIEW, Verb.START, Verb.ANSWER, Verb.REPLY, Verb.RESUME, Verb.MARK_HARD, Verb.WAKE, Verb.CANCEL]
_PLAIN += [Verb.CLOSE, Verb.CONFIRM_SOLVED, Verb.FOLLOW_UP, Verb.ASK_PAUSE, Verb.ASK_EXTENSION, Verb.KEEP_DEFERRED]
_HELD = {OrderState.ACCEPTED, OrderState.IN_HAND, OrderState.HARD_CASE, OrderState.DEFERRED}
_MOVES = {(step.from_state, step.event): step.to_state for step in STEPS}
parties = st.sampled_from([Party.AGENT, Party.SUPERVISOR, Party.HANDLER, Party.VOLUNTEER, Party.MACHINE])


class AnyWay(RuleBasedStateMachine):
    """One order, and everything that anybody may try with it."""

    database: Database

    def __init__(self):
        super().__init__()
        self.now = NOON
        self.open = ExitStack()
        self.session = self.open.enter_context(self.database.transaction())
        self.units = [
            add_department(self.session, name, NOON, kind=kind)
            for name, kind in (("水务", DepartmentKind.ORDINARY), ("兜底", DepartmentKind.BACKSTOP))
        ]
        self.team = VolunteerTeam(name="队", districts=[], categories=[])
        self.session.add(self.team)
        self.order = an_order(self.session, a_call(self.session, number="+8613800138000"), DUTY)
        self.other = an_order(self.session, a_call(self.session), DUTY)

    def teardown(self):
        undo = RuntimeError("rolled back, for the next example")
        self.open.__exit__(type(undo), undo, None)

    def do(self, work, *args, **kwargs):
        """Try something; what is refused must have changed nothing."""
        before = (self.order.state, self.order.accepted_by, self.order.department_id, len(self.told()))
        try:
            work(self.session, self.order, *args, **kwargs)
        except (HotlineError, ValueError):
            self.session.flush()
            assert before == (self.order.state, self.order.accepted_by, self.order.department_id, len(self.told()))

    def told(self):
        self.session.expire(self.order, ["events"])
        return self.order.events

    def actor(self, party):
        return Actor(f"a {party}", party, self.order.department_id, self.team.id)

    @rule(minutes=st.integers(0, 3000))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_clock_sweeps(self):
        for find, work in (
            (orders_to_check, chase),
            (claims_to_end, end_claim),
            (orders_to_ask, begin),
            (follow_ups_to_try, try_once),
        ):
            for row_id in find(self.session, self.now, 9):
                work(self.session, row_id, DUTY, self.now)

    @rule(verb=st.sampled_from(_PLAIN), party=parties, words=st.sampled_from(["", "x"]))
    def somebody_does(self, verb, party, words):
        self.do(take_step, verb, self.actor(party), self.now, reason=words)

    @rule(party=parties)
    def somebody_accepts(self, party):
        self.do(accept, self.actor(party), self.now)

    @rule(party=parties)
    def somebody_gives_it_back(self, party):
        self.do(give_back, self.actor(party), self.now, "x")

    @rule(which=st.sampled_from([0, 1, None]))
    def the_desk_dispatches(self, which):
        unit = None if which is None else self.units[which]
        if unit is None or not unit.removed_at:
            self.do(dispatch, self.actor(Party.AGENT), self.now, department=unit)

    @rule()
    def a_volunteer_claims(self):
        self.do(claim, self.actor(Party.VOLUNTEER), self.team, self.now)

    @rule(urgency=st.sampled_from(list(Urgency)))
    def its_urgency_is_set(self, urgency):
        self.do(set_urgency, urgency, self.actor(Party.AGENT), self.now, "x", self.order.revision, DUTY)

    @rule(party=parties, minutes=st.integers(-5, 5000))
    def the_clocks_are_paused(self, party, minutes):
        self.do(pause, self.actor(party), self.now, self.now + timedelta(minutes=minutes), "x")

    @rule(party=parties, minutes=st.integers(0, 500))
    def time_is_given(self, party, minutes):
        self.do(extend, self.actor(party), self.now, timedelta(minutes=minutes), "x")

    @rule(minutes=st.none() | st.integers(-5, 9000))
    def it_is_deferred(self, minutes):
        until = self.now + timedelta(minutes=minutes) if minutes else None
        wakes_on = None if minutes else "lockdown_ends"
        who = self.actor(Party.SUPERVISOR)
        self.do(defer, who, self.now, "x", owner="li", until=until, wakes_on=wakes_on, citizen_told=True)

    @rule(is_solved=st.booleans())
    def the_citizen_answers(self, is_solved):
        row = self.session.query(FollowUp).order_by(FollowUp.id.desc()).first()
        if row:
            citizen_says(self.session, row, self.now, is_solved=is_solved)

    @rule(party=parties)
    def it_is_reopened(self, party):
        self.do(reopen, self.actor(party), self.now, "x")

    @rule()
    def it_is_merged(self):
        self.do(merge, self.other, self.actor(Party.AGENT), self.now, "x", DUTY)

    @rule()
    def its_category_is_a_complaint(self):
        self.do(
            take_step,
            Verb.CLASSIFY,
            self.actor(Party.AGENT),
            self.now,
            changes={"category": Category.COMPLAINT},
            category="complaint",
        )

    @rule()
    def its_department_is_removed(self):
        unit = self.units[0]
        if not unit.removed_at:
            remove_department(self.session, unit, self.actor(Party.SUPERVISOR), self.now, move_orders=True)

    @invariant()
    def it_has_an_owner(self):
        state = self.order.state
        assert state not in _HELD or self.order.accepted_by
        assert state is not OrderState.DISPATCHED or self.order.department_id
        assert state not in {OrderState.RETURNED, OrderState.REOPENED} or self.order.accepted_by is None

    @invariant()
    def it_has_a_clock_that_is_what_its_events_say(self):
        for order in (self.order, self.other):
            going = running(order_clocks(self.session, order))
            if order.state in FINAL:
                assert (going, order.due_at, order.check_at) == ((), None, None)
            else:
                assert (order.due_at, order.due_step) == (going[0].due_at, going[0].step)
                assert order.check_at is not None

    @invariant()
    def each_step_is_an_event_of_a_whole_chain(self):
        state = OrderState.REGISTERED
        for event in self.told():
            state = _MOVES.get((state, event.event), state)
        assert state is self.order.state
        assert verify(self.session).faults == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_sequence_leaves_an_order_without_owner_clock_or_event(database):
    class Here(AnyWay):
        pass

    Here.database = database
    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))


@pytest.mark.full
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.timeout(900)
def test_nor_does_any_longer_one(database):
    class Here(AnyWay):
        pass

    Here.database = database
    run_state_machine_as_test(Here, settings=settings(max_examples=150, stateful_step_count=60, deadline=None))
