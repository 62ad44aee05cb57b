"""From an order's page: “ring them now”, the three-way call, and the lists of what the desk has to choose."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.models import (
    Category,
    Contact,
    ContactKind,
    OrderState,
    Outgoing,
    PlaceState,
    Role,
    Staff,
    Urgency,
    WorkOrder,
)
from routing.dispatch import add_contact, add_department, order_contacts
from routing.line.places import join
from routing.line.seats import seat_of
from routing.orders import Actor, Party, defer
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff

MINE, HOSPITAL = "+8613900000001", "+8657100000009"


@pytest.fixture
def order(installation):
    with installation.database.transaction() as session:
        caller = make_caller(session, installation, "+8613912345678")
        add_contact(session, ContactKind.HOSPITAL, "市医院", HOSPITAL, is_public=True)
        add_contact(session, ContactKind.STREET, "东城街道", "+8657100000008", district="东城区")
        add_contact(session, ContactKind.STREET, "西城街道", "+8657100000007", district="西城区")
        return make_order(session, caller, district="东城区", urgency=Urgency.YELLOW)


def sit_down(installation, sign_in="li", telephone=MINE):
    with installation.database.transaction() as session:
        staff = session.scalars(select(Staff).where(Staff.sign_in == sign_in)).one()
        seat_of(session, staff, clock.now()).telephone = telephone


def press(client, order, how, name="市医院", installation=None):
    with installation.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.name == name)).one().id
    page = f"/orders/{order.number}"
    return post(client, f"{page}/{how}", on=page, contact=contact)


def sent(installation):
    with installation.database.reading() as session:
        return [(row.kind.value, row.payload["to"]) for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]


def events(installation, order):
    with installation.database.reading() as session:
        return [event.event for event in session.get_one(WorkOrder, order.id).events]


def test_agents_and_supervisors_ring_a_contact_of_the_orders_place_once(app, li, installation, order):
    for sign_in, client in (("li", li), ("wang", signed_in(app, "wang"))):
        html = client.get(f"/orders/{order.number}").text.split('id="contacts"')[1]
        assert html.index("东城街道") < html.index("市医院")
        assert "西城街道" not in html
        assert f'可告知来电人</em> <span class="whole-number">{HOSPITAL}' in html
        assert "+8657100000008" not in html
        sit_down(installation, sign_in, MINE + sign_in[:1].replace("l", "1").replace("w", "2"))
        for _ in range(2):
            assert press(client, order, "ring-contact", installation=installation).status_code == 303
    assert sent(installation) == [("ring_contact", MINE + "1"), ("ring_contact", MINE + "2")]
    assert events(installation, order).count("contact_rung") == 2


def test_without_a_telephone_of_ones_own_nobody_is_rung(li, installation, order):
    answer = press(li, order, "ring-contact", installation=installation)
    assert (answer.status_code, "还不知道您的电话" in answer.text) == (422, True)
    assert sent(installation) == []


def test_nobody_else_rings_and_only_what_is_offered_is_rung(app, anna, li, installation, order):
    with installation.database.transaction() as session:
        unit = add_department(session, "水务局", clock.now()).id
        make_staff(session, "zhao", role=Role.HANDLER, department_id=unit)
        session.get_one(WorkOrder, order.id).department_id = unit
    for client in (anna, signed_in(app, "zhao")):
        html = client.get(f"/orders/{order.number}").text
        assert "ring-contact" not in html
        for how in ("ring-contact", "three-way"):
            assert press(client, order, how, installation=installation).status_code == 403
    assert press(li, order, "ring-contact", "西城街道", installation).status_code == 404
    assert sent(installation) == []


def talk(installation, order, sign_in="li"):
    with installation.database.transaction() as session:
        staff = session.scalars(select(Staff).where(Staff.sign_in == sign_in)).one()
        row = session.get_one(WorkOrder, order.id)
        place = join(session, row.call, language="zh", urgency=row.urgency, now=clock.now())
        place.state, place.seat_id = PlaceState.TAKEN, seat_of(session, staff, clock.now()).id


def test_a_contact_comes_into_the_talk_only_while_it_is_mine(app, li, installation, order):
    sit_down(installation)
    assert "three-way" not in li.get(f"/orders/{order.number}").text
    answer = press(li, order, "three-way", installation=installation)
    assert (answer.status_code, "没有拨打任何人" in answer.text) == (409, True)
    talk(installation, order)
    assert "接入通话" in li.get(f"/orders/{order.number}").text
    assert press(li, order, "three-way", installation=installation).status_code == 303
    assert press(signed_in(app, "wang"), order, "three-way", installation=installation).status_code == 409
    assert sent(installation) == [("agent_call", HOSPITAL)]
    assert events(installation, order)[-1] == "contact_rung"


def test_the_unit_that_a_matter_is_about_is_not_rung_and_the_leading_one_comes_first(installation, order):
    with installation.database.transaction() as session:
        lead, about = (add_department(session, name, clock.now()).id for name in ("水务局", "民政局"))
        add_contact(session, ContactKind.DEPARTMENT, "水务值班", "+8657100000001", department_id=lead)
        add_contact(session, ContactKind.DEPARTMENT, "民政值班", "+8657100000002", department_id=about)
        row = session.get_one(WorkOrder, order.id)
        row.department_id, row.about_department_id = lead, about
        assert [one.name for one in order_contacts(session, row)] == ["水务值班", "东城街道", "市医院"]


# --- what the desk has to choose, and what waits ----------------------------------------------------------------------


def listed(client, tab):
    return re.findall(r'data-number="([^"]+)"', client.get(f"/orders?tab={tab}").text)


def test_review_deferred_and_hard_cases_have_lists_of_their_own(app, li, installation, order):
    with installation.database.transaction() as session:
        caller = session.get_one(WorkOrder, order.id).call.caller
        states = (OrderState.RETURNED, OrderState.DISPATCHED, OrderState.HARD_CASE)
        returned, dispatched, hard = (make_order(session, caller, state=state).number for state in states)
        wang = Actor("wang", Party.SUPERVISOR)
        by_day, by_event = make_order(session, caller), make_order(session, caller)
        told = {"owner": "li", "citizen_told": True}
        defer(session, by_day, wang, clock.now(), "等材料", until=clock.now() + timedelta(days=2, hours=1), **told)
        defer(session, by_event, wang, clock.now(), "等解封", wakes_on="lockdown_ends:东城区", **told)
        deferred = {by_day.number, by_event.number}
    assert set(listed(li, "review")) == {order.number, returned}
    assert dispatched in listed(li, "waiting")
    assert listed(li, "hard") == [hard]
    html = signed_in(app, "wang").get("/orders?tab=deferred").text
    assert set(listed(li, "deferred")) == deferred
    assert "等 lockdown_ends:东城区" in html
    assert "还有 2 天" in html
    assert "没有待跟进的工单" not in html


def test_the_desks_lists_are_not_a_handlers(app, installation, order):
    with installation.database.transaction() as session:
        unit = add_department(session, "水务局", clock.now()).id
        make_staff(session, "zhao", role=Role.HANDLER, department_id=unit)
    html = signed_in(app, "zhao").get("/orders?tab=review").text
    assert "tab=deferred" not in html
    assert 'aria-current="page">待签收' in html


def agree(installation, order, **columns):
    with installation.database.transaction() as session:
        row = session.get_one(WorkOrder, order.id)
        row.call.caller.sms_agreed = True
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_public_contact_is_sent_once_to_a_caller_who_agreed_to_messages(li, installation, order):
    agree(installation, order)
    page = li.get(f"/orders/{order.number}").text
    assert page.count("短信告知来电人") == 1  # the street's number is not public
    for _ in range(2):
        assert press(li, order, "send-contact", installation=installation).status_code == 303
    assert press(li, order, "send-contact", "东城街道", installation=installation).status_code == 403
    with installation.database.reading() as session:
        (row,) = session.scalars(select(Outgoing)).all()
        assert (row.kind.value, row.payload["to"]) == ("citizen_sms", "+8613912345678")
        assert (row.payload["name"], row.payload["phone"]) == ("市医院", HOSPITAL)
    assert events(installation, order).count("contact_sent") == 1
    assert "短信告知联系方式：市医院" in li.get(f"/orders/{order.number}").text


@pytest.mark.parametrize(
    "columns",
    [
        {"category": Category.COMPLAINT},
        {"hides_identity": True},
        {"reasons": {"words": [["打我", "domestic"]]}},
        {"findings": {"flags": [["保密", "secrecy"]]}},
    ],
)
def test_nothing_is_written_to_a_phone_that_others_may_hold(li, installation, order, columns):
    agree(installation, order, **columns)
    page = li.get(f"/orders/{order.number}").text
    assert ("短信告知来电人" in page, "不能给这位来电人发短信" in page) == (False, True)
    assert press(li, order, "send-contact", installation=installation).status_code == 403
    assert sent(installation) == []


def test_without_consent_or_for_the_psychological_line_nothing_is_sent(app, anna, li, installation, order):
    assert press(li, order, "send-contact", installation=installation).status_code == 403
    agree(installation, order)
    with installation.database.transaction() as session:
        add_contact(session, ContactKind.PSYCHOLOGICAL, "心理热线", "+8657100000006", is_public=True)
    assert press(li, order, "send-contact", "心理热线", installation=installation).status_code == 403
    assert press(anna, order, "send-contact", installation=installation).status_code == 403
    assert sent(installation) == []


SCRIPT = "请告诉来电人直接拨打120, 119, 110"


@pytest.mark.parametrize(
    ("urgency", "tested_days_ago", "district", "is_told"),
    [
        (Urgency.RED, None, "东城区", True),
        (Urgency.UNKNOWN, 91, "东城区", True),
        (Urgency.RED, 89, "西城区", True),
        (Urgency.RED, 89, "东城区", False),
        (Urgency.UNKNOWN, 89, None, False),
        (Urgency.GREEN, None, "东城区", False),
    ],
)
def test_without_an_emergency_number_that_was_tested_lately_agents_tell_the_caller_to_dial_themselves(
    li, installation, order, urgency, tested_days_ago, district, is_told
):
    with installation.database.transaction() as session:
        session.get_one(WorkOrder, order.id).urgency = urgency
        entry = add_contact(session, ContactKind.EMERGENCY, "急救站", "+8657100000005", district=district)
        if tested_days_ago:
            entry.test_called_at = clock.now() - timedelta(days=tested_days_ago)
    assert (SCRIPT in li.get(f"/orders/{order.number}").text) is is_told


def test_a_district_without_an_emergency_number_is_told_where_the_directory_is_kept(anna, installation):
    with installation.database.transaction() as session:
        add_contact(session, ContactKind.EMERGENCY, "急救站", "+8657100000005", district="东城区")
    html = anna.get("/city/contacts").text
    assert "West City has no emergency number" in html or "西城区 has no emergency number" in html
    assert "东城区 has no emergency number" not in html
