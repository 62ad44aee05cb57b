"""The clocks of an order: what each event does to them, and that nothing makes them lie."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import Category, ClockStep, Urgency, WorkingHours
from core.working_time import Hours
from routing.orders.deadlines import clocks, running
from routing.orders.rulebook import Allowed, Rulebook, read_rulebook, set_rule
from tests.routing.stories import MINUTE, START, at, judged, story

ACCEPT, ANSWER, FINISH, CLOSE, WAKE, HARD = ClockStep
BOOK = Rulebook()


def dues(*told, book=BOOK):
    """Minutes from the registration to the end of each running clock."""
    return {clock.step: (clock.due_at - START) / MINUTE for clock in running(clocks(story(*told), book))}


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        ("red", (15, 60, 180)),
        ("yellow", (60, 180, 480)),
        ("unknown", (60, 180, 480)),
        ("green", (60, 1440, 10080)),
    ],
)
def test_the_shipped_times(urgency, expected):
    assert dues(judged(0, urgency)) == dict(zip((ACCEPT, ANSWER, FINISH), expected, strict=True))


def test_what_is_next_due_comes_first_and_reminders_come_before():
    first, *_ = running(clocks(story(judged(0, "red")), BOOK))
    assert first.step is ACCEPT
    assert first.marks == ((50, at(7.5)), (80, at(12)))


def test_each_step_is_met_by_its_event():
    assert set(dues((1, "accepted", {}))) == {ANSWER, FINISH}
    assert set(dues((1, "accepted", {}), (2, "answered", {}))) == {FINISH}
    assert set(dues((1, "answered", {}))) == {ACCEPT, FINISH}
    assert dues(judged(0, "red"), (5, "replied", {})) == {CLOSE: 65}
    assert next(c.met_at for c in clocks(story((1, "accepted", {}), (5, "accepted", {})), BOOK)) == at(1)


def test_a_raise_sets_its_own_time_going_and_never_gives_any():
    assert dues(judged(5, "red"))[ACCEPT] == 20
    assert dues(judged(50, "red"))[ACCEPT] == 60  # yellow's own end is nearer
    assert dues(judged(0, "green"), (1440, "urgency_set", {"urgency": "red"}))[FINISH] == 1440 + 180


def test_lowering_counts_from_the_beginning():
    assert dues(judged(0, "red"), (10, "urgency_set", {"urgency": "green"}))[ANSWER] == 1440
    assert dues(judged(0, "red"), (9, "urgency_set", {"urgency": "yellow"}), judged(20, "red"))[ACCEPT] == 35


def test_a_category_may_have_times_of_its_own():
    rules = {**BOOK.rules, (Urgency.YELLOW, Category.MEDICAL, ACCEPT): Allowed(timedelta(minutes=5))}
    book = Rulebook(rules)
    assert dues(judged(0, "yellow", category="medical"), book=book)[ACCEPT] == 5
    assert dues(judged(0, "yellow", category="travel"), book=book)[ACCEPT] == 60
    assert dues(judged(0, "yellow"), (1, "classified", {"category": "medical"}), book=book)[ACCEPT] == 5


def test_a_hard_case_gets_eight_hours_where_it_had_less():
    assert dues(judged(0, "red"), (1, "accepted", {}), (2, "hard_case", {}))[FINISH] == 480
    assert dues(judged(0, "green"), (1, "accepted", {}), (2, "hard_case", {}))[FINISH] == 10080


def test_what_a_hard_case_gets_is_data_like_every_other_time():
    rules = {**BOOK.rules, (Urgency.RED, None, HARD): Allowed(timedelta(hours=5))}
    rules[Urgency.RED, Category.MEDICAL, HARD] = Allowed(timedelta(days=15))
    hard = ((1, "accepted", {}), (2, "hard_case", {}))
    assert dues(judged(0, "red"), *hard, book=Rulebook(rules))[FINISH] == 300
    assert dues(judged(0, "red", category="medical"), *hard, book=Rulebook(rules))[FINISH] == 15 * 1440
    assert dues(judged(0, "red"), *hard, (9, "extended", {"seconds": 600}), book=Rulebook(rules))[FINISH] == 310
    assert dues(judged(0, "red", category="medical"), book=Rulebook(rules))[FINISH] == 180


def test_the_later_of_both_ends_counts_for_a_hard_case_whatever_hours_count():
    office = Hours("Asia/Shanghai", "CN", time(9), time(16))
    told = (judged(0, "yellow"), (1, "accepted", {}), (2, "hard_case", {}))
    for step, expected in ((HARD, HARD), (FINISH, FINISH)):
        rules = {**BOOK.rules, (Urgency.YELLOW, None, step): Allowed(timedelta(hours=8), office)}
        assert dues(*told, book=Rulebook(rules))[FINISH] > 480, expected


def test_an_extension_moves_only_the_end():
    assert dues(judged(0, "red"), (20, "extended", {"seconds": 1800})) == {ACCEPT: 15, ANSWER: 60, FINISH: 210}


def test_a_pause_moves_what_is_not_done_and_ends_by_itself():
    paused = (10, "paused", {"until": at(40).isoformat()})
    assert dues(judged(0, "red"), paused) == {ACCEPT: 45, ANSWER: 90, FINISH: 210}
    assert dues(judged(0, "red"), paused, (20, "resumed", {}))[ACCEPT] == 25
    assert dues(judged(0, "red"), paused, (300, "resumed", {}))[ACCEPT] == 45


def test_pauses_inside_each_other_count_once():
    outer, inner = (10, "paused", {"until": at(40).isoformat()}), (15, "paused", {"until": at(20).isoformat()})
    assert dues(judged(0, "red"), outer, inner)[FINISH] == 210
    assert dues(judged(0, "red"), outer, inner, (30, "resumed", {}))[FINISH] == 200


def test_a_deferred_order_has_the_clock_of_its_waking():
    assert dues((5, "deferred", {"until": at(5000).isoformat()})) == {WAKE: 5000}
    assert dues((5, "deferred", {"wakes_on": "x"})) == {WAKE: 5 + 1440}
    assert dues((5, "deferred", {"wakes_on": "x"}), (1445, "deferred_shown", {})) == {WAKE: 1445 + 1440}
    kept = (6, "kept_deferred", {"until": at(60).isoformat()})
    assert dues((5, "deferred", {"wakes_on": "x"}), kept) == {WAKE: 60}


def test_once_woken_the_clocks_go_on_where_they_stood():
    assert dues(judged(0, "red"), (10, "deferred", {"wakes_on": "x"}), (1010, "woken", {})) == {
        ANSWER: 1060,
        FINISH: 1180,
    }
    late = dues(judged(0, "red"), (10, "deferred", {"until": at(20).isoformat()}), (1010, "woken", {}))
    assert late[ANSWER] == 70  # the standstill of a machine is not the citizen's


def test_bouncing_an_order_that_nobody_has_accepted_gains_no_time():
    assert dues(judged(0, "red"), (10, "dispatched", {}), (12, "returned", {}), (14, "dispatched", {}))[ACCEPT] == 15


def test_a_return_after_accepting_sets_accepting_going_again_and_nothing_else():
    told = (judged(0, "red"), (10, "accepted", {}), (30, "returned", {}))
    assert dues(*told) == {ACCEPT: 45, ANSWER: 60, FINISH: 180}
    assert dues(*told, (40, "dispatched", {}))[ACCEPT] == 45
    assert dues(judged(0, "red"), (10, "claimed", {}), (30, "claim_lapsed", {}))[ACCEPT] == 45


@pytest.mark.parametrize("event", ["reopened", "not_solved"])
def test_a_reopened_order_has_half_of_each_time(event):
    told = (judged(0, "red"), (5, "replied", {}), (100, event, {}))
    assert dues(*told) == {ACCEPT: 107.5, ANSWER: 130, FINISH: 190}
    assert dues(*told, (101, "extended", {"seconds": 60}))[FINISH] == 191


def test_nothing_of_the_first_round_reaches_into_the_second():
    first = (judged(0, "red"), (5, "extended", {"seconds": 6000}), (6, "paused", {"until": at(400).isoformat()}))
    assert dues(*first, (90, "replied", {}), (100, "reopened", {}))[FINISH] == 190


@pytest.mark.parametrize("event", ["solved", "closed", "merged", "cancelled"])
def test_what_is_over_has_no_clock_until_it_is_reopened(event):
    assert dues((5, "replied", {}), (9, event, {})) == {}
    assert ACCEPT in dues((5, "replied", {}), (9, event, {}), (10, "reopened", {}))


def test_clocks_of_merged_orders_go_on_in_the_one_that_stays():
    due = {"accept": at(9).isoformat(), "finish": at(99999).isoformat()}
    assert dues((20, "merged_in", {"due": due})) == {ACCEPT: 9, ANSWER: 180, FINISH: 480}
    clock = running(clocks(story((20, "merged_in", {"due": due})), BOOK))[0]
    assert clock.started_at <= max(moment for _, moment in clock.marks) <= clock.due_at


def test_working_hours_are_a_matter_of_the_rule(database):
    with database.transaction() as session:
        office = WorkingHours(name="office", zone="Asia/Shanghai", opens="09:00", closes="17:00")
        session.add(office)
        session.flush()
        set_rule(session, Urgency.GREEN, None, FINISH, 16 * 3600, office)
        set_rule(session, Urgency.GREEN, None, ACCEPT, 60)
        set_rule(session, Urgency.GREEN, None, ACCEPT, 120)
        set_rule(session, Urgency.GREEN, Category.MEDICAL, ACCEPT, 30)
    with database.reading() as session:
        book = read_rulebook(session)
    assert book.allowed(Urgency.GREEN, None, FINISH).hours == Hours("Asia/Shanghai", "CN", time(9), time(17))
    assert book.allowed(Urgency.GREEN, Category.OTHER, ACCEPT) == Allowed(timedelta(seconds=120))
    assert book.allowed(Urgency.GREEN, Category.MEDICAL, ACCEPT) == Allowed(timedelta(seconds=30))
    assert book.allowed(Urgency.RED, None, ACCEPT) == Allowed(timedelta(minutes=15))
    told = (judged(0, "green"),)
    assert START + dues(*told, book=book)[FINISH] * MINUTE == datetime.fromisoformat("2026-03-03T17:00+08:00")


@pytest.mark.parametrize(("step", "seconds"), [(WAKE, 60), (ACCEPT, 0)])
def test_a_rule_that_makes_no_sense_is_refused(database, step, seconds):
    with database.transaction() as session, pytest.raises(ValueError, match=r"deferral|second"):
        set_rule(session, Urgency.RED, None, step, seconds)


# --- against a recomputation that walks every minute ------------------------------------------------------------------

_MINUTES = {"red": (15, 60, 180), "yellow": (60, 180, 480), "unknown": (60, 180, 480), "green": (60, 1440, 10080)}
_RANK = {"red": 0, "yellow": 1, "unknown": 1, "green": 2}
_events = st.one_of(
    st.tuples(st.just("triaged"), st.sampled_from(sorted(_MINUTES))),
    st.tuples(st.just("paused"), st.integers(1, 300)),
    st.tuples(st.sampled_from(["accepted", "answered", "resumed", "returned", "dispatched", "reopened"]), st.none()),
)


def by_hand(told, step, place):
    """Walk minute by minute, using up what each urgency allows; the first that is used up is the end."""
    percent, begun, urgency = 100, 0, "unknown"
    going, pauses, accept_from, accepted, met = [(0, "unknown")], [], 0, False, False
    for minute, event, value in told:
        if event == "triaged" and value != urgency:
            higher = _RANK[value] < _RANK[urgency]
            going = [*going, (minute, value)] if higher else [(begun, value)]
            urgency = value
        elif event == "paused":
            pauses.append([minute, minute + value])
        elif event == "resumed":
            pauses = [[since, min(until, minute)] for since, until in pauses]
        elif event == "reopened":
            percent, begun, going, pauses, accept_from, accepted = 50, minute, [(minute, urgency)], [], 0, False
            met = False
        elif event in {"returned", "dispatched"} and accepted:
            accept_from, accepted = minute, False
        accepted = accepted or event == "accepted"
        met = met or (event == "answered" and step is ANSWER)
    if met or (step is ACCEPT and accepted):
        return None
    halves = [2 * _MINUTES[each][place] * percent // 100 for _, each in going]
    ends = []
    for (since, _), half_minutes in zip(going, halves, strict=True):
        left = half_minutes
        at_half = 2 * (max(since, accept_from) if step is ACCEPT else since)
        while left > 0:
            left -= not any(2 * begin <= at_half < 2 * end for begin, end in pauses)
            at_half += 1
        ends.append(at_half / 2)
    return min(ends)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 90), _events), max_size=9))
def test_they_are_what_walking_minute_by_minute_gives(gaps):
    told, minute = [], 0
    for gap, (event, value) in gaps:
        minute += gap
        told.append((minute, event, value))
    events = [
        (
            when,
            event,
            {"urgency": value} if event == "triaged" else {"until": at(when + (value or 0)).isoformat()},
        )
        for when, event, value in told
    ]
    found = dues(*events)
    for place, step in enumerate((ACCEPT, ANSWER, FINISH)):
        assert found.get(step) == by_hand(told, step, place), step
