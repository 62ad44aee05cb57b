"""Who is next, in both databases: the very caller whom the policy chooses, and another one for each agent."""

import pytest

from core.models import LinePlace, PlaceState, SeatRow, SeatState, Urgency
from routing.line.next_caller import offer_first
from routing.line.offering import offer_next, waiting_value
from routing.line.places import join
from routing.line.seats import seat_value, set_state
from routing.line.waiting import next_for
from tests.routing.line.rows import a_call, a_place, a_seat, minutes
from tests.routing.test_registering import at_once
from tests.rows import NOON


def test_the_database_chooses_whom_the_policy_chooses(session):
    urgencies, skills = list(Urgency), ["", "medical"]
    for n in range(40):
        call = a_call(session, f"+86138001380{n:02d}", minutes(-(n * 37 % 23)))
        place = join(session, call, language=("zh", "en")[n % 3 == 0], urgency=urgencies[n % 4], now=NOON)
        place.skill = skills[n % 5 == 0]
    seats = [
        a_seat(session, "li"),
        a_seat(session, "wang", ("zh", "en")),
        a_seat(session, "zhao", ("en",), ("medical",)),
    ]
    session.flush()
    left = [waiting_value(place) for place in session.query(LinePlace)]
    for turn in range(60):
        seat = seats[turn % 3]
        set_state(session, seat, SeatState.AVAILABLE, NOON)
        chosen, got = next_for(seat_value(seat), left), offer_next(session, seat, NOON)
        assert (got.place.id if got else None) == (chosen.id if chosen else None)
        left = [one for one in left if one != chosen]
    assert {one.skill for one in left if one.language == "zh"} == {"medical"}


def test_of_two_agents_at_once_each_gets_another_caller(database):
    with database.transaction() as session:
        places = {a_place(session, f"+861380013800{n}").id for n in range(2)}
        seats = [a_seat(session, "li").id, a_seat(session, "wang").id]
    got = []

    def ask(number):
        with database.transaction() as session:
            offered_place = offer_next(session, session.get_one(SeatRow, seats[number]), NOON)
            got.append(offered_place.place.id if offered_place else None)

    assert at_once(2, ask) == []
    assert len(got) == 2
    assert set(got) - {None} <= places
    assert len(set(got)) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whom_another_agent_is_just_being_offered_is_passed_over_without_waiting(database):
    with database.transaction() as session:
        queues = [("zh", ""), ("zh", "medical")]
        first = a_place(session).id
        second = a_place(session, "+8613700137000", minutes(1)).id
        doctors = a_place(session, "+8613600136000", minutes(2), skill="medical").id
        seat = a_seat(session).id
    with database.transaction() as one, database.transaction() as other:
        assert offer_first(one, queues, seat, NOON).id == first
        assert offer_first(other, queues[:1], seat, NOON).id == second
        assert offer_first(other, queues, seat, NOON) is None  # the doctors' first is a candidate of `one`
    with database.transaction() as session:
        assert offer_first(session, queues, seat, NOON).id == doctors


def test_an_offered_place_is_as_the_database_has_it_and_what_was_noted_before_counts(session):
    green, place = a_place(session), a_place(session, "+8613700137000", minutes(1))
    place.urgency, place.urgency_rank = Urgency.RED, 0  # and not yet written
    before = place.revision
    seat = a_seat(session)
    assert offer_first(session, [("zh", "")], seat.id, minutes(5)) is place
    assert (place.state, place.seat_id, place.due_at) == (PlaceState.OFFERED, seat.id, minutes(5))
    assert place.revision == before + 2
    session.refresh(green)
    assert (green.state, place.call.caller.number) == (PlaceState.WAITING, "+8613700137000")


def test_who_serves_nobody_is_offered_nobody(session):
    a_place(session)
    assert offer_next(session, a_seat(session, languages=()), NOON) is None
