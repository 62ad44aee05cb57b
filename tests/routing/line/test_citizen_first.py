"""Citizen-first dialling, in both databases: an agent is kept for each citizen who is rung; nobody is rung twice."""

import pytest

from core.models import Channel, OutgoingKind, OutgoingState, PlaceState, SeatState, Urgency
from core.settings import Settings
from routing.line.callback_policy import Outcome
from routing.line.citizen_first import KEPT_FOR, call_of_kept, citizen_comes_first
from routing.line.desk import choose_state
from routing.line.joining import join_line
from routing.line.keeping import keep_line
from routing.line.matching import match
from routing.line.places import choose_callback
from routing.line.ringing_citizens import citizen_answered, citizen_missed, still_to_ring
from routing.line.talks import take
from tests.routing.line.rows import CITY, a_call, a_place, a_seat, moves, seconds, sent
from tests.rows import NOON

SETTINGS = Settings(callback_dialling="citizen-first")


def to_be_rung(session, number="+8613900000001", urgency=Urgency.YELLOW):
    place = a_place(session, number, urgency=urgency)
    assert choose_callback(session, place, number=number, promised_by=None, now=NOON, zone=CITY)
    return place


@pytest.fixture
def kept(session):
    """A citizen who is rung, and the agent who is kept for them."""
    seat, place = a_seat(session), to_be_rung(session)
    match(session, NOON)
    (asked,) = sent(session)
    assert citizen_comes_first(session, SETTINGS, asked, NOON)
    asked.state = OutgoingState.SENT  # by whoever delivers
    return seat, place


def calls_to_citizens(session):
    return sent(session, OutgoingKind.CALLBACK_CALL)


def test_the_citizen_is_rung_while_the_agent_is_kept_and_once(session, kept):
    seat, place = kept
    (asked,), (call,) = sent(session), calls_to_citizens(session)
    assert call.payload["to"] == place.number
    assert (seat.state, place.state) == (SeatState.RINGING, PlaceState.OFFERED)
    assert citizen_comes_first(session, SETTINGS, asked, NOON)
    assert calls_to_citizens(session) == [call]
    assert still_to_ring(session, call, seconds(30))
    assert place.due_at == seconds(30) + KEPT_FOR


def test_never_more_calls_than_agents_free(session):
    a_seat(session)
    for number in range(3):
        to_be_rung(session, f"+861390000000{number}")
    match(session, NOON)
    assert [citizen_comes_first(session, SETTINGS, asked, NOON) for asked in sent(session)] == [True]
    assert match(session, NOON) == 0
    assert keep_line(session, SETTINGS, seconds(5)) == 0
    assert len(calls_to_citizens(session)) == 1


@pytest.mark.parametrize("why", ["setting", "red", "holding", "prefix"])
def test_else_the_agent_is_rung_first(session, why):
    a_seat(session)
    place = to_be_rung(session, urgency=Urgency.RED if why == "red" else Urgency.YELLOW)
    place.channel = Channel.HOLDING if why == "holding" else Channel.CALLBACK
    settings = {
        "setting": Settings(),
        "prefix": Settings(callback_dialling="citizen-first", unplaceable_prefixes=("+8613",)),
    }.get(why, SETTINGS)
    match(session, NOON)
    (asked,) = sent(session)
    assert not citizen_comes_first(session, settings, asked, NOON)
    assert calls_to_citizens(session) == []


def test_who_answers_goes_to_the_agent_who_was_kept(session, kept):
    seat, place = kept
    call = a_call(session, place.number)
    citizen_answered(session, place, call, seconds(20), CITY)
    assert (place.state, place.channel, place.call_id) == (PlaceState.OFFERED, Channel.HOLDING, call.id)
    asked = sent(session)[1]
    assert (asked.payload["to"], place.outgoing_id, call_of_kept(session, place)) == (seat.telephone, asked.id, None)
    assert take(session, SETTINGS, asked, seconds(25)) is place
    assert (seat.state, moves(session)) == (SeatState.TALKING, [f"turns/{call.turn}/taken"])


def test_who_answers_when_the_agent_has_left_waits_in_front_and_the_next_is_rung(session, kept):
    seat, place = kept
    choose_state(session, seat, SeatState.BREAK, seconds(5))
    other = a_seat(session, "other")
    citizen_answered(session, place, a_call(session, place.number), seconds(20), CITY)
    assert (seat.state, place.seat_id, place.channel) == (SeatState.BREAK, other.id, Channel.HOLDING)
    assert sent(session)[-1].payload["seat_id"] == other.id


@pytest.mark.parametrize("outcome", [Outcome.VOICEMAIL, Outcome.BUSY, Outcome.NO_ANSWER])
def test_who_was_not_reached_is_tried_again_later_and_the_agent_is_free(session, kept, outcome):
    seat, place = kept
    citizen_missed(session, SETTINGS, place, outcome, seconds(30))
    assert (place.state, place.tries, place.seat_id) == (PlaceState.LATER, 1, None)
    assert seat.state is SeatState.AVAILABLE


def test_of_whom_nothing_is_heard_the_agent_is_free_and_their_telephone_is_left_alone_for_a_while(session, kept):
    seat, place = kept
    (call,) = calls_to_citizens(session)
    still_to_ring(session, call, seconds(10))
    call.state = OutgoingState.SENT
    assert keep_line(session, SETTINGS, seconds(100)) == 0
    assert (place.state, seat.state) == (PlaceState.OFFERED, SeatState.RINGING)
    assert keep_line(session, SETTINGS, seconds(130)) == 0
    assert (place.state, place.tries, seat.state) == (PlaceState.LATER, 1, SeatState.AVAILABLE)


def test_a_call_that_was_never_placed_counts_against_nobody(session, kept):
    seat, place = kept
    assert keep_line(session, SETTINGS, seconds(120)) == 0
    assert (place.state, place.tries, seat.state) == (PlaceState.LATER, 0, SeatState.AVAILABLE)
    assert keep_line(session, SETTINGS, seconds(121)) == 1


def test_a_citizen_who_rings_us_meanwhile_gets_the_agent_who_was_kept_and_is_not_rung(session, kept):
    seat, place = kept
    (call,) = calls_to_citizens(session)
    assert join_line(session, a_call(session, place.number), "zh", seconds(3)) is place
    assert not still_to_ring(session, call, seconds(4))
    asked = sent(session)[1]
    assert (asked.payload["seat_id"], place.outgoing_id) == (seat.id, asked.id)
