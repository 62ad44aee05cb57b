"""Whole calls of agents who dial in from any telephone, and of colleagues who join, take over and leave."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import (
    LinePlace,
    Outgoing,
    SeatRow,
    SeatState,
    Staff,
)
from hotline.reconciling import Found, reconcile
from routing.ledger import ledger
from routing.line.colleagues import ask_in, hand_to
from simulator import (
    Answer,
    Call,
    Caller,
    Phone,
    Press,
    Talk,
)
from tests.calls.centre import LI, PIN, SEATS, ZERO, done, seats, state_of, talked
from tests.house import RunningHouse, until


def test_an_agent_dials_in_from_any_telephone_is_asked_there_and_signs_off_there(centre: RunningHouse) -> None:
    wang, anywhere = "+8613900001008", "+8613911129999"
    script = [
        Press("1001#", at="工号"),
        Press("111111#", at="密码"),
        Press("1001#", at="不对"),
        Press(f"{PIN}#", at="密码"),
        Press("1", at="有市民在等"),
        Talk(200, then_hang_up=False),
        Press("0", at="整理时间"),
    ]
    caller = Caller(script, patience=99)
    agent = centre.carrier.place_call(from_number=anywhere, to_number=SEATS, caller=caller)
    agent.wait_until_heard("登录成功", 60)  # else the citizen's call may come before the sentence
    until(lambda: state_of(centre, "sun") is SeatState.AVAILABLE)
    centre.call(ZERO, Talk(30), number=wang, patience=60)
    agent.wait(60)
    assert done(centre, wang).outgoing_id is not None
    assert talked(centre, wang, anywhere)
    assert agent.said("您已签退")
    assert state_of(centre, "sun") is SeatState.OFFLINE
    assert not [rung for rung in centre.carrier.phones_rung if rung.call_sid == agent.sid]
    with centre.house.database.reading() as session:
        outcomes = ledger(session, now() - timedelta(hours=1), now())
        (asked,) = session.scalars(select(Outgoing).where(Outgoing.carrier_sid == agent.sid)).all()
        assert session.get_one(LinePlace, asked.payload["place_id"]).number == wang  # linked, but
    assert agent.sid not in outcomes  # no citizen's call
    assert reconcile(centre.house) == Found()


@pytest.mark.full
def test_two_who_have_dialled_in_talk_with_a_citizen_and_the_one_leaves_them_to_the_other(centre: RunningHouse) -> None:
    wang, here, there = "+8613900001013", "+8613911129998", "+8613911129997"
    in_line = [Press(f"{PIN}#", at="密码"), Press("1", at="有市民在等"), Talk(900, then_hang_up=False)]
    first = centre.carrier.place_call(
        from_number=here, to_number=SEATS, caller=Caller([Press("1001#", at="工号"), *in_line], patience=99)
    )
    until(lambda: state_of(centre, "sun") is SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(900, then_hang_up=False), Talk(60), number=wang, patience=60)
    until(lambda: together(centre, call, first))
    asked = [Press("1002#", at="工号"), Press(f"{PIN}#", at="密码"), Press("1", at="同事请您加入")]
    stays = Caller([*asked, Talk(900, then_hang_up=False), Talk(900, then_hang_up=False)], patience=99)
    second = centre.carrier.place_call(from_number=there, to_number=SEATS, caller=stays)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    with_colleague(centre, wang, "zhou", ask_in)
    until(lambda: together(centre, call, first, second))
    with_colleague(centre, wang, "zhou", hand_to)
    until(lambda: state_of(centre, "sun") is SeatState.WRAP_UP and together(centre, call, second))
    call.wait(60)
    done(centre, wang)
    assert not call.said("刚才的通话断了")
    until(lambda: state_of(centre, "zhou") is SeatState.WRAP_UP)
    assert {first.status, second.status} == {"in-progress"}  # both wait on the line for the next
    first.hang_up()
    second.hang_up()
    until(lambda: {state_of(centre, name) for name in ("sun", "zhou")} == {SeatState.OFFLINE})


@pytest.mark.full
def test_a_colleague_leaves_a_talk_of_three_by_star_and_waits_on_the_line_for_the_next(centre: RunningHouse) -> None:
    wang, there = "+8613900001014", "+8613911129995"
    centre.carrier.add_phone(Phone(LI, Answer(Caller([Press("1"), Talk(900, then_hang_up=False)]), ring_seconds=2)))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(900, then_hang_up=False), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    script = [Press("1002#", at="工号"), Press(f"{PIN}#", at="密码"), Press("1", at="同事请您加入")]
    caller = Caller([*script, Talk(20, then_press_star=True)], patience=99)
    colleague = centre.carrier.place_call(from_number=there, to_number=SEATS, caller=caller)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    with_colleague(centre, wang, "zhou", ask_in)
    until(lambda: state_of(centre, "zhou") is SeatState.TALKING)
    until(lambda: state_of(centre, "zhou") is SeatState.AVAILABLE)
    assert colleague.status == call.status == "in-progress"
    assert state_of(centre, "li") is SeatState.TALKING
    colleague.hang_up()
    call.hang_up()
    done(centre, wang)
    assert talked(centre, wang, there)


def together(house: RunningHouse, *calls: Call) -> bool:
    """Whether these and no others are in one conference now."""
    inside = [{one.call.sid for one in conference.inside} for conference in house.carrier.conferences]
    return {call.sid for call in calls} in inside


def with_colleague(house: RunningHouse, number: str, name: str, verb: Callable[..., None]) -> None:
    """What an agent does on their page with a colleague and the caller whom they have."""
    with house.house.database.transaction() as session:
        place = session.scalars(select(LinePlace).where(LinePlace.number == number)).one()
        seat = session.scalars(select(SeatRow).join(Staff).where(Staff.sign_in == name)).one()
        verb(session, place, seat, now())
