"""What the clock does about the line, in both databases."""

from core.models import OutgoingState, PlaceState, SeatState
from core.settings import Settings
from routing.line.keeping import keep_line
from routing.line.matching import match
from routing.line.talks import agent_hung_up, agent_rings, talk_over
from tests.routing.line.rows import SETTINGS, a_place, a_seat, seconds, sent, taken
from tests.rows import NOON


def test_without_a_time_for_notes_the_agent_says_when_they_are_done(session):
    seat, place, call = taken(session)
    talk_over(session, place, NOON)
    agent_hung_up(session, SETTINGS, call, NOON)
    keep_line(session, Settings(wrap_up_seconds=0), seconds(9000))
    assert seat.state is SeatState.WRAP_UP


def test_an_offer_that_nobody_answers_is_withdrawn_by_the_clock(session):
    seat, place = a_seat(session), a_place(session)
    match(session, NOON)
    keep_line(session, SETTINGS, seconds(46))
    assert place.state is PlaceState.OFFERED  # their telephone has not rung yet
    (call,) = sent(session)
    agent_rings(session, call, NOON)
    call.state = OutgoingState.SENT
    keep_line(session, SETTINGS, seconds(44))
    assert place.state is PlaceState.OFFERED
    keep_line(session, SETTINGS, seconds(45))
    assert (place.state, seat.state) == (PlaceState.WAITING, SeatState.BREAK)


def test_a_seat_forgotten_by_the_carrier_goes_on(session):
    ringing, talking = a_seat(session, "ringing"), a_seat(session, "talking")
    ringing.state, talking.state = SeatState.RINGING, SeatState.TALKING
    session.flush()
    keep_line(session, SETTINGS, seconds(89))
    assert (ringing.state, talking.state) == (SeatState.RINGING, SeatState.TALKING)
    keep_line(session, SETTINGS, seconds(90))
    assert (ringing.state, talking.state) == (SeatState.BREAK, SeatState.WRAP_UP)
