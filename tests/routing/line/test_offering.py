"""A place offered to an agent, in both databases: accepted, refused, lost and given back; exactly one has it."""

from datetime import timedelta

import pytest

from core.models import Channel, LinePlace, PlaceOutcome, PlaceState, SeatRow, SeatState, Urgency
from routing.line.callback_policy import Outcome
from routing.line.offering import accept, decline, expired_offers, lose_agent, offer, offer_next, tried
from routing.line.places import close, come_due, hang_up
from routing.line.seats import set_state
from tests.routing.line.rows import CITY, a_place, a_seat, minutes, offered
from tests.routing.test_registering import at_once
from tests.rows import NOON


def test_what_follows_a_try_is_in_the_row(session):
    place, seat = a_place(session, urgency=Urgency.YELLOW), a_seat(session)
    for tries, wait in ((1, 10), (2, 60)):
        offered(session, seat)
        tried(session, place, Outcome.NO_ANSWER, NOON, CITY)
        assert (place.state, place.due_at, place.tries, place.seat_id) == (PlaceState.LATER, minutes(wait), tries, None)
        come_due(session, minutes(wait))
        set_state(session, seat, SeatState.AVAILABLE, NOON)
        session.expire_all()
    offered(session, seat)
    tried(session, place, Outcome.AGENT_LOST, NOON, CITY)
    assert (place.state, place.tries) == (PlaceState.LATER, 2)
    come_due(session, NOON)
    set_state(session, seat, SeatState.AVAILABLE, NOON)
    session.expire_all()
    offered(session, seat)
    assert tried(session, place, Outcome.VOICEMAIL, NOON, CITY).by_hand
    assert (place.state, place.tries) == (PlaceState.BY_HAND, 3)


def test_a_place_left_to_a_person_can_be_taken_by_hand(session):
    place, seat = a_place(session), a_seat(session)
    offered(session, seat)
    tried(session, place, Outcome.REFUSED, NOON, CITY)
    set_state(session, seat, SeatState.AVAILABLE, NOON)
    assert offer_next(session, seat, NOON) is None
    assert offer(session, place, seat, NOON) is not None
    assert accept(session, place, seat, NOON)


def test_an_agent_accepts_and_has_the_caller(session):
    place, seat = a_place(session), a_seat(session)
    got = offer_next(session, seat, NOON)
    assert (got.place.id, got.until) == (place.id, NOON + timedelta(seconds=10))
    assert (place.state, seat.state) == (PlaceState.OFFERED, SeatState.RINGING)
    assert accept(session, place, seat, minutes(1))
    assert (place.state, seat.state, seat.state_since) == (PlaceState.TAKEN, SeatState.TALKING, minutes(1))
    assert not accept(session, place, seat, minutes(1))


def test_no_key_in_time_passes_the_caller_on_and_rests_the_agent(session):
    place, seat, other = a_place(session), a_seat(session), a_seat(session, "wang")
    offered(session, seat)
    assert expired_offers(session, NOON + timedelta(seconds=9)) == []
    assert expired_offers(session, NOON + timedelta(seconds=10)) == [place]
    assert decline(session, place, minutes(1))
    assert not decline(session, place, minutes(1))
    assert (place.state, place.seat_id, seat.state) == (PlaceState.WAITING, None, SeatState.BREAK)
    assert offer_next(session, seat, minutes(1)) is None
    assert offered(session, other).id == place.id
    assert not accept(session, place, seat, minutes(1))


def test_a_caller_who_hangs_up_while_an_agent_is_asked_will_be_rung_by_that_agent(session):
    place, seat = a_place(session), a_seat(session)
    offered(session, seat)
    assert hang_up(session, place.call, minutes(1)) is place
    assert (place.state, place.channel) == (PlaceState.OFFERED, Channel.CALLBACK)
    assert accept(session, place, seat, minutes(1))
    assert hang_up(session, place.call, minutes(2)) is None


def test_a_caller_whose_agent_drops_off_is_first_again(session):
    place, seat, other = a_place(session), a_seat(session), a_seat(session, "wang")
    a_place(session, number="+8613600136000", at=minutes(1))
    accept(session, offered(session, seat), seat, NOON)
    assert lose_agent(session, place, minutes(0.4))
    assert seat.state is SeatState.OFFLINE
    assert offered(session, other, minutes(0.4)).id == place.id
    assert not lose_agent(session, place, minutes(0.4))


def test_an_agent_who_is_gone_after_a_talk_has_hung_up_and_makes_their_notes(session):
    place, seat = a_place(session), a_seat(session)
    accept(session, offered(session, seat), seat, NOON)
    assert lose_agent(session, place, minutes(0.5))
    assert (seat.state, place.state) == (SeatState.WRAP_UP, PlaceState.WAITING)


def test_who_has_dialled_in_is_still_in_their_own_call_when_a_talk_broke_off(session):
    place, seat = a_place(session), a_seat(session)
    accept(session, offered(session, seat), seat, NOON)
    seat.dialled_in_sid = "CAown"
    assert lose_agent(session, place, minutes(5))
    assert seat.state is SeatState.BREAK


@pytest.mark.parametrize("state", [state for state in SeatState if state is not SeatState.AVAILABLE])
def test_only_who_is_available_is_asked(session, state):
    place, seat = a_place(session), a_seat(session)
    set_state(session, seat, state, NOON)
    assert offer_next(session, seat, NOON) is None
    assert offer(session, place, seat, NOON) is None
    assert place.state is PlaceState.WAITING


def test_of_agent_and_hanging_up_exactly_one_wins(database):
    for _ in range(3):
        with database.transaction() as session:
            place = a_place(session)
            seat = a_seat(session, f"li{place.id}")
            offer(session, place, seat, NOON)
            ids = place.id, seat.id, place.call_id
        won = []

        def take_or_withdraw(number, ids=ids, won=won):
            with database.transaction() as session:
                row, agent = session.get_one(LinePlace, ids[0]), session.get_one(SeatRow, ids[1])
                won.append(decline(session, row, NOON) if number else accept(session, row, agent, NOON))

        assert at_once(2, take_or_withdraw) == []
        assert sorted(won) == [False, True]
        with database.transaction() as session:
            close(session, session.get_one(LinePlace, ids[0]), PlaceOutcome.TALKED, NOON)
