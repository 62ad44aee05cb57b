"""Citizens who are rung for an agent, in both databases: there, missed, rung again, and not while they ring us."""

import pytest

from core.models import Channel, OutgoingKind, OutgoingState, PlaceOutcome, PlaceState, SeatState
from routing.line.callback_policy import Outcome
from routing.line.joining import join_line, left_the_line
from routing.line.keeping import keep_line
from routing.line.matching import match
from routing.line.ringing_citizens import citizen_answered, citizen_missed, put_off_while_they_ring_us, still_to_ring
from routing.line.talks import agent_hung_up, take
from tests.routing.line.rows import CITY, SETTINGS, a_call, a_place, a_seat, minutes, moves, seconds, sent
from tests.rows import NOON


def a_callback(session, **values):
    """A citizen who has hung up, and the agent who is to ring them."""
    seat, place = a_seat(session), a_place(session, **values)
    left_the_line(session, SETTINGS, place.call, NOON, talking=False)
    (call,) = sent(session)
    take(session, SETTINGS, call, NOON)
    return seat, place, call


def test_a_callback_rings_the_agent_first_and_then_the_citizen(session):
    seat, place, _ = a_callback(session)
    assert len(sent(session, OutgoingKind.CALLBACK_CALL)) == 1
    again = a_call(session)
    citizen_answered(session, place, again, NOON, CITY)
    assert (place.call_id, place.channel, place.state) == (again.id, Channel.HOLDING, PlaceState.TAKEN)
    left_the_line(session, SETTINGS, again, NOON, talking=True)
    assert place.outcome is PlaceOutcome.TALKED
    assert seat.state is SeatState.TALKING


@pytest.mark.parametrize(
    ("rung", "again_after"),
    [(OutgoingState.WAITING, 0), (OutgoingState.PLACING, 60), (OutgoingState.SENT, 60)],
)
def test_whose_agent_is_gone_while_their_telephone_may_ring_is_not_rung_a_second_time_meanwhile(
    session, rung, again_after
):
    _, place, agents_call = a_callback(session)
    (ringing,) = sent(session, OutgoingKind.CALLBACK_CALL)
    ringing.state = rung
    a_seat(session, "another")
    agent_hung_up(session, SETTINGS, agents_call, NOON)
    assert (place.state, place.due_at) == (PlaceState.LATER, seconds(again_after))
    if again_after:
        assert keep_line(session, SETTINGS, seconds(again_after - 1)) == 0
    assert keep_line(session, SETTINGS, seconds(again_after)) == 1
    assert not still_to_ring(session, ringing, NOON)


def test_who_answers_after_their_agent_is_gone_waits_at_the_front(session):
    _, place, agents_call = a_callback(session)
    sent(session, OutgoingKind.CALLBACK_CALL)[0].state = OutgoingState.SENT
    agent_hung_up(session, SETTINGS, agents_call, NOON)
    citizen_answered(session, place, a_call(session), seconds(5), CITY)
    assert (place.state, place.channel, place.due_at) == (PlaceState.WAITING, Channel.HOLDING, None)


def test_who_rings_us_in_this_moment_is_not_rung_and_is_back_in_their_place_when_they_ask(session):
    seat, place, _ = a_callback(session)
    (ringing,) = sent(session, OutgoingKind.CALLBACK_CALL)
    assert not put_off_while_they_ring_us(session, SETTINGS, ringing, seconds(1))
    own = a_call(session, at=seconds(1))
    assert put_off_while_they_ring_us(session, SETTINGS, ringing, seconds(2))
    assert (place.state, place.tries, place.due_at, seat.next_state) == (
        PlaceState.LATER, 0, seconds(32), SeatState.AVAILABLE,
    )  # fmt: skip
    assert join_line(session, own, "zh", seconds(3)) is place
    assert (place.state, place.channel) == (PlaceState.WAITING, Channel.HOLDING)


