"""Callers who come into the line or leave it for a callback, in both databases."""

import pytest

from core.models import PlaceState, SeatState
from core.settings import Settings
from routing.line.joining import call_back_later, join_line
from tests.routing.line.rows import a_call, a_place, a_seat
from tests.rows import NOON


@pytest.mark.parametrize("number", ["+12025550123", "+8612012345678"])
def test_a_number_that_no_carrier_rings_is_left_to_a_person(session, number):
    settings = Settings(unplaceable_prefixes=("+86120",))
    a_seat(session).state = SeatState.BREAK
    place = a_place(session)
    assert call_back_later(session, settings, place.call, number, NOON) is place
    assert (place.state, place.number) == (PlaceState.BY_HAND, number)


def test_whoever_joins_rings_a_free_agent_at_once(session):
    a_seat(session)
    place = join_line(session, a_call(session), "zh", NOON)
    assert place.state is PlaceState.OFFERED
