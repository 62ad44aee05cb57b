"""One order for a call, a number by local day, a code nobody can guess, and an urgency that only ever rises."""

import itertools
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.models import Call, Outgoing, OutgoingKind, Urgency, WorkOrder
from core.settings import Settings
from routing.orders import add_event, alert_if_red, find_order
from tests.rows import NOON, a_call, an_order

DUTY = ("+8613800138001", "+8613800138002")
ON_DUTY = Settings(duty_phones=DUTY)
MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
"""In Shanghai, between 1 and 2 March."""


def events(order):
    return [event.event for event in order.events]


def at_once(number, work):
    """Run `work(number)` in so many threads that start together; returns the errors."""
    together, errors = threading.Barrier(number), []

    def run(own):
        try:
            together.wait()
            work(own)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=run, args=(own,)) for own in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def alerts(session):
    return session.scalars(select(Outgoing).order_by(Outgoing.id)).all()


def test_a_new_order_is_unheard_and_registered(database):
    with database.transaction() as session:
        call = a_call(session)
        order = an_order(session, call)
        assert find_order(session, call) is order
        assert (order.urgency, order.urgency_rank, order.state) == (Urgency.UNKNOWN, 1, "registered")
        assert (order.category, order.summary, order.accepted_by) == (None, "", None)
        assert (order.wants_person, order.to_listen) == (False, False)
        assert order.registered_at == NOON
        assert [(e.event, e.actor, e.position) for e in order.events] == [("registered", "caller", 1)]


def test_the_same_call_has_the_same_order(database):
    with database.transaction() as session:
        call = a_call(session)
        first = an_order(session, call)
    with database.transaction() as session:
        again = an_order(session, session.get(Call, call.id), now=NOON + timedelta(minutes=1))
        assert (again.id, again.number, again.registered_at) == (first.id, first.number, NOON)
        assert events(again) == ["registered"]


def test_webhooks_that_come_at_once_open_one_order(database):
    with database.transaction() as session:
        call_id = a_call(session).id
    got = []

    def open_it(number):
        with database.transaction() as session:
            urgency = Urgency.RED if number == 3 else Urgency.UNKNOWN
            order = an_order(session, session.get(Call, call_id), ON_DUTY, urgency=urgency, wants_person=number == 2)
            got.append(order.id)

    assert at_once(5, open_it) == []
    assert len(got) == 5
    with database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
        assert set(got) == {order.id}
        assert (order.urgency, order.wants_person) == (Urgency.RED, True)
        assert sorted(events(order)) == ["alerted", "person_wanted", "registered", "urgency_raised"]
        assert len(alerts(session)) == 2


def test_calls_that_come_at_once_get_numbers_of_their_own(database):
    with database.transaction() as session:
        ids = [a_call(session).id for _ in range(6)]

    def open_one(number):
        with database.transaction() as session:
            an_order(session, session.get(Call, ids[number]))

    assert at_once(6, open_one) == []
    with database.reading() as session:
        numbers = sorted(session.scalars(select(WorkOrder.number)))
    assert numbers == [f"WO-20260301-{number:06d}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Shanghai", ["WO-20260301-000001", "WO-20260302-000001", "WO-20260302-000002"]),
        ("UTC", ["WO-20260301-000001", "WO-20260301-000002", "WO-20260301-000003"]),
        ("America/New_York", ["WO-20260301-000001", "WO-20260301-000002", "WO-20260301-000003"]),
        ("Pacific/Kiritimati", ["WO-20260302-000001", "WO-20260302-000002", "WO-20260302-000003"]),
    ],
)
def test_numbers_are_counted_by_local_day(database, zone, expected):
    moments = [MIDNIGHT - timedelta(seconds=1), MIDNIGHT, MIDNIGHT + timedelta(hours=1)]
    with database.transaction() as session:
        settings = Settings(time_zone=zone)
        numbers = [an_order(session, a_call(session), settings, now=moment).number for moment in moments]
    assert numbers == expected


