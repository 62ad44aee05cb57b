"""Places in the line, in both databases: kept through hanging up and ringing again, taken once, never lost."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.models import Call, Caller, Channel, LinePlace, PlaceOutcome, PlaceState, Role, SeatRow, SeatState, Urgency
from routing.line.callback_policy import Outcome
from routing.line.offering import (
    accept,
    decline,
    expired_offers,
    lose_agent,
    offer,
    offer_next,
    tried,
)
from routing.line.places import choose_callback, close, come_due, hang_up, join, note_urgency, place_of
from routing.line.seats import set_state
from routing.line.windows import Window
from tests.factories import make_staff
from tests.routing.test_registering import at_once
from tests.rows import NOON

CITY = ZoneInfo("Asia/Shanghai")
NUMBER = "+8613800138000"


def minutes(number):
    return NOON + timedelta(minutes=number)


def a_call(session, number=NUMBER, at=NOON):
    caller = session.query(Caller).filter_by(number=number).one_or_none() if number else None
    serial = session.query(Call).count()
    caller = caller or Caller(number=number, key_id=f"key{serial}")
    call = Call(call_sid=f"CA{serial:032d}", caller=caller, dialogue={}, started_at=at)
    session.add(call)
    session.flush()
    return call


def a_place(session, number=NUMBER, at=NOON, urgency=Urgency.GREEN, **values):
    return join(session, a_call(session, number, at), language="zh", urgency=urgency, now=at, **values)


def a_seat(session, sign_in="li", languages=("zh",), skills=()):
    seat = SeatRow(
        staff_id=make_staff(session, sign_in, role=Role.AGENT).id,
        telephone="+8613900139000",
        languages=list(languages),
        skills=list(skills),
        state=SeatState.AVAILABLE,
        state_since=NOON,
    )
    session.add(seat)
    session.flush()
    return seat


def offered(session, seat, now=NOON):
    got = offer_next(session, seat, now)
    assert got is not None
    return got.place


# --- whose place it is ---


def test_who_hangs_up_and_rings_again_is_back_in_their_place(session):
    first = a_place(session)
    assert hang_up(session, first.call, minutes(2)) is first
    assert (first.channel, first.state, first.first_called_at) == (Channel.CALLBACK, PlaceState.WAITING, NOON)
    again = a_place(session, at=minutes(9))
    assert again.id == first.id
    assert (again.channel, again.first_called_at, again.channel_since) == (Channel.HOLDING, NOON, minutes(9))
    assert session.query(LinePlace).count() == 1


def test_the_same_call_asking_twice_has_one_place(session):
    call = a_call(session)
    one = join(session, call, language="zh", urgency=Urgency.GREEN, now=NOON)
    two = join(session, call, language="zh", urgency=Urgency.GREEN, now=minutes(1))
    assert (one.id, two.channel_since) == (two.id, NOON)


def test_withheld_numbers_never_share_a_place(session):
    one, two = a_place(session, number=None), a_place(session, number=None)
    assert one.id != two.id
    hang_up(session, one.call, minutes(1))
    assert (one.state, one.outcome, one.closed_at) == (PlaceState.DONE, PlaceOutcome.UNREACHABLE, minutes(1))
    assert a_place(session, number=None).id not in (one.id, two.id)


def test_a_place_that_has_ended_is_not_rejoined(session):
    first = a_place(session)
    assert close(session, first, PlaceOutcome.TALKED, minutes(3))
    assert not close(session, first, PlaceOutcome.WITHDRAWN, minutes(4))
    assert (first.outcome, first.closed_at) == (PlaceOutcome.TALKED, minutes(3))
    assert a_place(session, at=minutes(5)).id != first.id
    assert place_of(session, first.call) is None


def test_a_place_that_an_agent_has_stays_with_that_call(session):
    taken = a_place(session)
    seat = a_seat(session)
    accept(session, offered(session, seat), seat, NOON)
    assert a_place(session, at=minutes(1)).id != taken.id


def test_a_machine_raises_an_urgency_and_never_lowers_one(session):
    place = a_place(session, urgency=Urgency.UNKNOWN)
    assert (place.urgency, place.urgency_rank) == (Urgency.UNKNOWN, 1)
    note_urgency(place, Urgency.GREEN, NOON)
    assert (place.urgency, place.urgency_rank) == (Urgency.GREEN, 2)
    note_urgency(place, Urgency.RED, NOON, danger_words=True)
    note_urgency(place, Urgency.YELLOW, NOON)
    assert (place.urgency, place.urgency_rank, place.danger_words) == (Urgency.RED, 0, True)


# --- callbacks ---


def test_a_chosen_callback_keeps_the_place_and_rings_the_number_that_was_given(session):
    place = a_place(session)
    assert choose_callback(session, place, number="+8613700137000", promised_by=minutes(60), now=minutes(5), zone=CITY)
    assert (place.channel, place.state, place.number) == (Channel.CALLBACK, PlaceState.WAITING, "+8613700137000")
    assert (place.first_called_at, place.promised_by, place.channel_since) == (NOON, minutes(60), minutes(5))


def test_a_callback_for_later_waits_for_its_time(session):
    place, seat = a_place(session), a_seat(session)
    choose_callback(
        session,
        place,
        number=NUMBER,
        promised_by=minutes(90),
        now=NOON,
        zone=CITY,
        window=Window(minutes(60), minutes(90)),
    )
    assert (place.state, place.due_at) == (PlaceState.LATER, minutes(60))
    assert offer_next(session, seat, minutes(59)) is None
    assert come_due(session, minutes(59)) == 0
    assert come_due(session, minutes(60)) == 1
    session.expire_all()
    assert offered(session, seat).id == place.id


def test_a_green_callback_is_not_rung_at_night(session):
    place = a_place(session)
    night = NOON.replace(hour=15)  # 23:00 in the city
    choose_callback(session, place, number=NUMBER, promised_by=night, now=night, zone=CITY)
    assert (place.state, place.due_at) == (PlaceState.LATER, (NOON + timedelta(days=1)).replace(hour=0))


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


# --- agents ---


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


def test_who_was_taken_can_no_longer_choose_a_callback(session):
    place, seat = a_place(session), a_seat(session)
    offered(session, seat)
    assert not choose_callback(session, place, number=NUMBER, promised_by=NOON, now=NOON, zone=CITY)
    assert place.channel is Channel.HOLDING


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

        at_once(2, take_or_withdraw)
        assert sorted(won) == [False, True]
        with database.transaction() as session:
            close(session, session.get_one(LinePlace, ids[0]), PlaceOutcome.TALKED, NOON)


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
