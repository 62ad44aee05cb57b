"""What goes out goes out once: no call is placed twice after a crash, and what stays unknown is for a person."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core import outbox
from core.clock import now
from core.models import Channel, Outgoing, OutgoingKind, OutgoingState, PlaceState, Urgency, WorkOrder
from hotline.outgoing.deliver import deliver, deliver_next
from hotline.outgoing.placing import settle_placing
from ivr.outbound import carrier as carrier_api
from simulator import Carrier
from simulator.faults import Faults, Silence
from simulator.phones import NoAnswer, Phone
from simulator.recordings import Recording as CarriersRecording
from tests.hotline.in_time import later, read, seconds_from_now
from tests.hotline.media_site import ACCOUNT
from tests.house import until
from tests.routing.line.rows import a_place
from tests.rows import NOON, a_call, an_order

PHONE, OTHER_PHONE = "+8613800138001", "+8613800138002"
WAITING, PLACING, SENT, BY_HAND = OutgoingState


@pytest.fixture
def carrier(tmp_path):
    number = "+8657100000000"
    blocked = ("+8613900",)
    with Carrier(
        account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=10, blocked_prefixes=blocked
    ) as opened:
        opened.add_number(number, voice_url="http://127.0.0.1:1/voice")
        for phone in (PHONE, OTHER_PHONE):
            opened.add_phone(Phone(phone, NoAnswer()))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url, duty_phones=PHONE)


def alert(house, phone=PHONE):
    """A red order's alert, written and due."""
    with house.database.transaction() as session:
        order = an_order(session, a_call(session), urgency=Urgency.RED)
        payload = {"to": phone, "order_id": order.id, "language": "zh"}
        return outbox.send(session, OutgoingKind.ALERT_CALL, f"alert_call:{order.id}:{phone}", payload, now()).id


def crashed(house, seconds_ago, phone=PHONE):
    """An alert whose worker died after it had committed `placing`, so long ago; nobody holds it any more."""
    row_id = alert(house, phone)
    at = now() - timedelta(seconds=seconds_ago)
    with house.database.transaction() as session:
        row = session.get_one(Outgoing, row_id)
        row.state, row.attempt_id, row.attempted_at, row.due_at = PLACING, secrets.token_hex(16), at, at
        row.attempts = 1
    return row_id


def place_by_hand(house, phone=PHONE):
    """What the dead worker's request did at the carrier."""
    return carrier_api(house.settings).place_call(phone, secrets.token_hex(16), "alerts")


def events(house, row_id):
    order_id = read(house, Outgoing, row_id).payload["order_id"]
    with house.database.reading() as session:
        return [(event.event, event.detail) for event in session.get(WorkOrder, order_id).events]


def state(house, row_id):
    return read(house, Outgoing, row_id).state


def sids(carrier):
    return [call.sid for call in carrier.calls]


def test_an_alert_rings_the_phone_and_is_sent(house, carrier):
    row_id = alert(house)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at, row.leased_until, row.failure) == (SENT, None, None, None)
    assert [row.carrier_sid] == sids(carrier)
    assert [(call.from_number, call.to_number) for call in carrier.calls] == [("+8657100000000", PHONE)]
    assert len(row.attempt_id) == 32


def test_the_most_pressing_goes_first_however_late_it_came(house, carrier):
    with house.database.transaction() as session:
        for number in range(3):
            payload = {"recording_sid": f"RE{number:032x}"}
            outbox.send(session, OutgoingKind.ERASE_CARRIER_RECORDING, f"erase:{number}", payload, now())
    alerted = alert(house)
    deliver_next(house)
    assert (state(house, alerted), len(sids(carrier))) == (SENT, 1)


def test_what_another_worker_has_is_passed_over_for_the_next(house, carrier):
    taken, other = alert(house), alert(house, OTHER_PHONE)
    with house.database.transaction() as session:
        session.get_one(Outgoing, taken).leased_until = now() + timedelta(minutes=1)
    deliver_next(house)
    assert (state(house, taken), state(house, other)) == (WAITING, SENT)
    deliver_next(house)
    assert len(sids(carrier)) == 1


