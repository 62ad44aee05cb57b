"""Who is in danger and drops off is called back by a person at once, and again; after two misses somebody looks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import Contact, ContactKind, LinePlace, Outgoing, OutgoingKind, PlaceState, Urgency
from core.settings import Settings
from routing.orders import (
    Actor,
    Party,
    accept,
    add_event,
    caller_left,
    caller_was,
    chase,
    hear_order,
    orders_to_check,
    take_step,
)
from routing.orders.lifecycle import Verb
from tests.rows import NOON, a_call, an_order

ONE, TWO = "+8613900000001", "+8613900000002"
DUTY = Settings(duty_phones=(ONE, TWO))
WANG = Actor("wang", Party.SUPERVISOR)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def in_danger(session, *, number="+8613800138000", urgency=Urgency.RED, settings=DUTY):
    return an_order(session, a_call(session, number=number), settings, urgency=urgency)


def sweep(session, minute, settings=DUTY):
    now = NOON + minute * MINUTE
    for order_id in orders_to_check(session, now):
        chase(session, order_id, settings, now)


def rung(session):
    rows = session.scalars(
        select(Outgoing).where(Outgoing.kind == OutgoingKind.RING_CONTACT).order_by(Outgoing.id)
    ).all()
    return [(row.payload["to"], row.payload.get("contact_id")) for row in rows]


def events(session, order):
    session.expire(order, ["events"])
    return [event.event for event in order.events]


def missed(session, order, attempt, minute):
    caller_was(session, order, "139****0001", NOON + minute * MINUTE, reached=False, attempt=attempt)


def test_they_are_called_back_at_once_and_again_by_the_next_person(session):
    order = in_danger(session)
    caller_left(session, order, DUTY, NOON)
    for minute in range(5):
        sweep(session, minute)
    assert rung(session) == [(ONE, None), (TWO, None), (ONE, None)]
    assert events(session, order).count("alerted") == 1  # the call back rings in the alert's place


def test_so_is_an_unheard_one_with_words_of_danger(session):
    order = in_danger(session, urgency=Urgency.UNKNOWN)
    caller_left(session, order, DUTY, NOON)
    assert "dropped_off" not in events(session, order)
    order.reasons = {"words": [["救命", "life"]]}
    caller_left(session, order, DUTY, NOON)
    sweep(session, 0)
    assert len(rung(session)) == 1


@pytest.mark.parametrize("event", ["person_connected", "alert_confirmed"])
def test_whom_a_person_had_has_not_dropped_off(session, event):
    order = in_danger(session)
    add_event(session, order, event, "139****0001", NOON)
    caller_left(session, order, DUTY, NOON)
    assert "dropped_off" not in events(session, order)


def test_a_yellow_one_is_not_chased_like_this(session):
    order = in_danger(session, urgency=Urgency.YELLOW)
    caller_left(session, order, DUTY, NOON)
    assert "dropped_off" not in events(session, order)


def test_after_two_misses_somebody_is_sent_to_look_and_the_calling_goes_on(session):
    committee = Contact(kind=ContactKind.COMMITTEE, name="居委会", phone="+8657100000001")
    service = Contact(kind=ContactKind.EMERGENCY, name="东城急救", phone="+8657100000002", district="东城区")
    session.add_all([committee, service])
    session.flush()
    order = in_danger(session)
    order.district = "东城区"
    caller_left(session, order, DUTY, NOON)
    sweep(session, 0)
    missed(session, order, 1, 1)
    missed(session, order, 1, 1)  # told twice by the carrier: one miss
    sweep(session, 2)
    assert "welfare_check" not in events(session, order)
    missed(session, order, 2, 3)
    sweep(session, 3)
    assert rung(session)[-1] == (ONE, service.id)
    sweep(session, 6)
    assert events(session, order).count("welfare_check") == 1
    assert rung(session)[-1][1] is None


def test_a_missing_entry_is_told_to_people(session):
    order = in_danger(session)
    caller_left(session, order, DUTY, NOON)
    missed(session, order, 1, 0)
    missed(session, order, 2, 0)
    sweep(session, 1)
    assert "welfare_check" in events(session, order)
    assert next(event for event in order.events if event.event == "welfare_check").detail == {"contact_id": None}
    assert rung(session) == []


@pytest.mark.parametrize("end", ["reached", "decided"])
def test_it_ends_when_they_were_reached_or_a_supervisor_decides(session, end):
    order = in_danger(session)
    caller_left(session, order, DUTY, NOON)
    sweep(session, 0)
    if end == "reached":
        caller_was(session, order, "139****0001", NOON + MINUTE, reached=True, attempt=1)
        accept(session, order, "li", NOON + MINUTE)
    else:
        take_step(session, order, Verb.DECIDE_WELFARE, WANG, NOON + MINUTE, reason="the ambulance is there")
        accept(session, order, "li", NOON + MINUTE)
    for minute in range(2, 9):
        sweep(session, minute)
    assert len(rung(session)) == 1


def test_without_a_number_or_anybody_on_duty_it_is_told_all_the_same(session):
    for order, settings in (
        (in_danger(session, number=None), DUTY),
        (in_danger(session, settings=Settings()), Settings()),
    ):
        caller_left(session, order, settings, NOON)
        chase(session, order.id, settings, NOON)
        event = next(event for event in order.events if event.event == "call_back_tried")
        assert event.detail["rung"] is False
    assert rung(session) == []


@pytest.mark.parametrize(
    ("state", "rings"),
    [(PlaceState.LATER, 1), (PlaceState.OFFERED, 0), (PlaceState.TAKEN, 0), (PlaceState.BY_HAND, 1)],
)
def test_whom_the_line_is_just_ringing_is_not_rung_by_the_people_on_duty_as_well(session, state, rings):
    order = in_danger(session)
    place = {"caller_id": order.call.caller_id, "call_id": order.call_id, "language": "zh", "state": state}
    session.add(LinePlace(**place, first_called_at=NOON, channel_since=NOON))
    caller_left(session, order, DUTY, NOON)
    sweep(session, 0)
    assert len(rung(session)) == rings
    session.scalars(select(LinePlace)).one().state = PlaceState.LATER
    sweep(session, 3)
    assert len(rung(session)) == rings + 1  # it goes on as soon as the line has let go


def test_a_message_that_turns_out_red_is_alerted_about_and_not_a_drop(session):
    order = in_danger(session, urgency=Urgency.UNKNOWN)
    caller_left(session, order, DUTY, NOON)
    hear_order(session, order, DUTY, NOON)
    assert "dropped_off" not in events(session, order)
