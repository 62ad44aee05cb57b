"""What the carrier failed, refused or never answered goes out once: settled by its list before the next try."""

from datetime import timedelta

import pytest

from core import outbox
from core.clock import now
from core.models import Outgoing, OutgoingKind
from hotline.outgoing.deliver import deliver
from hotline.outgoing.placing import settle_placing
from simulator.faults import Faults, Silence
from tests.hotline.in_time import later, read, seconds_from_now
from tests.hotline.outgoing.alerts import (
    BY_HAND,
    PHONE,
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
from tests.house import until
from tests.rows import a_call, an_order


def test_placing_is_committed_before_the_carrier_is_asked(house, carrier):
    """So that a worker which dies in between leaves a trace."""
    carrier.faults = Faults(api_failures=(500,))
    row_id = alert(house)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.attempts) == (PLACING, 1)
    assert abs(seconds_from_now(row.attempted_at)) < 20
    assert seconds_from_now(row.due_at) > 10


def test_one_that_was_surely_not_placed_is_tried_again_within_seconds(house, carrier):
    carrier.faults = Faults(api_failures=(429,))
    row_id = alert(house)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until) == (WAITING, None)
    assert 0 < seconds_from_now(row.due_at) < 5
    later(house, Outgoing, row_id, 5)
    deliver(house, row_id)
    assert state(house, row_id) is SENT
    assert len(sids(carrier)) == 1


@pytest.mark.parametrize("failure", [500, 503])
def test_a_failed_try_is_settled_by_the_carriers_list_before_the_next(house, carrier, failure):
    carrier.faults = Faults(api_failures=(failure,))
    row_id = alert(house)
    deliver(house, row_id)
    later(house, Outgoing, row_id, 61)  # its lease is over
    deliver(house, row_id)
    assert state(house, row_id) is PLACING
    assert sids(carrier) == []
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until) == (WAITING, None)
    assert seconds_from_now(row.due_at) <= 0
    deliver(house, row_id)
    assert state(house, row_id) is SENT
    assert len(sids(carrier)) == 1


def message(house, key="sms"):
    """A short message to a citizen, written and due."""
    with house.database.transaction() as session:
        order = an_order(session, a_call(session))
        payload = {"to": PHONE, "order_id": order.id, "language": "zh"}
        return outbox.send(session, OutgoingKind.FOLLOW_UP_SMS, key, payload, now()).id


@pytest.mark.parametrize(("write", "request_"), [(alert, "create_call"), (message, "create_message")])
@pytest.mark.parametrize("was_done", [True, False])
@pytest.mark.parametrize("seconds", [5, 31])
def test_what_the_carrier_never_answered_is_looked_for_and_goes_out_once(
    house, carrier, write, request_, was_done, seconds
):
    """Twilio knows no idempotency: only its list tells whether our request has reached it."""
    carrier.faults = Faults(api_silences=(Silence(request_, was_done),))
    row_id = write(house)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until) == (PLACING, None)
    assert 15 < seconds_from_now(row.due_at) <= 30
    deliver(house, row_id)
    later(house, Outgoing, row_id, seconds)
    for _ in range(3):
        settle_placing(house, row_id)
        deliver(house, row_id)
        if seconds == 5:
            later(house, Outgoing, row_id, 26)
    assert state(house, row_id) is SENT
    assert len(carrier.calls) + len(carrier.messages_sent) == 1


def test_a_call_is_found_though_the_carriers_clock_is_behind_ours(house, carrier):
    carrier.faults = Faults(api_silences=(Silence("create_call", was_done=True),))
    row_id = alert(house)
    deliver(house, row_id)
    (call,) = carrier.calls
    until(lambda: call.closed, 10)
    call.created_at -= timedelta(seconds=65)  # 25 s less than the row, whose attempt is put 40 s back below
    call.started_at = call.created_at
    later(house, Outgoing, row_id, 40)
    settle_placing(house, row_id)
    assert (state(house, row_id), read(house, Outgoing, row_id).carrier_sid) == (SENT, call.sid)


def test_a_telephone_that_rings_for_a_caller_is_not_taken_for_one_that_we_have_rung(house, carrier):
    """The people on duty are dialled for a caller in danger in the same moment in which the alert rings them."""
    row_id = crashed(house, 31)
    place_by_hand(house)
    carrier.calls[0].direction = "outbound-dial"
    settle_placing(house, row_id)
    assert state(house, row_id) is WAITING


@pytest.mark.full
def test_the_carrier_is_not_waited_for_longer_than_ten_seconds(house, carrier):
    carrier.faults = Faults(api_silences=(Silence("create_call", was_done=True),), api_silence_seconds=3000)
    row_id = alert(house)
    deliver(house, row_id)
    assert state(house, row_id) is PLACING
    later(house, Outgoing, row_id, 31)
    settle_placing(house, row_id)
    deliver(house, row_id)
    assert (state(house, row_id), len(sids(carrier))) == (SENT, 1)


def test_a_number_that_the_carrier_refuses_is_for_a_person(house, carrier):
    row_id = alert(house, "+8613900000001")
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at, row.leased_until) == (BY_HAND, None, None)
    assert "21215" in row.failure
    assert events(house, row_id)[-1] == ("call_by_hand", {"why": row.failure})
    deliver(house, row_id)
    settle_placing(house, row_id)
    assert sids(carrier) == []
