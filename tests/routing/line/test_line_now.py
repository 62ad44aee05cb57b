"""What the screens read of the line: every kind of row in its order, counts of all, and a mark for every change."""

from datetime import timedelta

from core.models import PlaceState, SeatState, Urgency
from routing.line.callback_policy import Outcome
from routing.line.line_now import line_mark, read_line
from routing.line.offering import accept, offer, tried
from routing.line.place_lines import callbacks, line_of_seat
from routing.line.places import close, note_urgency
from routing.line.seats import set_state
from tests.routing.line.rows import CITY, NUMBERS, a_place, a_seat, minutes, promised
from tests.rows import NOON


def test_who_holds_is_shown_red_first_then_by_the_first_call(session):
    late, early = a_place(session, NUMBERS[0], minutes(2)), a_place(session, NUMBERS[1], minutes(1))
    red = a_place(session, NUMBERS[2], minutes(3), Urgency.RED)
    line = read_line(session, minutes(4))
    assert [row.id for row in line.holding] == [red.id, early.id, late.id]
    assert line.waiting_by_urgency == {Urgency.RED: 1, Urgency.GREEN: 2}
    assert (line.waiting, line.longest_since, line.reds) == (3, minutes(1), (red.id,))
    assert line.holding[0].number == "138****8002"


def test_counts_are_of_all_however_few_rows_are_shown(session):
    for number in NUMBERS:
        a_place(session, number)
    line = read_line(session, NOON, rows=3)
    assert (len(line.holding), line.waiting) == (3, 10)


def test_callbacks_are_apart_and_the_late_and_those_left_to_a_person_are_counted(session):
    in_time, late, by_hand = (a_place(session, number) for number in NUMBERS[:3])
    promised(session, in_time, minutes(20))
    promised(session, late, minutes(5))
    promised(session, by_hand, None)
    by_hand.state = PlaceState.BY_HAND
    session.flush()
    line = read_line(session, minutes(10))
    assert not line.holding
    assert (line.callbacks_in_all, line.callbacks_late, line.by_hand) == (3, 1, 1)
    assert {row.id for row in line.callbacks} == {in_time.id, late.id, by_hand.id}
    assert {row.id for row in callbacks(session)} == {in_time.id, late.id, by_hand.id}


def test_who_is_with_an_agent_is_neither_waiting_nor_a_new_red(session):
    place, seat = a_place(session, urgency=Urgency.RED), a_seat(session)
    offer(session, place, seat, NOON)
    line = read_line(session, NOON)
    assert ([row.agent for row in line.with_agents], line.waiting, line.reds) == (["李明"], 0, (place.id,))
    assert line_of_seat(session, seat.id).id == place.id
    accept(session, place, seat, NOON)
    assert read_line(session, NOON).reds == ()
    close(session, place, None, NOON)
    assert line_of_seat(session, seat.id) is None


def test_the_share_taken_at_once_is_of_those_who_held_in_the_last_half_hour(session):
    def taken(number, waited, ago=5):
        place, seat = a_place(session, number, minutes(-ago) - waited), a_seat(session, f"agent{number[-1]}")
        offer(session, place, seat, minutes(-ago))
        assert accept(session, place, seat, minutes(-ago))
        return place

    assert read_line(session, NOON).at_once_share is None
    taken(NUMBERS[0], timedelta(seconds=15))
    taken(NUMBERS[1], timedelta(seconds=16))
    taken(NUMBERS[2], timedelta(seconds=1), ago=31)
    rung = taken(NUMBERS[3], timedelta(seconds=1))
    tried(session, rung, Outcome.NO_ANSWER, NOON, CITY)
    assert read_line(session, NOON).at_once_share == 0.5


def test_every_change_draws_another_mark(session):
    marks = [line_mark(session)]

    def changed():
        session.flush()
        marks.append(line_mark(session))
        return len(set(marks)) == len(marks)

    place = a_place(session)
    assert changed()
    note_urgency(place, Urgency.RED, NOON)
    assert changed()
    place.matter = "透析"
    assert changed()
    seat = a_seat(session)
    assert changed()
    offer(session, place, seat, NOON)
    assert changed()
    accept(session, place, seat, NOON)
    assert changed()
    close(session, place, None, NOON)
    assert changed()
    a_place(session, NUMBERS[5])
    assert changed()
    set_state(session, seat, SeatState.BREAK, NOON)
    assert changed()
    assert line_mark(session) == marks[-1]