def test_codes_are_six_digits_and_not_guessed_from_another(database):
    with database.transaction() as session:
        codes = [an_order(session, a_call(session)).code for _ in range(60)]
    assert all(re.fullmatch(r"[1-9]\d{5}", code) for code in codes)
    assert len(set(codes)) == 60
    steps = [abs(int(after) - int(before)) for before, after in itertools.pairwise(codes)]
    assert sum(step > 1000 for step in steps) > 50
    assert codes != sorted(codes)


@pytest.mark.parametrize("before", list(Urgency))
@pytest.mark.parametrize("wanted", list(Urgency))
def test_urgency_only_ever_rises(database, before, wanted):
    rank = {Urgency.RED: 0, Urgency.YELLOW: 1, Urgency.UNKNOWN: 1, Urgency.GREEN: 2}
    with database.transaction() as session:
        order = an_order(session, a_call(session))
        order.urgency, order.urgency_rank = before, rank[before]
        session.flush()
        an_order(session, order.call, urgency=wanted)
        expected = wanted if rank[wanted] < rank[before] else before
        assert (order.urgency, order.urgency_rank) == (expected, rank[expected])
        assert events(order).count("urgency_raised") == (expected is not before)


def test_flags_are_set_once_and_never_taken_back(database):
    with database.transaction() as session:
        call = a_call(session)
        an_order(session, call, wants_person=True, to_listen=True)
        an_order(session, call, wants_person=True)
        order = an_order(session, call)
        assert (order.wants_person, order.to_listen) == (True, True)
        assert events(order) == ["registered", "person_wanted"]


def test_key_9_makes_it_red_and_calls_each_duty_phone_once(database):
    with database.transaction() as session:
        call = a_call(session, language="en")
        for _ in range(3):
            order = an_order(session, call, ON_DUTY, urgency=Urgency.RED, language="en")
        rows = alerts(session)
        assert [(row.kind, row.payload["to"]) for row in rows] == [(OutgoingKind.ALERT_CALL, phone) for phone in DUTY]
        assert {(row.payload["order_id"], row.payload["language"]) for row in rows} == {(order.id, "en")}
        assert order.reasons == {"words": [["9", "key"]]}
        assert events(order) == ["registered", "urgency_raised", "alerted"]
        assert order.events[1].detail == {"urgency": "red", "by": "key 9"}


def test_an_alert_is_written_once_however_often_it_is_asked_for(database):
    with database.transaction() as session:
        order = an_order(session, a_call(session), ON_DUTY, urgency=Urgency.RED)
        alert_if_red(session, order, ON_DUTY, NOON)
        alert_if_red(session, order, Settings(duty_phones=("+8613800138009",)), NOON)
        assert [row.payload["to"] for row in alerts(session)] == list(DUTY)


def test_a_caller_who_is_with_a_person_already_alerts_nobody(database):
    with database.transaction() as session:
        call = a_call(session)
        add_event(session, an_order(session, call), "person_connected", "138****8001", NOON)
        an_order(session, call, ON_DUTY, urgency=Urgency.RED)
        assert alerts(session) == []


@pytest.mark.parametrize("urgency", [Urgency.YELLOW, Urgency.GREEN, Urgency.UNKNOWN])
def test_only_red_alerts(database, urgency):
    with database.transaction() as session:
        an_order(session, a_call(session), ON_DUTY, urgency=urgency)
        assert alerts(session) == []


def test_a_red_one_that_a_person_has_alerts_nobody(database):
    with database.transaction() as session:
        call = a_call(session)
        an_order(session, call).accepted_by = "li"
        an_order(session, call, ON_DUTY, urgency=Urgency.RED)
        assert alerts(session) == []


def test_two_red_orders_alert_each_phone_about_each(database):
    with database.transaction() as session:
        for _ in range(2):
            an_order(session, a_call(session), ON_DUTY, urgency=Urgency.RED)
        assert len(alerts(session)) == 4


def test_the_order_and_its_alert_are_written_together_or_not_at_all(database):
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        an_order(session, a_call(session), ON_DUTY, urgency=Urgency.RED)
        _ = 1 / 0
    with database.reading() as session:
        assert session.scalars(select(WorkOrder)).all() == []
        assert alerts(session) == []
