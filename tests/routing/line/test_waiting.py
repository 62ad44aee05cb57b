"""Who is next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.models import Urgency
from hotline.drill.waiting_list import WaitingList
from routing.line.waiting import Seat, Waiting, can_serve, next_for, order_key, queues_of

NOON = datetime(2022, 7, 29, 4, tzinfo=UTC)
BOTH = Seat(frozenset({"zh", "en"}), frozenset({"medical"}))
ZH = Seat(frozenset({"zh"}))


def waiting(number=1, urgency=Urgency.GREEN, minutes=0, language="zh", skill=""):
    return Waiting(number, urgency, NOON + timedelta(minutes=minutes), language, skill)


def test_the_urgent_go_first_and_then_who_called_first():
    line = [
        waiting(1, Urgency.GREEN, -600),
        waiting(2, Urgency.UNKNOWN, 3),
        waiting(3, Urgency.YELLOW, 2),
        waiting(4, Urgency.RED, 9),
        waiting(5, Urgency.RED, 8),
    ]
    assert [one.id for one in sorted(line, key=order_key)] == [5, 4, 3, 2, 1]


def test_an_agent_is_offered_only_whom_they_can_serve():
    english, doctor = waiting(1, language="en"), waiting(2, skill="medical", minutes=5)
    assert next_for(ZH, [english, doctor]) is None
    assert next_for(BOTH, [doctor, english]) == english
    assert queues_of(BOTH) == (("en", ""), ("en", "medical"), ("zh", ""), ("zh", "medical"))


people = st.builds(
    waiting,
    number=st.integers(1, 10**6),
    urgency=st.sampled_from(Urgency),
    minutes=st.integers(-60, 60),
    language=st.sampled_from(["zh", "en"]),
    skill=st.sampled_from(["", "medical"]),
)


@given(st.lists(people, unique_by=lambda one: one.id), st.sampled_from([ZH, BOTH]), st.data())
def test_the_heaps_of_a_drill_choose_whom_the_policy_chooses(line, seat, data):
    heaps = WaitingList()
    for one in line:
        heaps.add(one)
    left = data.draw(st.lists(st.sampled_from(line), unique=True)) if line else []
    for one in left:
        heaps.remove(one)
    there = [one for one in line if one not in left]
    while there:
        chosen = heaps.take_next(seat)
        assert chosen == next_for(seat, there)
        if chosen is None:
            assert not any(can_serve(seat, one) for one in there)
            return
        there.remove(chosen)
    assert heaps.take_next(seat) is None


def test_who_rings_again_is_in_the_line_once():
    heaps = WaitingList()
    heaps.add(waiting())
    heaps.add(waiting())
    assert len(heaps) == 1
    assert heaps.take_next(ZH) == waiting()
    assert waiting() not in heaps
    assert heaps.take_next(ZH) is None
