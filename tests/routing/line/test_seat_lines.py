"""Agents as their colleagues see them, in both databases."""

from core.models import SeatState
from routing.line.line_now import read_line
from routing.line.offering import offer
from routing.line.seats import set_state
from tests.routing.line.rows import a_place, a_seat
from tests.rows import NOON


def test_agents_off_duty_are_not_shown(session):
    here, gone = a_seat(session, "li"), a_seat(session, "chen")
    set_state(session, here, SeatState.BREAK, NOON)
    set_state(session, gone, SeatState.OFFLINE, NOON)
    assert [(seat.id, seat.state) for seat in read_line(session, NOON).seats] == [(here.id, SeatState.BREAK)]


def test_a_seats_mark_changes_with_its_caller(session):
    place, seat = a_place(session), a_seat(session)
    offer(session, place, seat, NOON)
    (before,) = read_line(session, NOON).seats
    place.matter = "胸口疼"
    session.flush()
    (after,) = read_line(session, NOON).seats
    assert before.mark != after.mark