def test_who_answers_us_in_the_midst_of_a_call_of_their_own_is_not_rung_for_that_one_again(session):
    _, place, _ = a_callback(session)
    own = a_call(session, at=seconds(1))  # told a moment too late
    citizen_answered(session, place, a_call(session, at=seconds(2)), seconds(2), CITY)
    another = join_line(session, own, "zh", seconds(3))
    assert another is not place
    left_the_line(session, SETTINGS, own, seconds(9), talking=False)
    assert (another.state, another.outcome) == (PlaceState.DONE, PlaceOutcome.TALKED)


def test_who_talks_to_us_is_not_rung_for_a_call_of_theirs_that_is_told_late(session):
    _, place, _ = a_callback(session)
    citizen_answered(session, place, a_call(session, at=minutes(1)), minutes(1), CITY)
    late, another = a_place(session, at=seconds(10)), a_seat(session, "another")
    match(session, minutes(2))
    take(session, SETTINGS, sent(session)[-1], minutes(2))
    assert late.state is PlaceState.TAKEN
    left_the_line(session, SETTINGS, late.call, minutes(2), talking=False)
    assert (late.state, late.outcome) == (PlaceState.DONE, PlaceOutcome.TALKED)
    assert another.next_state is SeatState.AVAILABLE
    assert len(sent(session, OutgoingKind.CALLBACK_CALL)) == 1


def test_who_rings_again_after_we_have_talked_is_rescued_like_anybody(session):
    _, place, _ = a_callback(session)
    answered = a_call(session, at=seconds(2))
    citizen_answered(session, place, answered, seconds(2), CITY)
    left_the_line(session, SETTINGS, answered, seconds(9), talking=True)
    again = join_line(session, a_call(session, at=seconds(20)), "zh", seconds(20))
    left_the_line(session, SETTINGS, again.call, seconds(30), talking=False)
    assert (again.state, again.channel) == (PlaceState.WAITING, Channel.CALLBACK)


@pytest.mark.parametrize("ended", [True, False])
def test_a_call_of_theirs_that_is_over_or_whose_end_was_never_told_does_not_keep_them_from_being_rung(session, ended):
    a_callback(session)
    (ringing,) = sent(session, OutgoingKind.CALLBACK_CALL)
    own = a_call(session, at=seconds(1))
    own.ended_at = seconds(2) if ended else None
    session.flush()
    assert not put_off_while_they_ring_us(session, SETTINGS, ringing, seconds(2 if ended else 602))


def test_a_citizen_is_to_be_rung_until_they_ring_us(session):
    a_callback(session)
    (ringing,) = sent(session, OutgoingKind.CALLBACK_CALL)
    assert still_to_ring(session, ringing, NOON)
    join_line(session, a_call(session), "zh", NOON)
    assert not still_to_ring(session, ringing, NOON)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.VOICEMAIL, PlaceState.LATER),
        (Outcome.NO_ANSWER, PlaceState.LATER),
        (Outcome.REFUSED, PlaceState.BY_HAND),
    ],
)
def test_who_is_not_reached_is_tried_again_and_the_agent_hears_so(session, outcome, state):
    seat, place, call = a_callback(session)
    citizen_missed(session, SETTINGS, place, outcome, NOON)
    citizen_missed(session, SETTINGS, place, outcome, NOON)
    assert (place.state, place.tries) == (state, 1)
    assert moves(session) == [f"agents/{call.attempt_id}/unreached"]
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.AVAILABLE


def test_a_citizen_whose_agent_drops_off_while_they_are_rung_waits_for_the_next(session):
    seat, place, call = a_callback(session)
    agent_hung_up(session, SETTINGS, call, NOON)
    assert (place.tries, seat.state) == (0, SeatState.OFFLINE)
    other = a_seat(session, "other")
    keep_line(session, SETTINGS, seconds(1))
    assert (place.state, place.seat_id) == (PlaceState.OFFERED, other.id)
    citizen_answered(session, place, a_call(session), seconds(2), CITY)
    assert place.channel is Channel.HOLDING
