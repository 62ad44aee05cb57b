"""After a crash no call is placed twice: the carrier's list tells, and what stays unknown is for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import now
from core.models import Outgoing
from hotline.outgoing.deliver import deliver
from hotline.outgoing.placing import settle_placing
from simulator.faults import Faults
from tests.hotline.in_time import read, seconds_from_now
from tests.hotline.outgoing.alerts import (
    BY_HAND,
    OTHER_PHONE,
    PLACING,
    SENT,
    WAITING,
    alert,
    crashed,
    events,
    place_by_hand,
    sids,
    state,
)


def test_after_a_crash_a_call_that_was_placed_is_not_placed_again(house, carrier):
    row_id = crashed(house, 2)
    sid = place_by_hand(house)
    deliver(house, row_id)
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.carrier_sid) == (SENT, sid)
    settle_placing(house, row_id)
    assert sids(carrier) == [sid]


def test_after_a_crash_a_call_that_is_not_in_the_list_yet_is_waited_for(house, carrier):
    row_id = crashed(house, 2)
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until) == (PLACING, None)
    assert 10 < seconds_from_now(row.due_at) <= 28
    assert sids(carrier) == []


def test_after_half_a_minute_what_is_not_in_the_list_was_not_placed(house, carrier):
    row_id = crashed(house, 31)
    settle_placing(house, row_id)
    assert state(house, row_id) is WAITING
    deliver(house, row_id)
    assert state(house, row_id) is SENT
    assert len(sids(carrier)) == 1


def test_an_older_call_to_the_same_phone_is_not_this_one(house, carrier):
    place_by_hand(house)
    carrier.calls[0].created_at = carrier.calls[0].started_at = datetime(2026, 1, 1, tzinfo=UTC)
    row_id = crashed(house, 31)
    settle_placing(house, row_id)
    assert state(house, row_id) is WAITING


def test_a_call_to_another_phone_is_not_this_one(house):
    row_id = crashed(house, 31)
    place_by_hand(house, OTHER_PHONE)
    settle_placing(house, row_id)
    assert state(house, row_id) is WAITING


def test_another_orders_call_to_the_same_phone_is_not_this_one(house, carrier):
    """Two red callers in one minute: the people on duty must hear of both."""
    row_id = crashed(house, 31)
    other = alert(house)
    deliver(house, other)
    settle_placing(house, row_id)
    assert state(house, row_id) is WAITING
    carrier.faults = Faults()
    deliver(house, row_id)
    assert len({read(house, Outgoing, one).carrier_sid for one in (row_id, other)}) == 2


def test_two_crashed_alerts_to_one_phone_each_find_their_own_call(house):
    first, second = crashed(house, 5), crashed(house, 5)
    placed = {place_by_hand(house), place_by_hand(house)}
    settle_placing(house, first)
    settle_placing(house, second)
    assert {read(house, Outgoing, one).carrier_sid for one in (first, second)} == placed


@pytest.mark.parametrize("seconds", [5, 60, 110])
def test_without_the_list_nothing_is_decided_for_two_minutes(house, carrier, seconds):
    carrier.faults = Faults(api_failures=(500,))
    row_id = crashed(house, seconds)
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until) == (PLACING, None)
    assert "500" in row.failure
    assert 15 < seconds_from_now(row.due_at) <= 30


def test_what_stays_unknown_is_called_by_hand(house, carrier):
    carrier.faults = Faults(api_failures=(500,))
    row_id = crashed(house, 121)
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at) == (BY_HAND, None)
    name, detail = events(house, row_id)[-1]
    assert name == "call_by_hand"
    assert "placed or not?" in detail["why"]
    deliver(house, row_id)
    assert sids(carrier) == []


def test_one_that_is_being_placed_right_now_is_left_to_its_worker(house):
    row_id = crashed(house, 31)
    with house.database.transaction() as session:
        session.get_one(Outgoing, row_id).leased_until = now() + timedelta(seconds=30)
    settle_placing(house, row_id)
    assert state(house, row_id) is PLACING
