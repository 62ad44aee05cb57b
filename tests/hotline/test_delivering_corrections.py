"""Corrections go out like alerts, never twice; at night they wait, and a message is one that agreed to it."""

import secrets
from datetime import timedelta

import pytest

from core import outbox
from core.clock import now
from core.models import Outgoing, OutgoingKind, OutgoingState
from hotline.outgoing.deliver import deliver
from hotline.outgoing.placing import settle_placing
from ivr.outbound import carrier as carrier_api
from simulator import Carrier
from simulator.faults import Faults
from simulator.phones import NoAnswer, Phone
from tests.hotline.in_time import later, read, seconds_from_now
from tests.hotline.media_site import ACCOUNT

PHONE = "+8613800138001"
WAITING, PLACING, SENT, BY_HAND = OutgoingState
NEVER_QUIET = "00:00-00:00"


@pytest.fixture
def carrier(tmp_path):
    with Carrier(account_sid=ACCOUNT[0], auth_token=ACCOUNT[1], folder=tmp_path / "carrier", pace=10) as opened:
        opened.add_number("+8657100000000", voice_url="http://127.0.0.1:1/voice")
        opened.add_phone(Phone(PHONE, NoAnswer()))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url, quiet_hours=NEVER_QUIET)


def write(house, kind=OutgoingKind.CORRECTION_CALL, **columns):
    with house.database.transaction() as session:
        row = outbox.send(session, kind, "correction:1:1", {"to": PHONE, "language": "zh"}, now())
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


def messages(carrier):
    return carrier._network.messages.all()


def test_a_correction_rings_and_the_carrier_tells_its_end(house, carrier):
    row_id = write(house)
    for _ in range(2):
        deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert row.state is SENT
    (call,) = carrier.calls
    assert call.to_number == PHONE


def test_a_message_is_sent_once_and_names_no_matter(house, carrier):
    row_id = write(house, OutgoingKind.CORRECTION_SMS)
    for _ in range(2):
        deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is SENT
    (message,) = messages(carrier)
    assert (message.to_number, message.from_number) == (PHONE, "+8657100000000")
    assert message.body == "【本市应急热线】请您方便时致电+8657100000000。"
    assert carrier.calls == []


@pytest.mark.parametrize("kind", [OutgoingKind.CORRECTION_CALL, OutgoingKind.CORRECTION_SMS])
def test_what_comes_to_its_turn_at_night_waits_for_the_morning(make_house, carrier, kind):
    house = make_house(twilio_api_url=carrier.api_url, quiet_hours="00:00-23:59")
    row_id = write(house, kind)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.attempt_id, row.leased_until) == (WAITING, None, None)
    assert seconds_from_now(row.due_at) > 0
    assert carrier.calls == messages(carrier) == []


def test_after_a_crash_a_message_that_was_sent_is_not_sent_again(house, carrier):
    at = now() - timedelta(seconds=2)
    row_id = write(
        house,
        OutgoingKind.CORRECTION_SMS,
        state=PLACING,
        attempt_id=secrets.token_hex(16),
        attempted_at=at,
        due_at=at,
        attempts=1,
    )
    sid = carrier_api(house.settings).send_message(PHONE, "x")
    settle_placing(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.carrier_sid) == (SENT, sid)
    assert len(messages(carrier)) == 1


def test_one_that_failed_halfway_is_settled_by_the_carriers_list_of_messages(house, carrier):
    carrier.faults = Faults(api_failures=(500,))
    row_id = write(house, OutgoingKind.CORRECTION_SMS)
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is PLACING
    later(house, Outgoing, row_id, 61)
    settle_placing(house, row_id)
    assert read(house, Outgoing, row_id).state is WAITING
    deliver(house, row_id)
    assert len(messages(carrier)) == 1
