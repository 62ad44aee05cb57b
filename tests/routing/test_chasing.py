"""What is due with an order: reminded, escalated, rung again, woken; and only the latest of what was missed."""

from datetime import timedelta

import pytest

from core.models import ClockStep
from routing.orders.chasing import AlertAgain, Escalate, Remind, RingNext, ShowDeferred, Wake, Watched, detail_of, plan
from routing.orders.deadlines import Happening, clocks
from routing.orders.rulebook import Rulebook
from tests.routing.stories import at, judged, story

DEFERRED = (5, "deferred", {"wakes_on": "lockdown_ends:东城区"})


def watched(told, **values):
    return Watched(told, clocks(told, Rulebook()), ring_again=timedelta(minutes=2), **values)


def decide(minute, *told, **values):
    return plan(watched(story(*told), **values), at(minute))


def done(action, minute):
    """The event that doing it leaves."""
    event = "reminded" if isinstance(action, Remind) else "escalated"
    detail = detail_of(action) | ({} if isinstance(action, Remind) else {"place": 0})
    return minute, event, detail


RED = judged(0, "red")


@pytest.mark.parametrize(
    ("minute", "expected"), [(7, None), (7.5, 50), (11.9, 50), (12, 80), (14.9, 80), (15, "late"), (29, "late")]
)
def test_reminders_at_half_and_four_fifths_then_escalation(minute, expected):
    actions, _ = decide(minute, RED)
    found = [action for action in actions if action.clock.step is ClockStep.ACCEPT]
    if expected is None:
        assert found == []
    elif expected == "late":
        assert [type(action) for action in found] == [Escalate]
    else:
        assert [action.percent for action in found] == [expected]


def test_it_looks_again_at_the_next_mark():
    assert decide(0, RED)[1] == at(7.5)
    (first,), after = decide(8, RED)
    assert after == at(12)
    assert decide(9, RED, done(first, 8)) == ((), at(12))


def test_nothing_is_done_twice_for_one_clock():
    (remind,), _ = decide(13, RED)
    told = (RED, done(remind, 13))
    assert decide(14, *told)[0] == ()
    (escalate,), _ = decide(15, *told)
    told = (*told, done(escalate, 15))
    assert [a for a in decide(16, *told)[0] if isinstance(a, Remind | Escalate)] == []


def test_after_a_day_of_standstill_there_is_one_escalation_for_each_step_and_no_reminder():
    actions, _ = decide(1440, RED)
    assert [type(action) for action in actions] == [Escalate] * 3
    assert [action.clock.step for action in actions] == [ClockStep.ACCEPT, ClockStep.ANSWER, ClockStep.FINISH]


def test_a_step_that_was_given_more_time_is_chased_anew():
    (escalate,), _ = decide(180, judged(0, "red"), (1, "accepted", {}), (2, "answered", {}))
    told = (RED, (1, "accepted", {}), (2, "answered", {}), done(escalate, 180), (185, "extended", {"seconds": 3600}))
    assert decide(230, *told)[0][0].percent == 80
    (again,), _ = decide(240, *told, done(decide(230, *told)[0][0], 230))
    assert (type(again), again.level) == (Escalate, 2)


def test_what_stays_late_is_escalated_again_and_so_never_forgotten():
    told = (judged(0, "yellow"), done(decide(60, judged(0, "yellow"))[0][0], 60), (61, "escalation_confirmed", {}))
    told = (*told, (62, "accepted", {}), (63, "answered", {}))
    (late,), _ = decide(480, *told)
    told = (*told, done(late, 480), (481, "escalation_confirmed", {}))
    assert decide(1919, *told) == ((), at(1920))
    (again,), _ = decide(1920, *told)
    assert (type(again), again.level) == (Escalate, 3)
    assert decide(540, *told, is_red=True)[0] == (again,)


def test_each_escalation_is_one_level_higher():
    (first, *_), _ = decide(60, RED)
    assert first.level == 1
    (second,), _ = decide(60, RED, done(first, 15), (59, "escalation_confirmed", {}))
    assert second.level == 2


def escalated(minute=15):
    (action,), _ = decide(15, RED)
    return done(action, minute)


def test_an_escalation_that_nobody_confirms_goes_to_the_next_after_two_minutes():
    assert decide(16, RED, escalated()) == ((), at(17))
    assert decide(17, RED, escalated())[0] == (RingNext(1),)
    called = (17, "escalation_called", {"place": 1})
    assert decide(18.9, RED, escalated(), called)[0] == ()
    assert decide(19, RED, escalated(), called)[0] == (RingNext(2),)


@pytest.mark.parametrize("event", ["escalation_confirmed", "accepted", "replied"])
def test_who_confirms_or_does_it_ends_the_ringing(event):
    assert not any(isinstance(action, RingNext) for action in decide(20, RED, escalated(), (16, event, {}))[0])


@pytest.mark.parametrize("event", ["alert_confirmed", "leadership_confirmed", "reminded"])
def test_nothing_else_ends_it(event):
    assert RingNext(1) in decide(20, RED, escalated(), (16, event, {}))[0]


def test_when_all_were_rung_in_vain_a_red_goes_round_again_and_others_rest():
    (late,), _ = decide(60, judged(0, "yellow"))
    told = (judged(0, "yellow"), done(late, 60), (62, "escalation_called", {"place": 1}))
    assert RingNext(2) in decide(64, *told, ladder=2, is_red=True)[0]
    assert decide(64, *told, ladder=2) == ((), at(90))  # answering's first reminder
    assert RingNext(2) in decide(122, *told, ladder=2)[0]


def test_a_red_that_nobody_has_is_told_again_and_again():
    alone = {"is_red": True, "is_alone": True}
    assert decide(0, RED, **alone) == ((AlertAgain(),), at(2))
    alerted = (1, "alerted", {"phones": 1})
    assert decide(2.9, RED, alerted, **alone) == ((), at(3))
    assert decide(3, RED, alerted, **alone)[0] == (AlertAgain(),)
    assert decide(3, RED, alerted, is_red=True)[0] == ()
    assert decide(3, RED, alerted, is_alone=True)[0] == ()


def test_a_deferred_order_wakes_on_its_date():
    told = (5, "deferred", {"until": at(50).isoformat()})
    assert decide(49, told) == ((), at(50))
    assert decide(50, told)[0] == (Wake(),)


def test_one_that_waits_for_an_event_is_shown_each_day_and_never_ends_by_time():
    assert decide(1444, DEFERRED) == ((), at(1445))
    assert decide(1445, DEFERRED)[0] == (ShowDeferred(),)
    assert decide(10**6, DEFERRED, (10**6 - 1, "deferred_shown", {}))[0] == ()


def test_what_is_over_is_left_alone():
    assert decide(10**6, RED, (5, "replied", {}), (6, "solved", {})) == ((), None)


def test_nothing_but_a_registration_has_a_clock():
    assert plan(watched((Happening("registered", at(0)),)), at(0)) == ((), at(30))
