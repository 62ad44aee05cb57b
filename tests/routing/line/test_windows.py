"""When a callback may come: hours of today and tomorrow, and the next ones for whom nobody was free."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.models import Channel, PlaceState, Urgency
from core.settings import Settings
from routing.line.callback_policy import Outcome
from routing.line.joining import call_back_later
from routing.line.keeping import keep_line
from routing.line.offering import tried
from routing.line.place_lines import callbacks
from routing.line.places import choose_callback, join, note_urgency
from routing.line.windows import Window, window_for, windows_ahead
from tests.routing.line.rows import CITY, a_call, a_place, a_seat
from tests.rows import NOON

HOURS = ((time(8), time(12)), (time(13), time(18)), (time(18), time(21)))
SETTINGS = Settings()


def local(hour, minute=0, day=29):
    return datetime(2022, 7, day, hour, minute, tzinfo=CITY).astimezone(UTC)


def window(opens, closes, day=29):
    return Window(local(opens, day=day), local(closes, day=day))


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (local(7), (window(8, 12), window(13, 18), window(18, 21))),
        (local(11, 30), (window(8, 12), window(13, 18), window(18, 21))),
        (local(11, 31), (window(13, 18), window(18, 21), window(8, 12, day=30))),
        (local(20, 59), (window(8, 12, day=30), window(13, 18, day=30), window(18, 21, day=30))),
    ],
)
def test_the_next_hours_are_offered_and_none_that_is_nearly_over(now, offered):
    assert windows_ahead(HOURS, now, CITY) == offered


def test_nobody_is_offered_what_is_more_than_a_day_ahead():
    assert windows_ahead(HOURS[:1], local(7, 59), CITY) == (window(8, 12),)
    assert windows_ahead(HOURS[:1], local(8), CITY) == (window(8, 12), window(8, 12, day=30))
    assert windows_ahead((), local(8), CITY) == ()


def test_whom_nobody_was_free_to_ring_has_the_same_hours_of_a_later_day_by_the_clocks_there():
    assert window_for(window(8, 12), local(11, 59), CITY) == window(8, 12)
    assert window_for(window(8, 12), local(12), CITY) == window(8, 12, day=30)
    assert window_for(window(8, 12), local(13, day=30), CITY) == window(8, 12, day=31)
    berlin = ZoneInfo("Europe/Berlin")
    before = Window(datetime(2022, 3, 26, 7, tzinfo=UTC), datetime(2022, 3, 26, 11, tzinfo=UTC))
    after = window_for(before, before.closes_at, berlin)
    assert after.opens_at == datetime(2022, 3, 27, 6, tzinfo=UTC)  # eight o'clock there, in summer time


def chosen(session, hours, urgency=Urgency.YELLOW):
    place = a_place(session, urgency=urgency)
    found = call_back_later(session, SETTINGS, place.call, None, NOON, hours)
    assert found is place
    return place


def test_nobody_is_rung_before_the_hours_they_chose(session):
    seat = a_seat(session)
    later = Window(NOON + timedelta(hours=2), NOON + timedelta(hours=5))
    place = chosen(session, later)
    assert (place.state, place.due_at, place.promised_by) == (PlaceState.LATER, later.opens_at, later.closes_at)
    (line,) = callbacks(session)
    assert (line.window_from, line.window_until) == (later.opens_at, later.closes_at)
    assert keep_line(session, SETTINGS, later.opens_at - timedelta(seconds=1)) == 0
    assert keep_line(session, SETTINGS, later.opens_at) == 1
    assert place.seat_id == seat.id


def test_nobody_is_rung_after_the_hours_they_chose_but_in_those_of_the_next_day(session):
    now_open = Window(NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    place = chosen(session, now_open)
    assert place.state is PlaceState.WAITING
    seat = a_seat(session)
    assert keep_line(session, SETTINGS, now_open.closes_at) == 0
    assert (place.state, place.due_at) == (PlaceState.LATER, now_open.opens_at + timedelta(days=1))
    assert place.promised_by == now_open.closes_at  # late, as was promised
    assert keep_line(session, SETTINGS, place.due_at) == 1
    assert place.seat_id == seat.id


def test_a_second_try_keeps_to_the_hours_too(session):
    place = chosen(session, Window(NOON - timedelta(hours=1), NOON + timedelta(minutes=5)))
    place.state = PlaceState.TAKEN
    session.flush()
    tried(session, place, Outcome.NO_ANSWER, NOON, CITY)
    assert place.due_at == NOON + timedelta(hours=23)
    place.state = PlaceState.TAKEN
    session.flush()
    tried(session, place, Outcome.BUSY, NOON + timedelta(hours=22, minutes=30), CITY)
    assert place.due_at == NOON + timedelta(hours=23, minutes=30)


def test_a_red_ignores_hours_and_nights(session):
    seat = a_seat(session)
    place = chosen(session, Window(NOON + timedelta(hours=2), NOON + timedelta(hours=5)))
    note_urgency(place, Urgency.RED, NOON)
    assert (place.due_at, place.window_from) == (NOON + timedelta(minutes=1), None)
    assert keep_line(session, SETTINGS, NOON + timedelta(minutes=1)) == 1
    assert place.seat_id == seat.id
    night = a_place(session, "+8613900000009", NOON, Urgency.GREEN)
    choose_callback(session, night, number=night.number, promised_by=None, now=local(22), zone=CITY)
    assert night.due_at == local(8, day=30)
    note_urgency(night, Urgency.RED, local(23))
    assert night.due_at == local(23, 1)


def test_who_rings_again_waits_on_the_telephone_and_at_no_hours(session):
    place = chosen(session, Window(NOON + timedelta(hours=2), NOON + timedelta(hours=5)))
    again = join(session, a_call(session, at=NOON), language="zh", urgency=Urgency.UNKNOWN, now=NOON)
    assert again is place
    assert (place.state, place.channel, place.window_from) == (PlaceState.WAITING, Channel.HOLDING, None)
