"""A caller whom an agent is asked to take, in both databases: taken, refused, talked to, lost; each told but once."""

from core.models import Channel, OutgoingKind, PlaceOutcome, PlaceState, SeatState
from routing.line.joining import left_the_line
from routing.line.keeping import keep_line
from routing.line.matching import match
from routing.line.ringing_citizens import still_to_ring
from routing.line.talks import agent_hung_up, not_placed, refuse, take, talk_over
from tests.routing.line.rows import SETTINGS, a_place, a_seat, moves, seconds, sent, taken
from tests.rows import NOON


def test_key_1_takes_the_caller_who_is_moved_and_a_second_key_changes_nothing(session):
    seat, place, call = taken(session)
    assert (place.state, place.seat_id, seat.state) == (PlaceState.TAKEN, seat.id, SeatState.TALKING)
    assert take(session, SETTINGS, call, NOON) is place
    assert moves(session) == ["turns/0/taken"]


def test_no_key_asks_the_next_agent_and_an_old_call_takes_nobody(session):
    first, second = a_seat(session, "first"), a_seat(session, "second")
    second.state_since = seconds(1)
    place = a_place(session)
    match(session, seconds(2))
    (old,) = sent(session)
    refuse(session, old, seconds(3))
    assert first.state is SeatState.BREAK
    assert place.state is PlaceState.OFFERED
    assert place.seat_id == second.id
    assert take(session, SETTINGS, old, seconds(4)) is None
    refuse(session, old, seconds(4))
    assert place.seat_id == second.id


def test_who_comes_too_late_is_free_again_when_their_telephone_is(session):
    seat, place = a_seat(session), a_place(session, number=None)
    match(session, NOON)
    (call,) = sent(session)
    left_the_line(session, SETTINGS, place.call, NOON, talking=False)
    assert place.outcome is PlaceOutcome.UNREACHABLE
    assert take(session, SETTINGS, call, NOON) is None
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.AVAILABLE


def test_a_telephone_that_nobody_picks_up_gives_its_agent_a_break(session):
    seat, place = a_seat(session), a_place(session)
    match(session, NOON)
    not_placed(session, SETTINGS, sent(session)[0], NOON)
    assert (seat.state, place.state) == (SeatState.BREAK, PlaceState.WAITING)


def test_an_agent_who_drops_off_puts_the_caller_back_to_the_front(session):
    seat, place, call = taken(session)
    other = a_seat(session, "other")
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.OFFLINE
    assert (place.state, place.seat_id) == (PlaceState.OFFERED, other.id)


def test_after_the_talk_the_agent_makes_notes_once_the_telephone_is_free(session):
    seat, place, call = taken(session)
    assert talk_over(session, place, NOON)
    assert not talk_over(session, place, NOON)
    assert (seat.state, place.outcome) == (SeatState.TALKING, PlaceOutcome.TALKED)
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.WRAP_UP
    keep_line(session, SETTINGS, seconds(59))
    assert seat.state is SeatState.WRAP_UP
    keep_line(session, SETTINGS, seconds(60))
    assert seat.state is SeatState.AVAILABLE


def test_who_hung_up_just_before_the_agent_took_them_is_rung_by_that_agent(session):
    _, place, call = taken(session)
    place.call.ended_at = NOON
    left_the_line(session, SETTINGS, place.call, NOON, talking=False)
    (back,) = sent(session, OutgoingKind.CALLBACK_CALL)
    assert back.payload == {"to": place.number, "place_id": place.id, "agent_call": call.id}
    assert (place.state, place.channel) == (PlaceState.TAKEN, Channel.CALLBACK)


def test_whose_last_key_was_told_after_their_end_is_rung_by_the_agent_who_takes_them(session):
    a_seat(session)
    place = a_place(session)
    place.call.ended_at = NOON
    match(session, NOON)
    (call,) = sent(session)
    take(session, SETTINGS, call, NOON)
    (ringing,) = sent(session, OutgoingKind.CALLBACK_CALL)
    assert place.channel is Channel.CALLBACK
    assert still_to_ring(session, ringing, NOON)


def test_who_hung_up_after_a_talk_is_not_rung_though_the_agents_end_was_told_first(session):
    _, place, agents_call = taken(session)
    agent_hung_up(session, SETTINGS, agents_call, NOON)
    assert place.state is PlaceState.WAITING
    left_the_line(session, SETTINGS, place.call, seconds(1), talking=True)
    assert (place.state, place.outcome) == (PlaceState.DONE, PlaceOutcome.TALKED)
