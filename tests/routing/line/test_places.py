"""Places in the line, in both databases: kept through hanging up and ringing again, taken once, never lost."""

from datetime import timedelta

from core.models import Channel, LinePlace, PlaceOutcome, PlaceState, Urgency
from routing.line.offering import accept, offer_next
from routing.line.places import choose_callback, close, come_due, hang_up, join, note_urgency, place_of
from routing.line.windows import Window
from tests.routing.line.rows import CITY, NUMBER, a_call, a_place, a_seat, minutes, offered
from tests.rows import NOON


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


def test_who_was_taken_can_no_longer_choose_a_callback(session):
    place, seat = a_place(session), a_seat(session)
    offered(session, seat)
    assert not choose_callback(session, place, number=NUMBER, promised_by=NOON, now=NOON, zone=CITY)
    assert place.channel is Channel.HOLDING
