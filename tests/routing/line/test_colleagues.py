"""Colleagues in a talk, in both databases: asked in where they are, left alone with the caller, or given the caller."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.models import Call, OutgoingKind, PlaceOutcome, PlaceState, SeatState
from core.settings import Settings
from routing.line.colleagues import ColleagueBusyError, ask_in, hand_to, is_guest, leave_talk, place_joined
from routing.line.desk import NotNowError, finish
from routing.line.dialling_in import asked_to_take, left, seat_call
from routing.line.keeping import keep_line
from routing.line.matching import match
from routing.line.talks import agent_hung_up, never_rung, not_placed, place_offered, take, talk_over
from tests.routing.line.rows import a_place, a_seat, minutes, moves, sent, taken
from tests.routing.line.test_dialling_in import dialled_in
from tests.rows import NOON

SETTINGS = Settings()
SID = "CA-colleague"


@pytest.fixture
def talk(session):
    """An agent with a caller, and a colleague who has dialled in: seat, place, the agent's call, the colleague."""
    seat, place, call = taken(session)
    return seat, place, call, dialled_in(session, SID)[1]


def asked(session, place, colleague, at=NOON):
    """The call by which a colleague was asked in, as a worker has moved it."""
    ask_in(session, place, colleague, at)
    row = sent(session)[-1]
    row.attempt_id, row.carrier_sid = f"attempt{row.id}", row.payload.get("call_sid", "CA-rung")
    session.flush()
    return row


def come_in(session, place, colleague):
    row = asked(session, place, colleague)
    assert take(session, SETTINGS, row, NOON) is place
    return row


def test_who_has_dialled_in_is_asked_on_that_call_and_offered_nobody_else_meanwhile(session, talk):
    seat, place, call, colleague = talk
    row = asked(session, place, colleague)
    assert (row.payload["call_sid"], "to" in row.payload, row.payload["joins"]) == (SID, False, call.id)
    assert place_offered(session, row) is place
    other = a_place(session, "+8613800138009")
    match(session, NOON)
    assert (other.state, colleague.state) == (PlaceState.WAITING, SeatState.RINGING)
    assert asked_to_take(session, colleague) is row  # if the move was lost
    assert take(session, SETTINGS, row, NOON) is place
    assert (colleague.state, place.seat_id, place.outgoing_id) == (SeatState.TALKING, seat.id, call.id)
    assert (asked_to_take(session, colleague), place_joined(session, colleague)) == (None, place.id)
    agent_hung_up(session, SETTINGS, row, NOON)  # they came out: the talk goes on, they are what they were
    assert place.state is PlaceState.TAKEN
    assert (colleague.state, other.seat_id) == (SeatState.RINGING, colleague.id)
    assert (colleague.joins_id, place_joined(session, colleague), place_offered(session, row)) == (None, None, None)


@pytest.mark.parametrize("before", [SeatState.AVAILABLE, SeatState.BREAK, SeatState.WRAP_UP])
def test_who_does_not_come_in_is_what_they_were(session, talk, before):
    _, place, _, colleague = talk
    colleague.state = before
    for end in (agent_hung_up, lambda *_: never_rung(session, sent(session)[-1], NOON)):
        row = asked(session, place, colleague)
        end(session, SETTINGS, row, NOON)
        assert (colleague.state, colleague.next_state, colleague.joins_id) == (before, None, None)


def test_a_caller_who_is_left_with_a_colleague_is_moved_on_from_the_turn_they_have_come_to(session, talk):
    _, place, _, colleague = talk
    come_in(session, place, colleague)
    session.execute(update(Call).values(turn=7).execution_options(synchronize_session=False))
    hand_to(session, place, colleague, NOON)
    assert moves(session)[-1] == "turns/7/taken"


def test_a_colleague_at_a_telephone_of_their_own_is_rung_and_offered_nobody_meanwhile(session, talk):
    _, place, _, _ = talk
    chen = a_seat(session, "chen")
    row = come_in(session, place, chen)
    assert (row.payload["to"], chen.state) == (chen.telephone, SeatState.TALKING)
    agent_hung_up(session, SETTINGS, row, NOON)
    assert chen.state is SeatState.AVAILABLE


def test_who_is_on_the_telephone_or_gone_or_cannot_be_rung_is_not_asked(session, talk):
    seat, place, _, colleague = talk
    for state in (SeatState.RINGING, SeatState.TALKING, SeatState.OFFLINE):
        colleague.state = state
        with pytest.raises(ColleagueBusyError):
            ask_in(session, place, colleague, NOON)
    with pytest.raises(ColleagueBusyError):
        ask_in(session, place, seat, NOON)
    colleague.state = SeatState.BREAK
    with pytest.raises(ColleagueBusyError):
        hand_to(session, place, colleague, NOON)
    assert place.state is PlaceState.TAKEN
    colleague.state, colleague.dialled_in_sid = SeatState.AVAILABLE, None
    with pytest.raises(ColleagueBusyError):
        ask_in(session, place, colleague, NOON)
    with pytest.raises(ColleagueBusyError):
        hand_to(session, place, colleague, NOON)
    assert place.state is PlaceState.TAKEN


