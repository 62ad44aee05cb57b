"""Whole calls of those who wait while a browser, the database or the carrier is away: no place is lost."""

import pytest
from sqlalchemy import select

from core.models import (
    Outgoing,
    OutgoingState,
    SeatRow,
    SeatState,
    Staff,
)
from hotline.drill.live.taking_away import locked
from simulator import (
    Answer,
    Caller,
    Faults,
    Phone,
    Press,
    Silence,
    Talk,
)
from simulator.events import PutThrough
from tests.calls.centre import CHEN, LI, TAKES, ZERO, done, place_of, seats, state_of, talked
from tests.house import RunningHouse, until


@pytest.mark.full
def test_an_agent_whose_browser_is_gone_in_mid_call_leaves_the_caller_in_front(centre: RunningHouse) -> None:
    wang, browser = "+8613900001010", "client:seat1"
    centre.carrier.add_phone(Phone(browser, Answer(Caller([Press("1"), Talk(10)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    with centre.house.database.transaction() as session:
        seat = session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == "li")).one()
        seat.telephone = browser
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(500, then_hang_up=False), Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    until(lambda: state_of(centre, "li") is SeatState.OFFLINE)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert call.said("刚才的通话断了")
    assert talked(centre, wang, browser)
    assert talked(centre, wang, CHEN)
    with centre.house.database.transaction() as session:
        session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == "li")).one().telephone = LI


@pytest.mark.full
def test_with_the_database_away_who_waits_is_recorded_and_keeps_the_place(centre: RunningHouse) -> None:
    wang = "+8613900001011"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    call = centre.start_call(ZERO, Talk(20), number=wang, patience=99)
    before = until(lambda: place_of(centre, wang))
    with locked(centre.folder / "hotline.sqlite3"):
        call.wait_until_heard("系统现在有故障", 60)
    call.wait_until_heard("请稍候|请不要挂断", 60)
    seats(centre, li=SeatState.AVAILABLE)
    call.wait(60)
    place = done(centre, wang)
    assert (place.id, place.first_called_at) == (before.id, before.first_called_at)
    assert talked(centre, wang, LI)


@pytest.mark.full
def test_a_carrier_that_is_busy_or_broken_for_a_moment_delays_and_rings_nobody_twice(centre: RunningHouse) -> None:
    wang = "+8613900001012"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    rung = len([ring for ring in centre.carrier.phones_rung if ring.number == LI])
    call = centre.start_call(ZERO, Talk(30), number=wang, patience=99)
    until(lambda: place_of(centre, wang))
    centre.carrier.faults = Faults(api_failures=(429, 429))
    seats(centre, li=SeatState.AVAILABLE)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    call.wait(60)
    done(centre, wang)
    assert talked(centre, wang, LI)
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    assert len([ring for ring in centre.carrier.phones_rung if ring.number == LI]) == rung + 1


@pytest.mark.full
@pytest.mark.parametrize("was_moved", [True, False])
def test_a_carrier_that_does_not_answer_rings_nobody_twice_and_parts_nobody(
    centre: RunningHouse, *, was_moved: bool
) -> None:
    wang = f"+861390000105{was_moved:d}"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    rung = len([ring for ring in centre.carrier.phones_rung if ring.number == LI])
    call = centre.start_call(ZERO, Talk(200), number=wang, patience=99)
    until(lambda: place_of(centre, wang))
    silences = (Silence("create_call", was_done=True), Silence("update_call", was_moved))
    centre.carrier.faults = Faults(api_silences=silences)
    seats(centre, li=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert centre.carrier.faults.api_silences == ()
    assert len([event for event in call.events if isinstance(event, PutThrough)]) == 1
    assert not call.said("通话断了")
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    with centre.house.database.reading() as session:
        place = place_of(centre, wang)
        assert place is not None
        assert place.outgoing_id is not None
        agents_call = session.get_one(Outgoing, place.outgoing_id)
        assert agents_call.state is OutgoingState.PLACING  # found in the carrier's list half a minute later
    until(lambda: outgoing(centre, agents_call.id).state is OutgoingState.SENT, 60)
    assert len([ring for ring in centre.carrier.phones_rung if ring.number == LI]) == rung + 1


def outgoing(house: RunningHouse, row_id: int) -> Outgoing:
    with house.house.database.reading() as session:
        return session.get_one(Outgoing, row_id)
