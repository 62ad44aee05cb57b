"""What agents do by hand with the line, in both databases: their state, whom they take, how a talk ends."""

import pytest

from core.models import LinePlace, PlaceOutcome, PlaceState, SeatState
from routing.line.desk import (
    NotNowError,
    back_to_the_line,
    bring_in,
    choose_state,
    finish,
    settle_by_hand,
    take_by_hand,
)
from routing.line.line_now import read_line
from routing.line.talks import agent_hung_up, agent_lost, place_offered, take, talk_over
from tests.routing.line.rows import DUTY, SETTINGS, a_place, a_seat, moves, seconds, sent, taken
from tests.rows import NOON


def test_a_state_chosen_in_mid_talk_holds_afterwards(session):
    seat, place, call = taken(session)
    choose_state(session, seat, SeatState.BREAK, NOON)
    assert seat.state is SeatState.TALKING
    talk_over(session, place, NOON)
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.BREAK
    with pytest.raises(NotNowError):
        choose_state(session, seat, SeatState.TALKING, NOON)
    seat.telephone = None
    with pytest.raises(NotNowError):
        choose_state(session, seat, SeatState.AVAILABLE, NOON)


def test_anybody_in_the_line_can_be_taken_first(session):
    seat = a_seat(session)
    seat.state = SeatState.BREAK
    before, wanted = a_place(session), a_place(session, "+8613800138009", seconds(5))
    seat.state = SeatState.AVAILABLE
    take_by_hand(session, seat, wanted, seconds(9))
    assert (before.state, wanted.state) == (PlaceState.WAITING, PlaceState.OFFERED)
    with pytest.raises(NotNowError):
        take_by_hand(session, seat, before, seconds(9))
    line = read_line(session, seconds(9))
    assert [row.id for row in (*line.holding, *line.with_agents)] == [before.id, wanted.id]


def test_an_agent_ends_a_talk_or_gives_the_caller_to_another_skill(session):
    seat, place, call = taken(session)
    back_to_the_line(session, place, NOON, skill="medicine")
    assert (place.state, place.skill, seat.next_state) == (PlaceState.WAITING, "medicine", SeatState.WRAP_UP)
    assert moves(session)[-1] == f"agents/{call.attempt_id}/left"
    with pytest.raises(NotNowError):
        finish(session, place, NOON)


def test_a_finished_talk_is_over_for_both(session):
    _, place, call = taken(session)
    finish(session, place, NOON)
    assert place.outcome is PlaceOutcome.TALKED
    assert moves(session)[-1] == f"agents/{call.attempt_id}/left"


def test_a_third_person_comes_in_without_taking_the_caller(session):
    seat, place, call = taken(session)
    bring_in(session, place, DUTY, NOON)
    third = sent(session)[-1]
    assert place_offered(session, third) is place
    assert take(session, SETTINGS, third, NOON) is place
    assert (place.seat_id, place.outgoing_id) == (seat.id, call.id)
    agent_hung_up(session, SETTINGS, third, NOON)
    assert place.state is PlaceState.TAKEN
    agent_lost(session, SETTINGS, place, NOON)
    assert take(session, SETTINGS, third, NOON) is None


def test_what_a_person_has_settled_is_out_of_the_line(session):
    place = a_place(session)
    settle_by_hand(session, place, NOON, PlaceOutcome.CLOSED_BY_HAND)
    line = read_line(session, NOON)
    assert not (*line.holding, *line.callbacks, *line.with_agents)
    with pytest.raises(NotNowError):
        settle_by_hand(session, place, NOON, PlaceOutcome.CLOSED_BY_HAND)
    assert session.query(LinePlace).count() == 1
