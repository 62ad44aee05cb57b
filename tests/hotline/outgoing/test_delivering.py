"""What goes out goes out once: no call is placed twice after a crash, and what stays unknown is for a person."""

from datetime import timedelta

import pytest

from core import outbox
from core.clock import now
from core.models import Channel, Outgoing, OutgoingKind, PlaceState
from hotline.outgoing.deliver import deliver, deliver_next
from hotline.outgoing.placing import settle_placing
from tests.hotline.in_time import later, read
from tests.hotline.outgoing.alerts import OTHER_PHONE, PHONE, SENT, WAITING, alert, sids, state
from tests.routing.line.rows import a_place


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
