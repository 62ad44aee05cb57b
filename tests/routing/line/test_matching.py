"""Callers and agents brought together, in both databases: who is rung, and when everybody is."""

from core.models import PlaceState, SeatState, Urgency
from routing.line.matching import match, ring_everybody
from routing.line.talks import agent_hung_up, take
from tests.routing.line.rows import DUTY, SETTINGS, a_place, a_seat, seconds, sent
from tests.rows import NOON


def test_the_longest_idle_agent_is_rung_for_the_next_caller_and_only_once(session):
    late, early = a_seat(session, "late"), a_seat(session, "early")
    late.state_since = seconds(5)
    place = a_place(session)
    assert match(session, seconds(9)) == 1
    assert match(session, seconds(9)) == 0
    (call,) = sent(session)
    assert (call.payload["to"], call.payload["seat_id"]) == (early.telephone, early.id)
    assert (place.state, place.outgoing_id) == (PlaceState.OFFERED, call.id)
    assert late.state is SeatState.AVAILABLE


def test_who_has_no_telephone_is_not_rung(session):
    a_seat(session).telephone = None
    a_place(session)
    assert match(session, NOON) == 0


def test_a_red_alone_for_20_seconds_rings_everybody_and_the_first_key_wins(session):
    first, second = a_seat(session, "first"), a_seat(session, "second", languages=("en",))
    second.telephone = "+8613900139001"
    place = a_place(session, urgency=Urgency.RED)
    match(session, NOON)
    assert ring_everybody(session, SETTINGS, seconds(19)) == 0
    assert ring_everybody(session, SETTINGS, seconds(20)) == 2  # the first is being rung already
    assert ring_everybody(session, SETTINGS, seconds(25)) == 0
    one, *others = sent(session)
    assert {row.payload["to"] for row in others} == {DUTY, second.telephone}
    duty, agent = (next(row for row in others if row.payload["to"] == to) for to in (DUTY, second.telephone))
    assert take(session, SETTINGS, duty, seconds(26)) is place
    assert place.seat_id is None
    assert take(session, SETTINGS, agent, seconds(27)) is None
    assert take(session, SETTINGS, one, seconds(27)) is None
    for row in (agent, one):
        agent_hung_up(session, SETTINGS, row, seconds(28))
    assert {first.state, second.state} == {SeatState.AVAILABLE}


def test_who_is_not_red_never_rings_everybody(session):
    a_place(session, urgency=Urgency.YELLOW)
    assert ring_everybody(session, SETTINGS, seconds(900)) == 0
