"""Calls of the line at the carrier: placed with their end told, refused with nobody lost, moved while they last."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import outbox
from core.clock import now
from core.models import (
    RANK_OF_DANGER,
    Call,
    Caller,
    LinePlace,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PlaceOutcome,
    PlaceState,
    SeatRow,
    SeatState,
    Urgency,
)
from hotline.outgoing.deliver import deliver
from hotline.outgoing.pacing import keep_pace, placed_since
from routing.line.joining import join_line
from routing.line.offering import expired_offers
from routing.line.places import close, hang_up
from routing.line.seats import seat_of
from routing.line.talks import take
from simulator import Carrier, Faults, NoAnswer, Phone
from tests.factories import make_staff
from tests.hotline.in_time import later, read
from tests.hotline.media_site import ACCOUNT
from tests.rows import a_call, an_order

PHONE, BLOCKED = "+8613911120001", "+8613900120001"


@pytest.fixture
def carrier(tmp_path):
    with Carrier(
        account_sid=ACCOUNT[0],
        auth_token=ACCOUNT[1],
        folder=tmp_path / "carrier",
        pace=10,
        blocked_prefixes=("+8613900",),
    ) as opened:
        opened.add_number("+8657100000000", voice_url="http://127.0.0.1:1/voice")
        opened.add_phone(Phone(PHONE, NoAnswer()))
        yield opened


@pytest.fixture
def house(make_house, carrier):
    return make_house(twilio_api_url=carrier.api_url, calls_per_second=2)


def offered(house, telephone):
    """A caller in line and an agent; returns the call that is to be placed."""
    with house.database.transaction() as session:
        seat = seat_of(session, make_staff(session), now())
        seat.telephone, seat.state = telephone, SeatState.AVAILABLE
        join_line(session, a_call(session), "zh", now())
        return session.scalars(select(Outgoing)).one().id


def one(house, table):
    with house.database.reading() as session:
        return session.scalars(select(table)).one()


def test_an_agent_is_rung_and_the_end_of_that_call_is_told(house, carrier):
    row_id = offered(house, PHONE)
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    (call,) = carrier.calls
    assert (row.state, call.to_number) == (OutgoingState.SENT, PHONE)
    assert placed_since(house, now() - timedelta(hours=1)) == 1
    assert placed_since(house, now()) == 0
    keep_pace(house)


def test_the_time_to_accept_begins_when_the_telephone_can_ring(house):
    row_id = offered(house, PHONE)
    with house.database.transaction() as session:
        session.scalars(select(LinePlace)).one().due_at = now() - timedelta(minutes=5)  # so long in the outbox
        assert expired_offers(session, now()) == []
    deliver(house, row_id)
    with house.database.reading() as session:
        assert expired_offers(session, now()) == []
        (place,) = expired_offers(session, now() + timedelta(minutes=1))
        assert place.outgoing_id == row_id


def test_an_agent_whose_caller_was_gone_before_the_telephone_rang_is_not_rung_and_takes_the_next(house, carrier):
    row_id = offered(house, PHONE)
    with house.database.transaction() as session:
        close(session, session.scalars(select(LinePlace)).one(), PlaceOutcome.WITHDRAWN, now())
        join_line(session, a_call(session, number="+8613811110000"), "zh", now())
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.failure, len(carrier.calls)) == (OutgoingState.SENT, "no longer wanted", 0)
    with house.database.reading() as session:
        places = session.scalars(select(LinePlace).order_by(LinePlace.id)).all()
        assert [place.state for place in places] == [PlaceState.DONE, PlaceState.OFFERED]
    assert one(house, SeatRow).state is SeatState.RINGING


def test_a_red_is_rung_for_before_those_who_were_offered_earlier(house):
    with house.database.transaction() as session:
        for number, urgency in enumerate((Urgency.GREEN, Urgency.RED)):
            seat = seat_of(session, make_staff(session, f"li{number}"), now())
            seat.telephone, seat.state = PHONE, SeatState.AVAILABLE
            call = a_call(session, number=f"+861381111000{number}")
            an_order(session, call, urgency=urgency)
            join_line(session, call, "zh", now())
        ranks = session.scalars(select(Outgoing.rank).where(Outgoing.kind == OutgoingKind.AGENT_CALL)).all()
    assert ranks == [OutgoingKind.AGENT_CALL.rank, RANK_OF_DANGER]


def test_an_agents_telephone_that_the_carrier_refuses_puts_the_caller_back(house):
    row_id = offered(house, BLOCKED)
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is OutgoingState.BY_HAND
    assert one(house, LinePlace).state is PlaceState.WAITING
    assert one(house, SeatRow).state is SeatState.BREAK


def test_a_call_that_has_ended_is_not_moved_again_and_again(house):
    with house.database.transaction() as session:
        payload = {"call_sid": "CA" + "0" * 32, "path": "turns/1/taken"}
        row_id = outbox.send(session, OutgoingKind.MOVE_CALL, "move:1", payload, now()).id
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert (row.state, row.due_at) == (OutgoingState.SENT, None)


def test_a_carrier_that_does_not_answer_is_asked_again(make_house):
    house = make_house(twilio_api_url="http://127.0.0.1:1")
    with house.database.transaction() as session:
        payload = {"call_sid": "CA" + "0" * 32, "path": "turns/1/taken"}
        row_id = outbox.send(session, OutgoingKind.MOVE_CALL, "move:1", payload, now()).id
    deliver(house, row_id)
    row = read(house, Outgoing, row_id)
    assert row.state is OutgoingState.WAITING
    assert row.due_at is not None


def test_a_citizen_who_is_on_the_telephone_with_us_is_not_rung(house, carrier):
    row_id = offered(house, PHONE)
    with house.database.transaction() as session:
        sent, place = session.get_one(Outgoing, row_id), session.scalars(select(LinePlace)).one()
        caller = session.get_one(Caller, place.caller_id)
        caller.number = place.number = "+8613911120002"
        hang_up(session, place.call, now())
        assert take(session, house.settings, sent, now()) is place
        session.add(Call(call_sid="CA" + "1" * 32, caller_id=caller.id, dialogue={}, started_at=now()))
        ringing = session.scalars(select(Outgoing.id).where(Outgoing.kind == OutgoingKind.CALLBACK_CALL)).one()
    assert deliver(house, ringing)
    assert (read(house, Outgoing, ringing).failure, carrier.calls) == ("they ring us", [])
    assert one(house, LinePlace).state is PlaceState.LATER


@pytest.fixture
def on_the_line(house):
    """A caller in line and an agent who has dialled in, by a call that the carrier has no more."""
    with house.database.transaction() as session:
        seat = seat_of(session, make_staff(session), now())
        seat.dialled_in_sid, seat.state = "CA" + "0" * 32, SeatState.AVAILABLE
        join_line(session, a_call(session), "zh", now())
        return session.scalars(select(Outgoing)).one().id


def test_an_agent_whose_own_call_is_over_is_signed_off_and_the_caller_waits_on(house, on_the_line):
    deliver(house, on_the_line)
    assert read(house, Outgoing, on_the_line).state is OutgoingState.BY_HAND
    assert (one(house, SeatRow).state, one(house, SeatRow).dialled_in_sid) == (SeatState.OFFLINE, None)
    assert one(house, LinePlace).state is PlaceState.WAITING


def test_an_agent_on_the_line_is_moved_again_when_the_carrier_is_busy_and_nobody_is_placed_a_call(
    house, carrier, on_the_line
):
    carrier.faults = Faults(api_failures=(429,))
    deliver(house, on_the_line)
    row = read(house, Outgoing, on_the_line)
    assert (row.state, row.attempt_id is None) == (OutgoingState.WAITING, False)
    assert one(house, LinePlace).state is PlaceState.OFFERED
    assert placed_since(house, now() - timedelta(hours=1)) == 0
    assert carrier.calls == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_move_that_the_carrier_could_not_make_is_made_again(house, carrier, status):
    with house.database.transaction() as session:
        payload = {"call_sid": "CA" + "0" * 32, "path": "turns/1/taken"}
        row_id = outbox.send(session, OutgoingKind.MOVE_CALL, "move:1", payload, now()).id
    carrier.faults = Faults(api_failures=(status,))
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is OutgoingState.WAITING
    later(house, Outgoing, row_id, 5)
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is OutgoingState.SENT


@pytest.mark.parametrize(("turn", "asked"), [(3, True), (4, False)])
def test_a_caller_is_moved_only_while_they_are_in_the_turn_that_leads_nowhere(house, carrier, turn, asked):
    with house.database.transaction() as session:
        call = a_call(session)
        call.turn = turn
        payload = {"call_sid": call.call_sid, "path": "turns/3/talked", "if_still_in_turn": 3}
        row_id = outbox.send(session, OutgoingKind.MOVE_CALL, "out:1", payload, now()).id
    carrier.faults = Faults(api_failures=(500,))
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is (OutgoingState.WAITING if asked else OutgoingState.SENT)


@pytest.mark.parametrize(("place", "asked"), [("holding", True), ("talking", False)])
def test_a_caller_who_is_with_their_agent_is_not_moved_there_again(house, carrier, place, asked):
    """The carrier had moved them though its answer was lost; a second move would end the conference."""
    with house.database.transaction() as session:
        call = a_call(session)
        call.dialogue = {**call.dialogue, "place": place}
        payload = {"call_sid": call.call_sid, "path": "turns/3/taken"}
        row_id = outbox.send(session, OutgoingKind.MOVE_CALL, "move:1", payload, now()).id
    carrier.faults = Faults(api_failures=(500, 500))
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is OutgoingState.WAITING
    later(house, Outgoing, row_id, 5)
    deliver(house, row_id)
    assert read(house, Outgoing, row_id).state is (OutgoingState.WAITING if asked else OutgoingState.SENT)
