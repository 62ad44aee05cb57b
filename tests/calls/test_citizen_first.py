"""Citizen-first dialling through the simulator: the citizen hears no silence, and meets the agent who was kept."""

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import LinePlace, PlaceOutcome, SeatRow, SeatState
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from simulator import Answer, Caller, HangUp, Phone, Press, Talk
from tests.factories import make_staff
from tests.house import running_house, until

LI, WANG = "+8613911120001", "+8613900001001"


@pytest.mark.full
def test_a_citizen_is_rung_first_and_meets_the_agent_who_was_kept(tmp_path):
    def choose(state):
        with house.house.database.transaction() as session:
            choose_state(session, session.scalars(select(SeatRow)).one(), state, now())

    def place():
        with house.house.database.reading() as session:
            return session.scalars(select(LinePlace)).one_or_none()

    with running_house(tmp_path, HOTLINE_CALLBACK_DIALLING="citizen-first") as house:
        with house.house.database.transaction() as session:
            seat = seat_of(session, make_staff(session, "li"), now())
            seat.telephone, seat.state = LI, SeatState.WRAP_UP
        answers = Answer(Caller([Press("1"), Talk(500, then_hang_up=False)], patience=9), ring_seconds=2)
        house.carrier.add_phone(Phone(LI, answers))
        house.carrier.add_phone(Phone(WANG, Answer(Caller([Press("1"), Talk(20)], patience=20), ring_seconds=3)))
        house.call(Press("0", barge_in=True), HangUp(), number=WANG, patience=9)
        choose(SeatState.AVAILABLE)
        done = until(lambda: (found := place()) and found.outcome and found)
        assert done.outcome is PlaceOutcome.TALKED
        rung = [ring.number for ring in house.carrier.phones_rung]
        assert rung == [WANG, LI]
        (citizen,) = [call for call in house.carrier.calls if call.to_number == WANG]
        assert citizen.said("现在正有人要接听")
        assert any({citizen.sid} < set(talk.call_sids) for talk in house.carrier.talks)
