"""Ends of calls that nobody told: a talk does not hold its agent for ever, and nobody waits for who has gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import outbox
from core.clock import now
from core.models import (
    Call,
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PlaceOutcome,
    PlaceState,
    SeatCall,
    SeatRow,
    SeatState,
)
from hotline.lost_ends import Leg, end_lost_talks, tell_end
from hotline.outgoing.deliver import deliver
from ivr.conversation import Conversation, Place
from ivr.outbound import carrier as carriers_api
from routing.line.joining import join_line
from routing.line.seats import seat_of
from routing.line.talks import take
from simulator import Answer, Carrier, Phone
from tests.factories import make_staff
from tests.hotline.media_site import ACCOUNT
from tests.house import until
from tests.rows import a_call

WANG, LI, NUMBER = "+8613900000001", "+8613911120001", "+8657100000000"
LONG_AGO = timedelta(seconds=61)
KEPT = "<Response><Pause length='3000'/></Response>"


@pytest.fixture
def carrier(tmp_path):
    account = {"account_sid": ACCOUNT[0], "auth_token": ACCOUNT[1]}
    with Carrier(**account, folder=tmp_path / "carrier", pace=10) as opened:
        opened.add_number(NUMBER, voice_url="http://127.0.0.1:1/voice")
        opened.add_phone(Phone(LI, Answer(ring_seconds=1)))
        opened.add_phone(Phone(WANG, Answer(ring_seconds=1)))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url, seat_number="+8657100000009")


@pytest.fixture
def calls(house):
    """Two calls at the carrier that go on until they are hung up: a citizen's and an agent's."""
    client = carriers_api(house.settings).client
    sids = [client.calls.create(to=to, from_=NUMBER, twiml=KEPT).sid for to in (WANG, LI)]
    until(lambda: carriers_api(house.settings).calls_going_on() == frozenset(sids))
    return sids


def talk(house, citizens_sid, agents_sid, *, ago=LONG_AGO, dialled_in=False):
    """A citizen and an agent who have talked for a while."""
    with house.database.transaction() as session:
        seat = seat_of(session, make_staff(session), now())
        seat.telephone, seat.state = LI, SeatState.AVAILABLE
        if dialled_in:
            seat.dialled_in_sid = agents_sid
            session.add(SeatCall(call_sid=agents_sid, seat_id=seat.id, began_at=now(), heard_at=now()))
        call = a_call(session, number=WANG)
        call.call_sid, call.turn = citizens_sid, 1
        call.dialogue = dict(vars(Conversation("zh", Place.TALKING)))
        place = join_line(session, call, "zh", now())
        row = session.scalars(select(Outgoing)).one()
        row.carrier_sid, row.attempt_id, row.state = agents_sid, "attempt", OutgoingState.SENT
        take(session, house.settings, row, now() - ago)
        return place.id


def read(house, table):
    with house.database.reading() as session:
        return session.scalars(select(table).order_by(table.id.desc())).first()


def hang_up(carrier, *sids):
    for call in carrier.calls:
        if call.sid in sids:
            call.hang_up()
            call.wait(10)


@pytest.mark.parametrize("dialled_in", [False, True])
def test_a_talk_whose_ends_were_both_lost_is_over_and_its_agent_is_free(house, carrier, calls, dialled_in):
    talk(house, *calls, dialled_in=dialled_in)
    hang_up(carrier, *calls)
    assert end_lost_talks(house) == 2
    assert (read(house, LinePlace).outcome, read(house, Call).carrier_status) == (PlaceOutcome.TALKED, "completed")
    assert read(house, SeatRow).state is (SeatState.OFFLINE if dialled_in else SeatState.WRAP_UP)
    assert end_lost_talks(house) == 0


def test_a_talk_that_goes_on_is_left_alone_and_a_short_one_not_looked_at(house, carrier, calls):
    talk(house, *calls)
    assert end_lost_talks(house) == 0
    with house.database.transaction() as session:
        session.scalars(select(LinePlace)).one().taken_at = now() - timedelta(seconds=50)
    hang_up(carrier, *calls)
    assert end_lost_talks(house) == 0
    assert read(house, LinePlace).state is PlaceState.TAKEN


def test_who_waits_for_a_citizen_whose_call_back_ended_unheard_is_free(house, carrier, calls):
    place_id = talk(house, *calls)
    with house.database.transaction() as session:
        place = session.get_one(LinePlace, place_id)
        place.channel = Channel.CALLBACK
        payload = {"to": WANG, "place_id": place.id, "agent_call": place.outgoing_id}
        key = f"callback:{place.id}:{place.outgoing_id}"
        row = outbox.send(session, OutgoingKind.CALLBACK_CALL, key, payload, now())
        row.carrier_sid, row.attempt_id, row.state = "CA" + "9" * 32, "other", OutgoingState.SENT
    assert end_lost_talks(house) == 1
    place = read(house, LinePlace)
    assert (place.state, place.tries) == (PlaceState.LATER, 1)
    assert read(house, Outgoing).payload == {"call_sid": calls[1], "path": "agents/attempt/unreached"}


def test_only_a_call_that_is_over_is_told_to_be(house, carrier, calls):
    sender = carriers_api(house.settings)
    assert not tell_end(house, sender, Leg(calls[0], "status"))
    assert tell_end(house, sender, Leg("CA" + "9" * 32, "status"))


def test_a_carrier_that_cannot_be_asked_changes_nothing(house, carrier, calls):
    talk(house, *calls)
    carrier.stop()
    assert end_lost_talks(house) == 0
    assert read(house, LinePlace).state is PlaceState.TAKEN


def test_who_cannot_be_moved_because_they_have_hung_up_is_rung_at_once(house, calls):
    talk(house, "CA" + "9" * 32, calls[1], ago=timedelta())
    with house.database.transaction() as session:
        call = session.scalars(select(Call)).one()
        call.dialogue = dict(vars(Conversation("zh", Place.HOLDING)))
        move = session.scalars(select(Outgoing).where(Outgoing.kind == OutgoingKind.MOVE_CALL)).one().id
    deliver(house, move)
    assert read(house, Call).ended_at is not None
    assert read(house, LinePlace).channel is Channel.CALLBACK
    assert (read(house, Outgoing).kind, read(house, Outgoing).payload["to"]) == (OutgoingKind.CALLBACK_CALL, WANG)


def test_who_cannot_be_moved_though_they_are_there_is_not_taken_for_gone(house, carrier, calls):
    talk(house, *calls, ago=timedelta())
    with house.database.transaction() as session:
        payload = {"call_sid": calls[0], "path": "turns/1/taken"}
        move = outbox.send(session, OutgoingKind.MOVE_CALL, "another", payload, now()).id
    carrier.faults = carrier.faults.__class__(api_failures=(400,))
    deliver(house, move)
    assert read(house, Call).ended_at is None