def test_a_call_of_an_earlier_asking_changes_nothing_of_the_present_one(session, talk):
    _, place, _, colleague = talk
    first = asked(session, place, colleague)
    agent_hung_up(session, SETTINGS, first, NOON)
    second = asked(session, place, colleague, minutes(1))
    agent_hung_up(session, SETTINGS, first, minutes(1))
    never_rung(session, first, minutes(1))
    assert take(session, SETTINGS, first, minutes(1)) is None
    assert (colleague.state, colleague.joins_id) == (SeatState.RINGING, second.id)


def test_a_long_talk_of_three_is_no_forgotten_seat_and_one_that_is_over_is(session, talk):
    _, place, _, colleague = talk
    come_in(session, place, colleague)
    keep_line(session, SETTINGS, minutes(2))
    assert colleague.state is SeatState.TALKING
    talk_over(session, place, minutes(3))
    keep_line(session, SETTINGS, minutes(4))
    assert colleague.state is SeatState.TALKING
    colleague.dialled_in_sid = None  # nobody is rung who is free by then
    keep_line(session, SETTINGS, minutes(5))
    assert (colleague.state, colleague.joins_id) == (SeatState.AVAILABLE, None)


def test_whose_asking_was_lost_is_what_they_were_after_a_while(session, talk):
    _, place, _, colleague = talk
    row = asked(session, place, colleague)
    keep_line(session, SETTINGS, minutes(1))
    assert colleague.state is SeatState.RINGING
    seat_call(session, SID, minutes(2))  # they wait on and are heard of
    keep_line(session, SETTINGS, minutes(2))
    assert (colleague.state, colleague.next_state) == (SeatState.AVAILABLE, None)
    assert take(session, SETTINGS, row, minutes(2)) is None


def test_who_hangs_up_in_a_talk_of_three_is_signed_off_and_the_talk_goes_on(session, talk):
    _, place, _, colleague = talk
    come_in(session, place, colleague)
    left(session, SETTINGS, SID, NOON)
    assert (colleague.state, colleague.joins_id, place.state) == (SeatState.OFFLINE, None, PlaceState.TAKEN)


def test_a_colleague_whose_call_cannot_be_moved_is_signed_off(session, talk):
    _, place, _, colleague = talk
    not_placed(session, SETTINGS, asked(session, place, colleague), NOON)
    assert (colleague.state, colleague.dialled_in_sid, place.state) == (SeatState.OFFLINE, None, PlaceState.TAKEN)


def test_a_colleague_is_let_out_of_a_talk_by_the_desk(session, talk):
    seat, place, _, colleague = talk
    row = asked(session, place, colleague)
    for not_in_one in (seat, colleague):
        with pytest.raises(NotNowError):
            leave_talk(session, not_in_one, NOON)
    take(session, SETTINGS, row, NOON)
    leave_talk(session, colleague, NOON)
    assert moves(session)[-1] == f"agents/{row.attempt_id}/came-out"


def test_a_caller_is_left_to_the_colleague_who_has_come_in(session, talk):
    seat, place, call, colleague = talk
    assert not is_guest(session, place, colleague)
    row = asked(session, place, colleague)
    assert not is_guest(session, place, colleague)
    take(session, SETTINGS, row, NOON)
    assert is_guest(session, place, colleague)
    hand_to(session, place, colleague, NOON)
    assert (place.state, place.seat_id, place.outgoing_id) == (PlaceState.TAKEN, colleague.id, row.id)
    assert moves(session) == [f"turns/{place.call.turn}/taken"] * 2  # again: into a room of their own
    agent_hung_up(session, SETTINGS, call, NOON)
    assert (seat.state, place.state) == (SeatState.WRAP_UP, PlaceState.TAKEN)
    keep_line(session, SETTINGS, minutes(2))
    assert colleague.state is SeatState.TALKING
    finish(session, place, minutes(3))
    agent_hung_up(session, SETTINGS, row, minutes(3))
    assert (place.outcome, colleague.state) == (PlaceOutcome.TALKED, SeatState.WRAP_UP)


def test_a_caller_left_to_a_colleague_who_drops_off_is_at_the_front_again(session, talk):
    _, place, _, colleague = talk
    row = come_in(session, place, colleague)
    hand_to(session, place, colleague, NOON)
    left(session, SETTINGS, SID, NOON)
    assert (place.state, place.seat_id, colleague.state) == (PlaceState.WAITING, None, SeatState.OFFLINE)
    assert take(session, SETTINGS, row, NOON) is None


def test_a_caller_is_given_to_a_colleague_who_is_asked_before_anybody_else(session, talk):
    seat, place, call, colleague = talk
    a_seat(session, "chen").state = SeatState.BREAK
    waits = a_place(session, "+8613800138009", NOON - timedelta(minutes=9))
    hand_to(session, place, colleague, NOON)
    assert (place.state, place.seat_id, waits.state) == (PlaceState.OFFERED, colleague.id, PlaceState.WAITING)
    assert (seat.next_state, moves(session)[-1]) == (SeatState.WRAP_UP, f"agents/{call.attempt_id}/left")
    row = sent(session)[-1]
    assert (row.kind, row.payload["call_sid"]) == (OutgoingKind.AGENT_CALL, SID)
    assert take(session, SETTINGS, row, NOON) is place
    assert (place.state, colleague.state) == (PlaceState.TAKEN, SeatState.TALKING)
    with pytest.raises(ColleagueBusyError):
        hand_to(session, place, colleague, NOON)
