"""Supervisors answer what departments ask for on one list: approved or refused there, with a reason."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.models import OrderState, Role, Staff, Urgency, WorkOrder
from routing.dispatch import add_department
from routing.orders import order_clocks
from routing.orders.deadlines import running
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff

PAGE = "/requests"


@pytest.fixture
def wang(app):
    return signed_in(app, "wang")


@pytest.fixture
def zhao(app, installation):
    with installation.database.transaction() as session:
        unit = add_department(session, "水务局", clock.now())
        make_staff(session, "zhao", name="赵强", role=Role.HANDLER, department_id=unit.id)
    return signed_in(app, "zhao")


def an_order(installation, **values):
    with installation.database.transaction() as session:
        unit = session.scalars(select(Staff).where(Staff.sign_in == "zhao")).one().department_id
        known = {"urgency": Urgency.YELLOW, "summary": "停水", "department_id": unit, "accepted_by": "zhao", **values}
        return make_order(session, make_caller(session, installation, "+8613912345678"), **known).number


def row(installation, number):
    with installation.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        finish = next(each for each in running(order_clocks(session, order)) if each.step == "finish")
        return order, finish.due_at, [event.event for event in order.events]


def do(client, installation, number, verb, on=PAGE, **fields):
    revision = row(installation, number)[0].revision
    return post(client, f"/orders/{number}/verbs/{verb}", on=on, **{"revision": revision, "reason": "x", **fields})


def ask(zhao, installation, number, verb="ask_extension", **fields):
    answer = do(zhao, installation, number, verb, on="/unit", reason="等水泵到货", **fields)
    assert answer.status_code == 303


def test_a_request_is_listed_with_who_asks_and_approved_right_there(wang, zhao, installation):
    number = an_order(installation)
    ask(zhao, installation, number, minutes=90)
    assert 'href="/requests">待批申请 <b class="badge-count">1</b>' in wang.get("/orders").text
    html = wang.get(PAGE).text
    for words in ("水务局 赵强", "<q>等水泵到货</q>", "申请延期", "90 分钟", 'value="90"', number):
        assert words in html
    before = row(installation, number)[1]
    answer = do(wang, installation, number, "extend", minutes=90, back="requests")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert row(installation, number)[1] == before + timedelta(minutes=90)
    assert number not in wang.get(PAGE).text


def test_a_pause_is_asked_for_with_its_end_and_refused_with_a_reason(wang, zhao, installation):
    number = an_order(installation)
    ask(zhao, installation, number, "ask_pause", until="2099-01-01T09:00")
    assert 'value="2099-01-01T09:00"' in wang.get(PAGE).text
    assert do(wang, installation, number, "refuse_pause", reason=" ", back="requests").status_code == 422
    assert do(wang, installation, number, "refuse_pause", reason="今天就能修", back="requests").location == PAGE
    assert number not in wang.get(PAGE).text
    assert "不批准暂停计时：今天就能修" in zhao.get(f"/orders/{number}").text


def test_how_much_need_not_be_said_and_nonsense_asks_for_nothing(wang, zhao, installation):
    number = an_order(installation)
    ask(zhao, installation, number)
    assert 'name="minutes" min="1" required value=""' in wang.get(PAGE).text
    fields = {"on": "/unit", "reason": "x", "until": "never"}
    assert do(zhao, installation, number, "ask_pause", **fields).status_code == 422


def test_refusing_is_offered_on_the_order_only_while_it_is_asked_for(wang, zhao, installation):
    def offered():
        return set(re.findall(r'/verbs/(refuse_[a-z]+)"', wang.get(f"/orders/{number}").text))

    number = an_order(installation)
    assert offered() == set()
    ask(zhao, installation, number)
    assert offered() == {"refuse_extension"}
    do(wang, installation, number, "refuse_extension")
    assert offered() == set()


def test_the_list_is_for_supervisors_and_hides_nothing_but_what_must_be(wang, zhao, li, anna, installation):
    number = an_order(installation, state=OrderState.IN_HAND)
    ask(zhao, installation, number)
    for client in (li, anna, zhao):
        assert client.get(PAGE).status_code == 403
        assert 'href="/requests"' not in client.get("/orders").text
    assert do(zhao, installation, number, "extend", on="/unit", minutes=9, back="requests").status_code == 403
    assert "extended" not in row(installation, number)[2]


def test_an_empty_list_says_what_would_be_here(wang):
    assert "没有待批的申请" in wang.get(PAGE).text
