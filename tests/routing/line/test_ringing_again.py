"""Who rings again, or whose end is told late, in both databases: one place each, and nobody is rung twice."""

import pytest

from core.models import Channel, LinePlace, PlaceOutcome, PlaceState, Urgency
from routing.line.offering import accept, offer
from routing.line.places import choose_callback, close, hang_up, join
from tests.routing.line.rows import CITY, NUMBER, a_call, a_place, a_seat, minutes, offered
from tests.rows import NOON


def test_who_rings_again_before_we_know_that_they_hung_up_while_an_agent_was_asked_has_one_place(session):
    place, seat = a_place(session), a_seat(session)
    first = place.call
    offer(session, place, seat, minutes(2))
    again = a_place(session, at=minutes(3))
    assert (again.id, again.first_called_at, again.state) == (place.id, NOON, PlaceState.OFFERED)
    assert hang_up(session, first, minutes(3)) is None  # told late
    assert (again.channel, again.call_id != first.id) == (Channel.HOLDING, True)


@pytest.mark.parametrize("taken", [False, True])
def test_who_rings_again_while_an_agent_is_about_to_ring_them_has_one_place_and_is_not_rung_twice(session, taken):
    place, seat = a_place(session), a_seat(session)
    hang_up(session, place.call, minutes(1))
    offer(session, place, seat, minutes(2))
    if taken:
        accept(session, place, seat, minutes(2))
    state = place.state
    again = a_place(session, at=minutes(3))
    assert (again.id, again.first_called_at, again.seat_id) == (place.id, NOON, seat.id)
    assert (again.state, again.channel, again.channel_since) == (state, Channel.HOLDING, minutes(3))
    assert session.query(LinePlace).count() == 1


def test_whose_household_talks_to_an_agent_and_rings_again_has_a_place_of_its_own(session):
    place, seat = a_place(session), a_seat(session)
    offer(session, place, seat, minutes(2))
    accept(session, place, seat, minutes(2))
    assert a_place(session, at=minutes(3)).id != place.id


def test_who_asked_to_be_rung_elsewhere_and_rings_again_has_one_place_not_two(session):
    place = a_place(session)
    choose_callback(session, place, number="+8613700137000", promised_by=None, now=NOON, zone=CITY)
    again = a_place(session, at=minutes(9))
    assert (again.id, again.channel, again.number) == (place.id, Channel.HOLDING, "+8613700137000")
    assert a_place(session, "+8613700137000", minutes(10)) is place


@pytest.mark.parametrize(
    ("urgency", "later", "kept"),
    [(Urgency.GREEN, 1, False), (Urgency.GREEN, -1, True), (Urgency.RED, 1, True)],
)
def test_who_left_the_line_and_has_talked_since_is_not_rung_when_that_is_told_late(session, urgency, later, kept):
    """While the database was away webhooks wait in the spool: the later call may be told first."""
    talked = a_place(session, at=minutes(2 + later))
    close(session, talked, PlaceOutcome.TALKED, minutes(9))
    told_late = a_place(session, at=minutes(2), urgency=urgency)
    assert (hang_up(session, told_late.call, minutes(10)) is not None) is kept
    assert (told_late.state is PlaceState.WAITING) is kept


@pytest.mark.parametrize("chooses", [False, True])
@pytest.mark.parametrize("is_over", [False, True])
def test_who_answers_us_while_a_call_of_their_own_begins_is_not_rung_for_that_one(session, chooses, is_over):
    """Both rang in the same moment; which of them was told first is chance."""
    ours, seat = a_place(session, at=minutes(1)), a_seat(session)
    accept(session, offered(session, seat, minutes(2)), seat, minutes(2))
    own = a_place(session, at=minutes(1.5))
    assert own.id != ours.id
    if chooses:
        assert choose_callback(session, own, number=NUMBER, promised_by=None, now=minutes(2), zone=CITY)
    if is_over:
        close(session, ours, PlaceOutcome.TALKED, minutes(3))
    assert hang_up(session, own.call, minutes(4)) is None
    assert (own.state, own.outcome) == (PlaceState.DONE, PlaceOutcome.TALKED)


def test_who_rings_again_after_a_talk_and_hangs_up_is_called_back(session):
    talked = a_place(session, at=minutes(1))
    close(session, talked, PlaceOutcome.TALKED, minutes(1.4))
    again = a_place(session, at=minutes(1.5))
    assert hang_up(session, again.call, minutes(2)) is again


def test_of_withheld_numbers_nobody_has_talked_for_another(session):
    close(session, a_place(session, number=None, at=minutes(3)), PlaceOutcome.TALKED, minutes(4))
    left = a_place(session, number=None, at=minutes(2))
    hang_up(session, left.call, minutes(5))
    assert left.outcome is PlaceOutcome.UNREACHABLE


def test_a_call_that_ended_before_its_key_was_told_takes_no_place_from_a_later_one(session):
    early = a_call(session, at=minutes(1))
    early.ended_at = minutes(2)
    waiting = a_place(session, at=minutes(3))
    assert join(session, early, language="zh", urgency=Urgency.GREEN, now=minutes(4)) is waiting
    assert (waiting.call.started_at, waiting.channel) == (minutes(3), Channel.HOLDING)
    assert hang_up(session, early, minutes(4)) is None
    assert waiting.state is PlaceState.WAITING
