"""The figures that the public is told are counted from what happened, whatever happened later."""

from datetime import timedelta

import pytest

from core.models import Category
from routing.follow_up import Figure, count, public_figures
from routing.follow_up.public_figures import Counts
from routing.orders import THE_CITIZEN, Actor, Party, accept, not_solved, solved, take_step
from routing.orders.lifecycle import Verb
from tests.routing.stories import MINUTE, at, story
from tests.rows import NOON, a_call, an_order

LI = Actor("li", Party.AGENT)
HOUR = timedelta(hours=1)


def shares(counts, *stories, within=None, minutes=10_000):
    (share,) = count([Figure(counts, within)], stories, at(minutes))
    return share.done, share.of


def told(*events):
    return story(*((minute, event, {}) for minute, event in enumerate(events, 1)))


@pytest.mark.parametrize(
    ("events", "completed", "disposed"),
    [
        ((), False, False),
        (("dispatched",), False, True),
        (("claimed",), False, True),
        (("dispatched", "accepted", "returned"), False, False),
        (("claimed", "claim_lapsed"), False, False),
        (("deferred",), False, True),
        (("accepted", "hard_case", "reminded", "escalated"), False, True),
        (("accepted", "replied"), False, True),
        (("accepted", "replied", "solved"), True, True),
        (("accepted", "closed"), True, True),
        (("accepted", "replied", "not_solved"), False, False),
        (("accepted", "replied", "solved", "reopened"), False, False),
        (("accepted", "replied", "not_solved", "accepted", "replied", "solved"), True, True),
        (("dispatched", "moved_to_desk"), False, False),
    ],
)
def test_completed_and_disposed_by_where_an_order_stands_now(events, completed, disposed):
    assert shares(Counts.COMPLETED, told(*events)) == (completed, 1)
    assert shares(Counts.DISPOSED, told(*events)) == (disposed, 1)


def test_merged_and_cancelled_ones_do_not_count_unless_reopened():
    stories = told("merged"), told("cancelled"), told("cancelled", "reopened"), told("accepted")
    assert shares(Counts.DISPOSED, *stories) == (1, 2)


def test_within_a_time_counts_the_moment_itself_and_judges_nobody_early():
    early, in_time, late = (story((minute, "answered", {})) for minute in (10, 60, 61))
    assert shares(Counts.ANSWERED, early, in_time, late, within=HOUR) == (2, 3)
    assert shares(Counts.ANSWERED, early, told(), within=HOUR, minutes=59) == (1, 1)
    assert shares(Counts.ANSWERED, early, told(), within=HOUR, minutes=60) == (1, 2)
    assert shares(Counts.ACCEPTED, story((60, "claimed", {})), within=HOUR) == (1, 1)
    assert shares(Counts.ANSWERED, story((60, "claimed", {})), within=HOUR) == (0, 1)
    assert shares(Counts.ANSWERED, late) == (1, 1)


def test_return_visits_count_among_those_who_got_a_reply():
    stories = told("accepted"), told("accepted", "replied"), told("accepted", "replied", "not_solved")
    assert shares(Counts.REVISITED, *stories) == (1, 2)


def test_without_orders_there_is_no_rate():
    (share,) = count([Figure(Counts.COMPLETED)], [], NOON)
    assert share.rate is None


def test_from_the_orders_of_a_time(database):
    with database.transaction() as session:
        orders = [an_order(session, a_call(session)) for _ in range(4)]
        an_order(session, a_call(session), now=NOON - MINUTE)
        an_order(session, a_call(session), now=NOON + HOUR)
        for order in orders[:3]:
            order.category = Category.MEDICAL
            accept(session, order, LI, NOON + MINUTE)
            take_step(session, order, Verb.REPLY, LI, NOON + 2 * MINUTE, reason="送到了")
        solved(session, orders[0], THE_CITIZEN, NOON + 3 * MINUTE)
        not_solved(session, orders[1], THE_CITIZEN, NOON + 3 * MINUTE)
    wanted = [Figure(Counts.COMPLETED), Figure(Counts.DISPOSED), Figure(Counts.ANSWERED, HOUR)]
    with database.reading() as session:
        found = public_figures(session, wanted, NOON, NOON + HOUR, NOON + HOUR)
    assert [(share.done, share.of, share.rate) for share in found] == [(1, 4, 0.25), (2, 4, 0.5), (3, 4, 0.75)]
