"""Whole calls of those who wait for a person: agents ring, callers and agents meet, and no place is ever lost."""

import pytest

from core.models import (
    Channel,
    PlaceOutcome,
    PlaceState,
    SeatState,
    Urgency,
)
from simulator import (
    WITHHELD_NUMBERS,
    Answer,
    Caller,
    HangUp,
    NoAnswer,
    Phone,
    Press,
    StaySilent,
    Talk,
    Voicemail,
)
from tests.calls.centre import CHEN, LI, TAKES, ZERO, done, place_of, seats, state_of, talked
from tests.house import RunningHouse, until


def test_key_zero_goes_to_the_agent_who_presses_one(centre: RunningHouse) -> None:
    wang = "+8613900001001"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.call(ZERO, Talk(30), number=wang, patience=40)
    place = until(lambda: (found := place_of(centre, wang)) and found.state is PlaceState.DONE and found)
    assert place.outcome is PlaceOutcome.TALKED
    assert call.said("排队")
    assert talked(centre, wang, LI)
    until(lambda: state_of(centre, "li") is SeatState.WRAP_UP)
    assert "person_connected" in centre.events(call)


def test_a_voicemail_takes_nobody_and_the_next_agent_is_rung(centre: RunningHouse) -> None:
    wang = "+8613900001002"
    centre.carrier.add_phone(Phone(LI, Voicemail(ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.BREAK)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    done(centre, wang)
    assert talked(centre, wang, CHEN)
    assert not talked(centre, wang, LI)


@pytest.mark.full
def test_whose_agent_drops_off_is_at_the_front_again_and_gets_another(centre: RunningHouse) -> None:
    wang = "+8613900001003"
    centre.carrier.add_phone(Phone(LI, Answer(Caller([Press("1"), Talk(10)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, li=SeatState.AVAILABLE)
    call = centre.start_call(ZERO, Talk(500, then_hang_up=False), Talk(20), number=wang, patience=60)
    until(lambda: state_of(centre, "li") is SeatState.TALKING)
    first = place_of(centre, wang)
    until(lambda: state_of(centre, "li") is SeatState.OFFLINE)
    seats(centre, chen=SeatState.AVAILABLE)
    call.wait(60)
    place = done(centre, wang)
    assert first is not None
    assert (place.id, place.first_called_at) == (first.id, first.first_called_at)
    assert call.said("刚才的通话断了")
    assert talked(centre, wang, LI)
    assert talked(centre, wang, CHEN)


def test_who_hangs_up_keeps_the_place_and_is_called_back(centre: RunningHouse) -> None:
    wang = "+8613900001004"
    centre.carrier.add_phone(Phone(wang, Answer(Caller([Press("1"), Talk(20)]), ring_seconds=2)))
    centre.carrier.add_phone(Phone(LI, TAKES))
    centre.carrier.add_phone(Phone(CHEN, NoAnswer()))
    seats(centre, chen=SeatState.AVAILABLE)  # so that there is a line
    centre.call(ZERO, HangUp(), number=wang, patience=9)
    kept = until(lambda: (found := place_of(centre, wang)) and found.channel is Channel.CALLBACK and found)
    until(lambda: state_of(centre, "chen") is SeatState.BREAK)
    seats(centre, li=SeatState.AVAILABLE)
    assert done(centre, wang).id == kept.id
    assert talked(centre, wang, LI)
    (rung,) = [call for call in centre.carrier.calls if call.to_number == wang]
    assert not any("人工" in sentence.text for sentence in rung.heard[:2])


def test_a_callback_is_chosen_and_who_rings_again_keeps_waiting_on_the_telephone(centre: RunningHouse) -> None:
    wang = "+8613900001005"
    centre.carrier.add_phone(Phone(LI, NoAnswer()))
    centre.carrier.add_phone(Phone(wang, NoAnswer()))
    seats(centre, li=SeatState.AVAILABLE)
    choice = Press("1", at="打给您，您的位置不变"), Press("2", at="什么时候打给您")
    call = centre.call(ZERO, StaySilent(), *choice, number=wang, patience=20)
    assert call.said("好的，我们会在")
    chosen = place_of(centre, wang)
    assert chosen is not None
    assert chosen.channel is Channel.CALLBACK
    assert chosen.window_until is not None
    assert chosen.window_until == chosen.promised_by
    seats(centre, chen=SeatState.WRAP_UP)
    again = centre.start_call(ZERO, Talk(20), number=wang, patience=60)
    until(lambda: (found := place_of(centre, wang)) and found.channel is Channel.HOLDING)
    centre.carrier.add_phone(Phone(CHEN, TAKES))
    seats(centre, chen=SeatState.AVAILABLE)
    again.wait(60)
    place = done(centre, wang)
    assert again.said("您还在排队")
    assert (place.id, place.first_called_at) == (chosen.id, chosen.first_called_at)
    assert talked(centre, wang, CHEN)


def test_a_red_is_taken_before_whoever_waits_longer_and_is_never_offered_a_callback(centre: RunningHouse) -> None:
    zhao, red = WITHHELD_NUMBERS[0], "+8613900001006"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)
    waiting = centre.start_call(ZERO, Talk(20), number=zhao, patience=90)
    until(lambda: waiting.said("排队"))
    danger = centre.start_call(Press("9", barge_in=True), Talk(20), number=red, patience=90)
    until(lambda: (found := place_of(centre, red)) and found.urgency is Urgency.RED)
    seats(centre, li=SeatState.AVAILABLE)
    danger.wait(60)
    done(centre, red)
    seats(centre, li=SeatState.AVAILABLE)
    waiting.wait(60)
    assert talked(centre, red, LI)
    assert talked(centre, zhao, LI)
    assert not danger.said("打给您")
