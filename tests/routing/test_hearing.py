"""An order is filled in with what was heard: never lowered by a machine, green only when every word was heard."""

import pytest

from core.models import Category, OrderState, Recording, RecordingState, Urgency
from core.settings import Settings
from routing.orders import add_event, hear_order, listen_to_order, set_urgency
from tests.rows import NOON, a_call, a_recording, an_order

RED_WORDS, YELLOW_WORDS, GREEN_WORDS, NO_WORDS = "胸口疼", "发烧了", "我住东城区买不到菜", "那个这个"
SETTINGS = Settings(duty_phones=("+8613800138001",))
UNHEARD = [RecordingState.ANNOUNCED, RecordingState.STORED, RecordingState.NO_MODEL, RecordingState.FAILED]
UNHEARD += [RecordingState.UNREADABLE, RecordingState.LOST]


def heard(session, *texts, urgency=Urgency.UNKNOWN, state=None):
    call = a_call(session)
    order = an_order(session, call, SETTINGS, urgency=urgency)
    for text in texts:
        a_recording(session, call, text=text)
    if state:
        a_recording(session, call, state=state)
    hear_order(session, order, SETTINGS, NOON)
    return order


def events(order):
    return [event.event for event in order.events]


@pytest.mark.parametrize(
    ("text", "urgency", "rank", "category"),
    [
        (RED_WORDS, Urgency.RED, 0, Category.MEDICAL),
        (YELLOW_WORDS, Urgency.YELLOW, 1, Category.MEDICAL),
        (GREEN_WORDS, Urgency.GREEN, 2, Category.SUPPLIES),
        (NO_WORDS, Urgency.UNKNOWN, 1, None),
    ],
)
def test_what_was_heard_is_filled_in(database, text, urgency, rank, category):
    with database.transaction() as session:
        order = heard(session, text)
        assert (order.urgency, order.urgency_rank, order.category) == (urgency, rank, category)
        assert order.summary == text
        assert order.events[-1].event in {"triaged", "alerted"}
        assert order.state is OrderState.REGISTERED


def test_all_recordings_count_in_the_order_they_were_said(database):
    with database.transaction() as session:
        order = heard(session, GREEN_WORDS, RED_WORDS)
        assert order.summary == f"{GREEN_WORDS}\n{RED_WORDS}"
        assert (order.urgency, order.district) == (Urgency.RED, "东城区")


@pytest.mark.parametrize("state", UNHEARD)
def test_green_has_to_wait_until_every_word_was_heard(database, state):
    with database.transaction() as session:
        order = heard(session, GREEN_WORDS, state=state)
        assert order.urgency is Urgency.UNKNOWN
        assert order.category is Category.SUPPLIES


@pytest.mark.parametrize("state", UNHEARD)
def test_red_and_yellow_do_not_wait(database, state):
    with database.transaction() as session:
        assert heard(session, RED_WORDS, state=state).urgency is Urgency.RED
        assert heard(session, YELLOW_WORDS, state=state).urgency is Urgency.YELLOW


def test_an_empty_recording_holds_no_word_that_was_not_heard(database):
    with database.transaction() as session:
        assert heard(session, GREEN_WORDS, state=RecordingState.EMPTY).urgency is Urgency.GREEN


def test_green_comes_once_the_last_one_was_heard(database):
    with database.transaction() as session:
        order = heard(session, GREEN_WORDS, state=RecordingState.STORED)
        waiting = session.query(Recording).filter_by(state=RecordingState.STORED).one()
        waiting.state = RecordingState.EMPTY
        hear_order(session, order, SETTINGS, NOON)
        assert order.urgency is Urgency.GREEN


@pytest.mark.parametrize("text", [GREEN_WORDS, YELLOW_WORDS, NO_WORDS])
def test_a_machine_never_lowers_a_red(database, text):
    with database.transaction() as session:
        order = heard(session, text, urgency=Urgency.RED)
        assert (order.urgency, order.urgency_rank) == (Urgency.RED, 0)


def test_a_machine_never_lowers_a_yellow(database):
    with database.transaction() as session:
        order = heard(session, YELLOW_WORDS)
        recording = session.query(Recording).order_by(Recording.id.desc()).first()
        recording.transcript.text = GREEN_WORDS
        hear_order(session, order, SETTINGS, NOON)
        assert order.urgency is Urgency.YELLOW


def test_yellow_rises_to_red_when_more_is_said(database):
    with database.transaction() as session:
        order = heard(session, YELLOW_WORDS)
        a_recording(session, order.call, text=RED_WORDS)
        hear_order(session, order, SETTINGS, NOON)
        assert (order.urgency, order.urgency_rank) == (Urgency.RED, 0)


@pytest.mark.parametrize("chosen", [Urgency.GREEN, Urgency.YELLOW])
def test_what_a_person_judged_is_left_alone(database, chosen):
    with database.transaction() as session:
        order = heard(session, YELLOW_WORDS)
        set_urgency(session, order, chosen, "li", NOON, "called back, all is well", order.revision)
        a_recording(session, order.call, text=RED_WORDS)
        hear_order(session, order, SETTINGS, NOON)
        assert order.urgency is chosen
        assert RED_WORDS in order.summary
        assert "alerted" not in events(order)


def test_category_and_district_once_known_stay(database):
    with database.transaction() as session:
        order = heard(session, GREEN_WORDS)
        a_recording(session, order.call, text="西城区要投诉举报")
        hear_order(session, order, SETTINGS, NOON)
        assert (order.category, order.district) == (Category.SUPPLIES, "东城区")


def test_red_by_words_alerts_once_however_often_it_is_heard(database):
    with database.transaction() as session:
        order = heard(session, RED_WORDS)
        hear_order(session, order, SETTINGS, NOON)
        assert events(order).count("alerted") == 1


def test_reasons_are_kept_and_told_once(database):
    with database.transaction() as session:
        order = heard(session, RED_WORDS, YELLOW_WORDS, urgency=Urgency.RED)
        hear_order(session, order, SETTINGS, NOON)
        assert order.reasons == {"words": [["9", "key"], ["胸口疼", "heart"], ["发烧", "fever"]]}


def test_an_order_in_english_is_judged_in_english(database):
    with database.transaction() as session:
        call = a_call(session, language="en")
        order = an_order(session, call, SETTINGS, language="en")
        a_recording(session, call, text="she can't breathe")
        assert hear_order(session, order, SETTINGS, NOON).urgency is order.urgency is Urgency.RED


def test_what_no_machine_could_hear_is_for_a_persons_ear(database):
    with database.transaction() as session:
        order = an_order(session, a_call(session))
        listen_to_order(session, order, NOON, "unreadable")
        assert order.to_listen is True
        assert (order.events[-1].event, order.events[-1].detail) == ("to_listen", {"why": "unreadable"})


def test_events_are_only_added_at_the_end(database):
    with database.transaction() as session:
        one, other = (an_order(session, a_call(session)) for _ in range(2))
        for number in range(3):
            add_event(session, one, f"e{number}", "li", NOON, number=number)
            add_event(session, other, "x", "li", NOON)
    with database.reading() as session:
        kept = session.merge(one, load=False).events
        assert [(e.position, e.event, e.actor) for e in kept[1:]] == [(2, "e0", "li"), (3, "e1", "li"), (4, "e2", "li")]
        assert kept[3].detail == {"number": 2}
        assert kept[3].happened_at == NOON
