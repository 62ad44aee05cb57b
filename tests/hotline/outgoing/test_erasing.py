"""The carrier's copy of a recording is erased, tried again with longer waits, and in the end by a person."""

import pytest
from sqlalchemy import select

from core import outbox
from core.clock import now
from core.models import Outgoing, OutgoingKind
from hotline.outgoing.deliver import deliver
from simulator.faults import Faults
from simulator.recordings import Recording as CarriersRecording
from tests.hotline.in_time import later, read, seconds_from_now
from tests.hotline.media_site import ACCOUNT
from tests.hotline.outgoing.alerts import BY_HAND, PLACING, SENT, WAITING, alert, state
from tests.rows import NOON


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