def test_delivering_twice_places_one_call(house, carrier):
    row_id = alert(house)
    for _ in range(3):
        deliver(house, row_id)
        later(house, Outgoing, row_id)
        settle_placing(house, row_id)
    assert len(sids(carrier)) == 1


@pytest.mark.parametrize(("has_agent", "rung"), [(True, 1), (False, 0)])
def test_a_citizen_whose_agent_is_gone_before_the_call_was_placed_is_not_rung_by_it(house, carrier, has_agent, rung):
    with house.database.transaction() as session:
        place = a_place(session, number=PHONE)
        agents_call = outbox.send(session, OutgoingKind.AGENT_CALL, "agent", {"place_id": place.id}, now())
        place.state, place.channel = PlaceState.TAKEN, Channel.CALLBACK
        place.outgoing_id = agents_call.id if has_agent else None
        payload = {"to": PHONE, "place_id": place.id, "agent_call": agents_call.id}
        row_id = outbox.send(session, OutgoingKind.CALLBACK_CALL, "callback", payload, now()).id
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at, len(sids(carrier))) == (SENT, None, rung)


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


def erasure(house, sid, **columns):
    with house.database.transaction() as session:
        row = outbox.send(
            session, OutgoingKind.ERASE_CARRIER_RECORDING, f"erase:{sid}", {"recording_sid": sid}, NOON
        )  # fmt: skip
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


@pytest.fixture
def kept_by_carrier(carrier):
    sid = "RE" + "1" * 32
    carrier._network.recordings.add(
        CarriersRecording(sid, ACCOUNT[0], "CA1", "RecordVerb", Faults(), now(), status="completed")
    )
    return sid


def test_the_carriers_copy_is_erased(house, carrier, kept_by_carrier):
    row_id = erasure(house, kept_by_carrier)
    deliver(house, row_id)
    assert state(house, row_id) is SENT
    assert carrier._network.recordings.get(kept_by_carrier) is None


def test_a_copy_that_is_gone_already_counts_as_erased(house):
    row_id = erasure(house, "RE" + "2" * 32)
    deliver(house, row_id)
    assert state(house, row_id) is SENT


@pytest.mark.parametrize(("tries_before", "seconds"), [(0, 2), (1, 4), (6, 128)])
def test_erasing_is_tried_again_with_longer_waits(house, carrier, kept_by_carrier, tries_before, seconds):
    carrier.faults = Faults(api_failures=(503,))
    row_id = erasure(house, kept_by_carrier, attempts=tries_before)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.leased_until, row.attempts) == (WAITING, None, tries_before + 1)
    assert seconds - 15 < seconds_from_now(row.due_at) <= seconds
    assert carrier._network.recordings.get(kept_by_carrier)
    deliver(house, row_id)
    if tries_before:
        assert state(house, row_id) is WAITING
    later(house, Outgoing, row_id)
    deliver(house, row_id)
    assert state(house, row_id) is SENT
    assert carrier._network.recordings.get(kept_by_carrier) is None


def test_after_the_last_try_a_person_must_erase_it(house, carrier, kept_by_carrier):
    carrier.faults = Faults(api_failures=(503,))
    row_id = erasure(house, kept_by_carrier, attempts=7)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at) == (BY_HAND, None)
    assert "503" in row.failure


def test_what_the_carrier_refuses_is_not_tried_again(make_house, carrier, kept_by_carrier):
    house = make_house(twilio_api_url=carrier.api_url, twilio_auth_token="wrong")
    row_id = erasure(house, kept_by_carrier)
    deliver(house, row_id)
    assert state(house, row_id) is BY_HAND
    assert carrier._network.recordings.get(kept_by_carrier)


def test_a_carrier_that_is_away_delays_and_loses_nothing(make_house):
    house = make_house(twilio_api_url="http://127.0.0.1:1")
    erase, call = erasure(house, "RE1"), alert(house)
    deliver(house, erase)
    deliver(house, call)
    assert (state(house, erase), state(house, call)) == (WAITING, PLACING)
    with house.database.reading() as session:
        assert all(row.due_at for row in session.scalars(select(Outgoing)))
