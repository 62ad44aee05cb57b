"""Supervisors say that an event has happened: with the number before them, and a reason."""

import pytest

from core import clock
from core.models import OrderState, WorkOrder
from routing.orders import Actor, Party, defer
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order

PAGE, EVENT = "/awaited", "lockdown_ends:东城区"


@pytest.fixture
def wang(app):
    return signed_in(app, "wang")


def wait(installation, number=1, event=EVENT):
    supervisor = Actor("wang", Party.SUPERVISOR)
    with installation.database.transaction() as session:
        orders = [make_order(session, make_caller(session, installation, None), summary="出城") for _ in range(number)]
        for order in orders:
            defer(session, order, supervisor, clock.now(), "x", owner="li", wakes_on=event, citizen_told=True)
        return [order.id for order in orders]


def happened(client, seen, reason="公告已解封"):
    return post(client, PAGE, on=PAGE, event=EVENT, seen=seen, reason=reason)


def states(installation, ids):
    with installation.database.reading() as session:
        return {session.get_one(WorkOrder, one).state for one in ids}


def test_the_list_tells_how_many_wait_and_asks_before_it_wakes_them(wang, installation):
    ids = wait(installation, 2)
    wait(installation, event="西城区解封")
    assert 'href="/awaited">等待的事件 <b class="badge-count">2</b>' in wang.get("/orders?tab=deferred").text
    listed = wang.get(PAGE).text
    assert f"<b>{EVENT}</b> · 2 张在等" in listed
    assert "恢复办理 2 张" not in listed
    asked = wang.get(f"{PAGE}?event={EVENT}").text
    assert "确认已发生，恢复办理 2 张" in asked
    assert asked.count("/orders/WO-") == 2
    answer = happened(wang, seen=2)
    assert answer.status_code == 303
    assert "2 张工单已恢复办理；0 位市民将收到短信，其余 2 位" in wang.get(answer.location).text
    assert states(installation, ids) == {OrderState.IN_HAND}
    assert EVENT not in wang.get(PAGE).text


def test_when_more_wait_by_now_the_new_number_is_confirmed_anew(wang, installation):
    ids = wait(installation, 2)
    answer = happened(wang, seen=1, reason="我写的依据")
    assert answer.status_code == 409
    assert "我写的依据</textarea>" in answer.text
    assert "恢复办理 2 张" in answer.text
    assert states(installation, ids) == {OrderState.DEFERRED}


def test_without_a_reason_nothing_goes_on(wang, installation):
    ids = wait(installation)
    assert happened(wang, seen=1, reason=" ").status_code == 422
    assert states(installation, ids) == {OrderState.DEFERRED}


def test_it_is_for_supervisors_alone(li, anna, installation):
    ids = wait(installation)
    for client in (li, anna):
        assert client.get(PAGE).status_code == 403
        assert post(client, PAGE, event=EVENT, seen=1, reason="x").status_code == 403
        assert "/awaited" not in client.get("/orders").text
    assert states(installation, ids) == {OrderState.DEFERRED}


def test_the_form_that_defers_proposes_what_others_wait_for(wang, installation):
    wait(installation)
    with installation.database.transaction() as session:
        number = make_order(session, make_caller(session, installation, None)).number
    assert f'<option value="{EVENT}">' in wang.get(f"/orders/{number}").text
