"""Callers and agents brought together, in both databases: who is rung, who wins, and what becomes of the others."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.models import (
    Channel,
    LinePlace,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PlaceOutcome,
    PlaceState,
    SeatState,
    Urgency,
)
from core.settings import Settings
from routing.line.desk import (
    NotNowError,
    back_to_the_line,
    bring_in,
    choose_state,
    finish,
    settle_by_hand,
    take_by_hand,
)
from routing.line.joining import call_back_later, join_line, left_the_line
from routing.line.keeping import keep_line
from routing.line.line_now import read_line
from routing.line.matching import match, ring_everybody
from routing.line.ringing_citizens import still_to_ring
from routing.line.talks import (
    agent_hung_up,
    agent_lost,
    agent_rings,
    not_placed,
    place_offered,
    refuse,
    take,
    talk_over,
)
from tests.routing.line.test_places import a_call, a_place, a_seat
from tests.rows import NOON

CITY = ZoneInfo("Asia/Shanghai")
DUTY = "+8613911110000"
SETTINGS = Settings(duty_phones=(DUTY,))


def seconds(number):
    return NOON + timedelta(seconds=number)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def sent(session, kind=OutgoingKind.AGENT_CALL):
    rows = session.query(Outgoing).filter_by(kind=kind).order_by(Outgoing.id).all()
    for row in rows:
        row.carrier_sid, row.attempt_id = row.carrier_sid or f"CA-out-{row.id}", row.attempt_id or f"attempt{row.id}"
    session.flush()
    return rows


def taken(session, **values):
    """A place that the agent `li` has."""
    seat, place = a_seat(session), a_place(session, **values)
    match(session, NOON)
    (call,) = sent(session)
    assert take(session, SETTINGS, call, NOON) is place
    return seat, place, call


def moves(session):
    return [row.payload["path"] for row in sent(session, OutgoingKind.MOVE_CALL)]


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


def test_without_a_time_for_notes_the_agent_says_when_they_are_done(session):
    seat, place, call = taken(session)
    talk_over(session, place, NOON)
    agent_hung_up(session, SETTINGS, call, NOON)
    keep_line(session, Settings(wrap_up_seconds=0), seconds(9000))
    assert seat.state is SeatState.WRAP_UP


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


@pytest.mark.parametrize("number", ["+12025550123", "+8612012345678"])
def test_a_number_that_no_carrier_rings_is_left_to_a_person(session, number):
    settings = Settings(unplaceable_prefixes=("+86120",))
    a_seat(session).state = SeatState.BREAK
    place = a_place(session)
    assert call_back_later(session, settings, place.call, number, NOON) is place
    assert (place.state, place.number) == (PlaceState.BY_HAND, number)


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


def test_whoever_joins_rings_a_free_agent_at_once(session):
    a_seat(session)
    place = join_line(session, a_call(session), "zh", NOON)
    assert place.state is PlaceState.OFFERED


# --- the desk ---


def test_a_state_chosen_in_mid_talk_holds_afterwards(session):
    seat, place, call = taken(session)
    choose_state(session, seat, SeatState.BREAK, NOON)
    assert seat.state is SeatState.TALKING
    talk_over(session, place, NOON)
    agent_hung_up(session, SETTINGS, call, NOON)
    assert seat.state is SeatState.BREAK
    with pytest.raises(NotNowError):
        choose_state(session, seat, SeatState.TALKING, NOON)
    seat.telephone = None
    with pytest.raises(NotNowError):
        choose_state(session, seat, SeatState.AVAILABLE, NOON)


def test_anybody_in_the_line_can_be_taken_first(session):
    seat = a_seat(session)
    seat.state = SeatState.BREAK
    before, wanted = a_place(session), a_place(session, "+8613800138009", seconds(5))
    seat.state = SeatState.AVAILABLE
    take_by_hand(session, seat, wanted, seconds(9))
    assert (before.state, wanted.state) == (PlaceState.WAITING, PlaceState.OFFERED)
    with pytest.raises(NotNowError):
        take_by_hand(session, seat, before, seconds(9))
    line = read_line(session, seconds(9))
    assert [row.id for row in (*line.holding, *line.with_agents)] == [before.id, wanted.id]


def test_an_agent_ends_a_talk_or_gives_the_caller_to_another_skill(session):
    seat, place, call = taken(session)
    back_to_the_line(session, place, NOON, skill="medicine")
    assert (place.state, place.skill, seat.next_state) == (PlaceState.WAITING, "medicine", SeatState.WRAP_UP)
    assert moves(session)[-1] == f"agents/{call.attempt_id}/left"
    with pytest.raises(NotNowError):
        finish(session, place, NOON)


def test_a_finished_talk_is_over_for_both(session):
    _, place, call = taken(session)
    finish(session, place, NOON)
    assert place.outcome is PlaceOutcome.TALKED
    assert moves(session)[-1] == f"agents/{call.attempt_id}/left"


def test_a_third_person_comes_in_without_taking_the_caller(session):
    seat, place, call = taken(session)
    bring_in(session, place, DUTY, NOON)
    third = sent(session)[-1]
    assert place_offered(session, third) is place
    assert take(session, SETTINGS, third, NOON) is place
    assert (place.seat_id, place.outgoing_id) == (seat.id, call.id)
    agent_hung_up(session, SETTINGS, third, NOON)
    assert place.state is PlaceState.TAKEN
    agent_lost(session, SETTINGS, place, NOON)
    assert take(session, SETTINGS, third, NOON) is None


def test_what_a_person_has_settled_is_out_of_the_line(session):
    place = a_place(session)
    settle_by_hand(session, place, NOON, PlaceOutcome.CLOSED_BY_HAND)
    line = read_line(session, NOON)
    assert not (*line.holding, *line.callbacks, *line.with_agents)
    with pytest.raises(NotNowError):
        settle_by_hand(session, place, NOON, PlaceOutcome.CLOSED_BY_HAND)
    assert session.query(LinePlace).count() == 1
