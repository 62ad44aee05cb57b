"""Chasing through the database: whom it rings, that it catches up once, and that nobody's view goes stale by it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import (
    Category,
    Contact,
    ContactKind,
    Department,
    NoticeChannel,
    OrderState,
    Outgoing,
    OutgoingKind,
    Shift,
    Urgency,
    WorkOrder,
)
from core.settings import Settings
from routing.orders import (
    Actor,
    Party,
    accept,
    add_event,
    alert_if_red,
    chase,
    classify,
    defer,
    order_clocks,
    orders_to_check,
)
from routing.orders.deadlines import running
from routing.orders.whom_to_ring import contacts_now, ladder
from tests.rows import NOON, a_call, an_order

DUTY = Settings(duty_phones=("+8613800138001",))
NOBODY = Settings()
WANG = Actor("wang", Party.SUPERVISOR)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


def contact(session, kind, number, **columns):
    row = Contact(kind=kind, name=f"{kind}{number}", phone=f"+86139000000{number:02}", is_public=False, **columns)
    session.add(row)
    session.flush()
    return row


def red(session, settings=DUTY):
    return an_order(session, a_call(session), settings, urgency=Urgency.RED)


def rung(session, why=None):
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == OutgoingKind.ALERT_CALL).order_by(Outgoing.id))
    return [row.payload["to"] for row in rows if why in {None, row.payload["why"]}]


def events(session, order):
    session.expire(order, ["events"])
    return [event.event for event in order.events]


def sweep(session, now, settings=DUTY):
    for order_id in orders_to_check(session, now):
        chase(session, order_id, settings, now)


def test_a_red_nobody_confirms_is_rung_again_every_two_minutes(session):
    red(session)
    for minute in (1, 2, 3, 4):
        sweep(session, NOON + minute * MINUTE)
    assert len(rung(session, "red")) == 3  # at once, and twice more


def test_a_confirmed_one_is_not(session):
    order = red(session)
    add_event(session, order, "alert_confirmed", "138****8001", NOON)
    sweep(session, NOON + 2 * MINUTE)
    assert len(rung(session, "red")) == 1


def test_who_is_set_on_duty_later_is_rung_too(session):
    order = red(session, NOBODY)
    sweep(session, NOON + 2 * MINUTE, NOBODY)
    assert events(session, order)[-1] == "nobody_to_alert"
    assert events(session, order).count("nobody_to_alert") == 1
    sweep(session, NOON + 4 * MINUTE)
    assert events(session, order)[-1] == "alerted"
    assert rung(session) == list(DUTY.duty_phones)


def test_supervisor_and_leader_are_told_of_a_red_at_registration_once(session):
    contact(session, ContactKind.SUPERVISOR, 1)
    contact(session, ContactKind.SUPERVISOR, 2)
    contact(session, ContactKind.LEADER, 3, district="东城区")
    contact(session, ContactKind.LEADER, 4)
    order = red(session)
    sweep(session, NOON + 2 * MINUTE)
    assert rung(session, "leadership") == ["+8613900000001", "+8613900000004"]
    assert events(session, order).count("leadership_told") == 1


def test_that_a_leader_knows_leaves_the_people_on_duty_rung(session):
    contact(session, ContactKind.LEADER, 4)
    order = red(session)
    add_event(session, order, "leadership_confirmed", "139****0004", NOON)
    sweep(session, NOON + 2 * MINUTE)
    assert len(rung(session, "red")) == 2


def test_only_who_is_on_shift_is_rung_and_the_districts_own_first(session):
    city = contact(session, ContactKind.SUPERVISOR, 1)
    own = contact(session, ContactKind.SUPERVISOR, 2, district="东城区")
    off = contact(session, ContactKind.SUPERVISOR, 3, rank=1)
    session.add(Shift(contact_id=off.id, starts_at=NOON - 2 * MINUTE, ends_at=NOON))
    session.add(Shift(contact_id=city.id, starts_at=NOON, ends_at=NOON + MINUTE))
    session.flush()

    def there(at):
        return [row.id for row in contacts_now(session, ContactKind.SUPERVISOR, "东城区", at)]

    assert there(NOON) == [own.id, city.id]
    assert there(NOON - MINUTE) == [own.id, off.id]
    assert [row.id for row in contacts_now(session, ContactKind.SUPERVISOR, "西城区", NOON)] == [city.id]


def test_a_breach_rings_the_supervisor_then_the_next_until_somebody_confirms(session):
    for number in (1, 2):
        contact(session, ContactKind.SUPERVISOR, number)
    contact(session, ContactKind.LEADER, 3)
    order = red(session, NOBODY)
    add_event(session, order, "alert_confirmed", "x", NOON)
    for minute in range(1, 20):
        sweep(session, NOON + minute * MINUTE, NOBODY)
    assert rung(session, "late") == ["+8613900000001", "+8613900000002", "+8613900000003"]
    add_event(session, order, "escalation_confirmed", "139****0003", NOON + 20 * MINUTE)
    sweep(session, NOON + 25 * MINUTE, NOBODY)
    assert len(rung(session, "late")) == 3
    reminders = [(event.detail["step"], event.detail["percent"]) for event in order.events if event.event == "reminded"]
    assert reminders == [("accept", 50), ("accept", 80)]


def test_a_districts_leader_is_told_of_a_red_as_soon_as_the_place_is_known(session):
    contact(session, ContactKind.SUPERVISOR, 1)
    contact(session, ContactKind.LEADER, 3)
    contact(session, ContactKind.LEADER, 4, district="东城区")
    contact(session, ContactKind.LEADER, 5, district="西城区")
    order = red(session)
    accept(session, order, "li", NOON)
    assert rung(session, "leadership") == ["+8613900000001", "+8613900000003"]
    for district in ("东城区", "东城区", "南城区"):
        classify(session, order, WANG, NOON, category=Category.MEDICAL, district=district)
        alert_if_red(session, order, DUTY, NOON)
    assert rung(session, "leadership")[2:] == ["+8613900000004"]


def test_nobody_above_is_told_of_what_is_not_red(session):
    contact(session, ContactKind.LEADER, 3)
    order = an_order(session, a_call(session))
    classify(session, order, WANG, NOON, category=Category.MEDICAL, district="东城区")
    assert rung(session, "leadership") == []


def test_the_next_breach_starts_one_level_higher(session):
    contact(session, ContactKind.SUPERVISOR, 1)
    contact(session, ContactKind.LEADER, 3)
    order = red(session, NOBODY)
    accept(session, order, "li", NOON)
    sweep(session, NOON + 60 * MINUTE, NOBODY)  # no answer yet
    add_event(session, order, "escalation_confirmed", "x", NOON + 60 * MINUTE)
    sweep(session, NOON + 180 * MINUTE, NOBODY)  # not finished
    assert rung(session, "late") == ["+8613900000001", "+8613900000003"]


def test_without_a_directory_the_people_on_duty_stand_in(session):
    order = red(session)
    assert ladder(session, order, DUTY, NOON) == ((1, DUTY.duty_phones[0]),)
    assert ladder(session, order, NOBODY, NOON) == ()
    sweep(session, NOON + 15 * MINUTE, NOBODY)
    assert "escalated" in events(session, order)  # told in the console all the same


def test_after_a_days_standstill_it_catches_up_once(session):
    orders = [red(session) for _ in range(5)]
    late = NOON + timedelta(days=1)
    sweep(session, late)
    counts = [len(events(session, order)) for order in orders]
    letters = len(rung(session))
    for _ in range(3):
        sweep(session, late)
    assert [len(events(session, order)) for order in orders] == counts
    assert len(rung(session)) == letters
    for order in orders:
        assert events(session, order).count("escalated") == 3
        assert "reminded" not in events(session, order)


def test_after_a_standstill_the_reds_come_first(session):
    green = an_order(session, a_call(session))
    green.urgency, green.urgency_rank = Urgency.GREEN, 2
    latest = an_order(session, a_call(session), DUTY, urgency=Urgency.RED, now=NOON + 5 * MINUTE)
    late = NOON + timedelta(days=1)
    assert orders_to_check(session, late) == (latest.id, green.id)
    assert orders_to_check(session, late, 1) == (latest.id,)


def test_two_clocks_that_sweep_at_once_do_it_once(database):
    with database.transaction() as session:
        order = red(session)
    at = NOON + 2 * MINUTE
    for _ in range(2):
        with database.transaction() as session:
            chase(session, order.id, DUTY, at)
    with database.reading() as session:
        assert len(rung(session, "red")) == 2


def test_a_reminder_makes_nobodys_view_stale(session):
    order = red(session)
    add_event(session, order, "alert_confirmed", "x", NOON)
    session.flush()
    seen = order.revision
    sweep(session, NOON + 8 * MINUTE)
    assert events(session, order)[-1] == "reminded"
    session.refresh(order)
    accept(session, order, "li", NOON + 8 * MINUTE, seen)


def test_the_department_is_reminded_in_its_own_way(session):
    unit = Department(name="水务", channel=NoticeChannel.SMS, address="+8613700000001", created_at=NOON)
    session.add(unit)
    session.flush()
    order = an_order(session, a_call(session))
    order.department_id = unit.id
    sweep(session, NOON + 30 * MINUTE)
    sweep(session, NOON + 31 * MINUTE)
    (row,) = session.scalars(select(Outgoing)).all()
    assert (row.kind, row.payload["notice"], row.payload["to"]) == ("department_sms", "reminder", "+8613700000001")


def test_a_deferred_order_goes_on_on_its_date_in_its_owners_hand(session):
    order = an_order(session, a_call(session))
    day = NOON + timedelta(days=3)
    defer(session, order, WANG, NOON, "after the lockdown", owner="li", until=day, citizen_told=True)
    sweep(session, day - MINUTE)
    assert order.state is OrderState.DEFERRED
    sweep(session, day)
    session.refresh(order)
    assert (order.state, order.accepted_by) == (OrderState.IN_HAND, "li")
    assert order.due_at > day


def test_one_that_waits_for_an_event_is_shown_daily_and_never_ends(session):
    order = an_order(session, a_call(session))
    defer(session, order, WANG, NOON, "x", owner="li", wakes_on="lockdown_ends:东城区", citizen_told=True)
    for day in range(1, 30):
        sweep(session, NOON + timedelta(days=day))
    assert events(session, order).count("deferred_shown") == 29
    assert order.state is OrderState.DEFERRED


def test_what_is_stored_is_what_the_events_say(session):
    order = red(session)
    for minute in (1, 8, 14, 40, 300):
        sweep(session, NOON + minute * MINUTE)
        session.refresh(order)
        first = running(order_clocks(session, order))[0]
        assert (order.due_at, order.due_step) == (first.due_at, first.step)


def test_a_closed_order_is_never_looked_at_again(session):
    order = red(session)
    accept(session, order, "li", NOON)
    assert order.check_at is not None
    order.state = OrderState.CANCELLED
    add_event(session, order, "cancelled", "wang", NOON)
    alert_if_red(session, order, DUTY, NOON)
    assert (order.check_at, order.due_at, order.due_step) == (None, None, None)
    assert session.scalars(select(WorkOrder.id).where(WorkOrder.check_at.is_not(None))).all() == []
