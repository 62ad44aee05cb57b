"""Callers as a screen shows them, in both databases."""

from core.models import Channel
from routing.line.line_now import read_line
from routing.line.place_lines import whole_number
from tests.routing.line.rows import NUMBERS, a_place, promised
from tests.rows import NOON


def test_a_whole_number_is_the_one_to_be_rung(session):
    place = a_place(session)
    promised(session, place, None)
    place.number = NUMBERS[7]
    withheld = a_place(session, number=None)
    session.flush()
    assert whole_number(session, place.id) == NUMBERS[7]
    assert whole_number(session, withheld.id) is None
    assert read_line(session, NOON).callbacks[0].channel is Channel.CALLBACK
