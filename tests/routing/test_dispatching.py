"""Who gets an order: the most specific rule, the backstop, never the unit it is about; and what goes with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import NobodyToTakeItError, NotAllowedError, StillInUseError
from core.models import (
    Category,
    Contact,
    ContactKind,
    Department,
    DepartmentKind,
    DispatchRule,
    NoticeChannel,
    OrderState,
    Outgoing,
    OutgoingKind,
    Urgency,
)
from core.settings import Settings
from routing.dispatch import (
    add_contact,
    add_department,
    dispatch,
    dispatch_if_sure,
    letter,
    propose,
    public_contacts,
    remove_department,
    warnings,
)
from routing.dispatch.choosing import Matter, Rule, Unit, choose
from routing.orders import Actor, Party, accept, defer, ring_contact, take_step
from routing.orders.lifecycle import Verb
from tests.rows import NOON, a_call, an_order

LI, WANG = Actor("li", Party.AGENT), Actor("wang", Party.SUPERVISOR)
BACKSTOP, PSYCHOLOGICAL = DepartmentKind.BACKSTOP, DepartmentKind.PSYCHOLOGICAL
UNITS = (
    Unit(1, "卫健"),
    Unit(2, "水务"),
    Unit(3, "东城卫健"),
    Unit(4, "市兜底", BACKSTOP),
    Unit(5, "东城兜底", BACKSTOP, "东城区"),
    Unit(6, "心理热线", PSYCHOLOGICAL),
)
RULES = (
    Rule(2, None, "东城区"),
    Rule(1, Category.MEDICAL, None, ("水务", "心理热线", "没有的")),
    Rule(3, Category.MEDICAL, "东城区"),
)


@pytest.mark.parametrize(
    ("category", "district", "lead"),
    [
        (Category.MEDICAL, "东城区", "东城卫健"),
        (Category.MEDICAL, "西城区", "卫健"),
        (Category.MEDICAL, None, "卫健"),
        (Category.TRAVEL, "东城区", "水务"),
        (Category.TRAVEL, "西城区", "市兜底"),
        (None, None, "市兜底"),
    ],
)
def test_the_most_specific_rule_counts_and_then_the_backstop(category, district, lead):
    assert choose(Matter(category, district), UNITS, RULES).lead.name == lead


def test_a_districts_own_backstop_comes_before_the_citys():
    assert choose(Matter(Category.TRAVEL, "东城区"), UNITS, ()).lead.name == "东城兜底"


def test_those_that_assist_are_told_apart_from_the_lead():
    found = choose(Matter(Category.MEDICAL, "西城区"), UNITS, RULES)
    assert [unit.name for unit in found.assisting] == ["水务", "心理热线"]


def test_an_order_about_a_unit_is_led_by_another_which_it_only_assists():
    found = choose(Matter(Category.MEDICAL, "东城区", about_id=3), UNITS, RULES)
    assert (found.lead.name, [unit.name for unit in found.assisting]) == ("卫健", ["水务", "东城卫健", "心理热线"])
    found = choose(Matter(Category.TRAVEL, "东城区", about_id=2), UNITS, RULES)
    assert (found.lead.name, [unit.name for unit in found.assisting]) == ("东城兜底", ["水务"])


def test_when_only_the_unit_itself_is_left_a_person_decides():
    with pytest.raises(NobodyToTakeItError):
        choose(Matter(None, None, about_id=4), (UNITS[3],), ())
    with pytest.raises(NobodyToTakeItError):
        choose(Matter(Category.MEDICAL, None), UNITS[:1], ())


def test_distress_without_danger_goes_to_the_psychological_line():
    assert choose(Matter(Category.MEDICAL, "东城区", is_distress=True), UNITS, RULES).lead.name == "心理热线"
    assert choose(Matter(Category.MEDICAL, None, is_distress=True), UNITS[:5], RULES).lead.name == "卫健"


# --- with orders ------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(database):
    with database.transaction() as session:
        yield session


@pytest.fixture
def water(session):
    return add_department(session, "水务", NOON, channel=NoticeChannel.SMS, address="+8613700000001")


@pytest.fixture
def backstop(session):
    return add_department(session, "兜底", NOON, kind=BACKSTOP)


@pytest.fixture
def rule(session, water):
    row = DispatchRule(category=Category.SUPPLIES, district=None, department_id=water.id, assisting=["兜底"])
    session.add(row)
    session.flush()
    return row


def an_understood_order(session, category=Category.SUPPLIES, **columns):
    order = an_order(session, a_call(session, number=columns.pop("caller", None)))
    order.category, order.urgency, order.urgency_rank = category, Urgency.YELLOW, 1
    for name, value in columns.items():
        setattr(order, name, value)
    session.flush()
    return order


def events(session, order):
    session.expire(order, ["events"])
    return [(event.event, event.actor) for event in order.events]


def test_what_is_understood_is_dispatched_by_the_machine(session, water, backstop, rule):
    order = an_understood_order(session)
    dispatch_if_sure(session, order, NOON)
    assert (order.state, order.department_id) == (OrderState.DISPATCHED, water.id)
    assert events(session, order)[1:] == [("dispatched", "hotline"), ("assisting", "hotline")]
    (told,) = session.scalars(select(Outgoing)).all()
    assert (told.kind, told.payload["to"]) == (OutgoingKind.DEPARTMENT_SMS, water.address)
    assert "summary" not in told.payload


@pytest.mark.parametrize(
    "columns", [{"category": None}, {"urgency": Urgency.UNKNOWN}, {"to_listen": True}, {"state": OrderState.RETURNED}]
)
def test_what_is_not_understood_or_not_new_waits_for_a_person(session, water, backstop, rule, columns):
    order = an_understood_order(session, **columns)
    assert dispatch_if_sure(session, order, NOON) is None
    assert order.department_id is None


def test_without_departments_nothing_happens(session):
    order = an_understood_order(session)
    assert dispatch_if_sure(session, order, NOON) is None
    assert (order.state, len(events(session, order))) == (OrderState.REGISTERED, 1)
    with pytest.raises(NobodyToTakeItError):
        propose(session, order)


def test_a_person_may_choose_another_department_but_not_the_one_it_is_about(session, water, backstop):
    order = an_understood_order(session, about_department_id=water.id)
    with pytest.raises(NotAllowedError, match="about 水务"):
        dispatch(session, order, LI, NOON, department=water)
    dispatch(session, order, LI, NOON, department=backstop)
    assert order.department_id == backstop.id


@pytest.mark.parametrize(
    ("columns", "hidden"),
    [
        ({"category": Category.COMPLAINT}, True),
        ({"hides_identity": True}, True),
        ({"findings": {"flags": [["不要说是我", "secrecy"]]}}, True),
        ({"findings": {"flags": [["打我", "violence"]]}}, False),
        ({}, False),
    ],
)
def test_tip_offs_and_complaints_hide_who_called(session, backstop, columns, hidden):
    order = an_understood_order(session, **columns)
    dispatch(session, order, LI, NOON)
    assert order.hides_identity is hidden


def test_who_asked_for_secrecy_is_hidden_and_so_is_whoever_speaks_of_a_department(session, water, backstop):
    order = an_understood_order(session)
    order.call.caller.secrecy_asked = True
    about = an_understood_order(session, about_department_id=water.id)
    for row in (order, about):
        dispatch(session, row, LI, NOON)
        assert row.hides_identity


def test_dispatching_again_takes_it_from_whoever_had_it(session, water, backstop):
    order = an_understood_order(session)
    accept(session, order, LI, NOON)
    dispatch(session, order, LI, NOON, department=water)
    assert (order.state, order.accepted_by) == (OrderState.DISPATCHED, None)


# --- departments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "address", "secret"),
    [
        (NoticeChannel.SMS, None, None),
        (NoticeChannel.CALL, "12345", None),
        (NoticeChannel.EMAIL, "someone", None),
        (NoticeChannel.EMAIL, "some one@example.org", None),
        (NoticeChannel.WEBHOOK, "ftp://example.org", "x"),
        (NoticeChannel.WEBHOOK, "https://example.org", None),
        (NoticeChannel.OPEN311, "example.org", "x"),
    ],
)
def test_a_department_that_could_not_be_reached_is_refused(session, channel, address, secret):
    with pytest.raises(ValueError, match=r"needed|needs"):
        add_department(session, "水务", NOON, channel=channel, address=address, secret=secret)


def test_a_department_with_open_orders_is_not_removed(session, water):
    order = an_understood_order(session)
    dispatch(session, order, LI, NOON, department=water)
    with pytest.raises(StillInUseError, match="1 open orders"):
        remove_department(session, water, WANG, NOON)
    assert water.removed_at is None


def test_unless_its_orders_go_to_the_backstop(session, water, backstop, rule):
    orders = [an_understood_order(session) for _ in range(4)]
    for order in orders:
        dispatch(session, order, LI, NOON, department=water)
    accept(session, orders[1], LI, NOON)
    defer(session, orders[2], WANG, NOON, "x", owner="li", wakes_on="x", citizen_told=True)
    accept(session, orders[3], LI, NOON)
    take_step(session, orders[3], Verb.REPLY, LI, NOON, reason="done")
    assert remove_department(session, water, WANG, NOON, move_orders=True) == 3
    assert [order.department_id for order in orders] == [backstop.id, backstop.id, None, water.id]
    assert session.scalars(select(DispatchRule)).all() == []
    again = add_department(session, "水务", NOON)
    assert again.id != water.id
    assert propose(session, an_understood_order(session)).lead.name == "兜底"


def test_nor_when_nobody_is_there_to_take_them(session, water):
    order = an_understood_order(session)
    dispatch(session, order, LI, NOON, department=water)
    with pytest.raises(StillInUseError, match="Nobody is set"):
        remove_department(session, water, WANG, NOON, move_orders=True)


# --- the directory ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["120", "13800138000", "+86", ""])
def test_only_full_numbers_can_be_dialled(session, number):
    with pytest.raises(ValueError, match="full telephone number"):
        add_contact(session, ContactKind.EMERGENCY, "急救", number)


def test_an_emergency_entry_that_is_missing_or_untested_is_warned_about(session):
    numbers = iter(f"+86571000000{number:02}" for number in range(9))
    fresh, old, never = (
        add_contact(session, ContactKind.EMERGENCY, name, next(numbers), district=name) for name in ("东", "西", "南")
    )
    fresh.test_called_at, old.test_called_at = NOON - timedelta(days=90), NOON - timedelta(days=90, seconds=1)
    found = [(one.district, one.contact_id, one.why) for one in warnings(session, ["东", "西", "南", "北"], NOON)]
    assert found == [("北", None, "missing"), ("西", old.id, "tested_long_ago"), ("南", never.id, "never_tested")]
    add_contact(session, ContactKind.EMERGENCY, "市急救", next(numbers))
    assert not any(one.why == "missing" for one in warnings(session, ["北"], NOON))


def test_callers_are_told_public_contacts_only_the_districts_own_first(session):
    add_contact(session, ContactKind.COMMITTEE, "内部", "+8657100000001", district="东城区")
    add_contact(session, ContactKind.HOSPITAL, "市医院", "+8657100000002", is_public=True)
    add_contact(session, ContactKind.HOSPITAL, "东城医院", "+8657100000003", district="东城区", is_public=True)
    add_contact(session, ContactKind.STREET, "西城街道", "+8657100000004", district="西城区", is_public=True)
    assert [row.name for row in public_contacts(session, "东城区")] == ["东城医院", "市医院"]
    assert [row.name for row in public_contacts(session, "西城区", ContactKind.STREET)] == ["西城街道"]


def test_ringing_a_contact_is_written_once_and_names_no_number(session):
    order = an_understood_order(session)
    contact = add_contact(session, ContactKind.COMMITTEE, "居委会", "+8657100000001")
    ring_contact(session, order, contact, "+8613900000001", "li", NOON)
    (row,) = session.scalars(select(Outgoing)).all()
    assert (row.kind, row.payload["to"], row.payload["contact_id"]) == ("ring_contact", "+8613900000001", contact.id)
    event = order.events[-1]
    assert (event.event, event.detail) == ("contact_rung", {"contact_id": contact.id, "contact": "居委会"})
    assert session.scalars(select(Contact)).one().phone not in str(event.detail)


@pytest.mark.parametrize(("hidden", "shown"), [(False, True), (True, False)])
def test_a_letter_to_another_city_tells_the_matter_and_hides_whom_it_must(session, hidden, shown):
    order = an_understood_order(session, caller="+8613800138009", summary="母亲在贵市隔离，没有药")
    order.hides_identity = hidden
    text = letter(session, order, "苏州市", "li", NOON, Settings(city_name_zh="杭州市"))
    assert all(word in text for word in ("苏州市", "杭州市应急热线", order.number, "没有药", "2026年03月01日 12时00分"))
    assert ("+8613800138009" in text) is shown
    assert events(session, order)[-1] == ("letter_written", "li")


def test_departments_are_told_apart_from_those_that_are_gone(session, water):
    water.removed_at = NOON
    session.flush()
    assert session.scalars(select(Department)).one().removed_at == NOON
    with pytest.raises(NobodyToTakeItError):
        propose(session, an_understood_order(session))
