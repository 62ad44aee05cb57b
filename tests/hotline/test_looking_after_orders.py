"""The clock process looks after every order; one that can't be looked after holds up no other."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from core.clock import now
from core.models import (
    AuditRoot,
    Category,
    DeadlineRule,
    DepartmentKind,
    FollowUp,
    MatterProposal,
    OrderEvent,
    OrderState,
    Outgoing,
    OutgoingKind,
    Urgency,
    WorkingHours,
    WorkOrder,
)
from hotline.chasing import look_after_orders
from hotline.cli import main
from hotline.recordings import judge
from routing.dispatch import add_department
from routing.orders import Actor, Party, Verb, accept, take_step
from tests.rows import a_call, a_recording, an_order

LI = Actor("li", Party.AGENT)
HOUR = timedelta(hours=1)


@pytest.fixture
def house(make_house):
    return make_house(duty_phones="+8613800138001", quiet_hours="00:00-00:00")


def order(house, *, ago=timedelta(), number=None, **options):
    with house.database.transaction() as session:
        return an_order(session, a_call(session, number=number), house.settings, now=now() - ago, **options).id


def read(house, order_id):
    with house.database.reading() as session:
        row = session.get_one(WorkOrder, order_id)
        return row, [event.event for event in row.events]


def test_what_is_due_is_done_and_the_hourly_root_written(house):
    late, fresh = order(house, ago=2 * HOUR), order(house)
    look_after_orders(house)
    look_after_orders(house)
    assert read(house, late)[1].count("escalated") == 1
    assert read(house, fresh)[1] == ["registered"]
    with house.database.reading() as session:
        assert len(session.scalars(select(AuditRoot)).all()) == 1


def test_one_that_can_t_be_looked_after_holds_up_no_other(house):
    broken, fine = order(house, ago=3 * HOUR), order(house, ago=2 * HOUR)
    with house.database.transaction() as session:  # a clock without hours
        hours = WorkingHours(name="x", zone="No/Where", opens="09:00", closes="17:00")
        session.add(hours)
        session.flush()
        session.add(
            DeadlineRule(
                urgency=Urgency.UNKNOWN,
                category=Category.TRAVEL,
                step="accept",
                seconds=60,
                working_hours_id=hours.id,
            )
        )
        session.execute(update(OrderEvent).where(OrderEvent.order_id == broken).values(detail={"category": "travel"}))
    look_after_orders(house)
    assert "escalated" not in read(house, broken)[1]
    assert "escalated" in read(house, fine)[1]


def test_an_answered_order_is_followed_up_and_a_forgotten_claim_returned(house):
    answered, claimed = order(house, number="+8613800138000"), order(house)
    with house.database.transaction() as session:
        row = session.get_one(WorkOrder, answered)
        accept(session, row, LI, now())
        take_step(session, row, Verb.REPLY, LI, now(), reason="done")
        row = session.get_one(WorkOrder, claimed)
        volunteer = Actor("sun", Party.VOLUNTEER)
        changes = {"accepted_by": "sun", "claimed_until": now() - HOUR}
        take_step(session, row, Verb.CLAIM, volunteer, now(), changes=changes)
    for _ in range(2):
        look_after_orders(house)
    assert read(house, answered)[0].state is OrderState.FOLLOW_UP
    assert read(house, claimed)[0].state is OrderState.RETURNED
    with house.database.reading() as session:
        assert session.scalars(select(FollowUp.tries)).all() == [1]
        kinds = session.scalars(select(Outgoing.kind).where(Outgoing.kind == OutgoingKind.FOLLOW_UP_CALL)).all()
        assert len(kinds) == 1


def test_what_was_understood_goes_to_its_department_and_a_repeat_is_proposed(house):
    with house.database.transaction() as session:
        add_department(session, "兜底", now(), kind=DepartmentKind.BACKSTOP)
    for place, text in enumerate(("降压药没有了", "我的降压药没有了")):
        with house.database.transaction() as session:
            call = a_call(session, number=None if place else "+8613800138000")
            call.caller_id = 1  # the same one rings again
            session.flush()
            session.refresh(call)
            recording = a_recording(session, call, text=text).id
            an_order(session, call, house.settings, now=now())
        judge(house, recording)
    with house.database.reading() as session:
        orders = session.scalars(select(WorkOrder)).all()
        assert {(row.state, row.urgency) for row in orders} == {(OrderState.DISPATCHED, Urgency.YELLOW)}
        assert len(session.scalars(select(MatterProposal)).all()) == 1


def test_the_audit_is_a_command(house, monkeypatch):
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(house.settings.data_folder))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", house.settings.database_url)
    from core.house import this_house  # noqa: PLC0415

    this_house.cache_clear()
    order_id = order(house)
    try:
        whole = CliRunner().invoke(main, ["audit", "verify"])
        assert (whole.exit_code, "Everything is what it was" in whole.output) == (0, True)
        with house.database.transaction() as session:
            session.execute(delete(OrderEvent).where(OrderEvent.order_id == order_id))
        broken = CliRunner().invoke(main, ["audit", "verify", "--json"])
        assert broken.exit_code == 1
        assert f'"where": "{read(house, order_id)[0].number}", "position": 1' in broken.output
    finally:
        this_house().database.close()
        this_house().queues.redis.close()
        this_house.cache_clear()
