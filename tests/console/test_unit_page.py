"""Handlers on the way: each sees the orders of their own department and of those it assists, and nothing else."""

import re

import pytest
from sqlalchemy import select

from core.models import (
    Category,
    Department,
    OrderEvent,
    Urgency,
    WorkOrder,
)
from routing.orders.assisting import set_assistants
from tests.console.conftest import post, signed_in
from tests.console.unit_orders import an_order, cards, for_unit, row, section
from tests.factories import make_recording


def test_a_handler_sees_what_waits_for_the_own_department_with_its_clock(app, installation, people):
    ours, theirs = for_unit(installation), for_unit(installation, "qian")
    zhao = signed_in(app, "zhao")
    assert zhao.get("/").location == "/unit"
    html = zhao.get("/unit").text
    assert cards(section(html, "待签收")) == [ours]
    assert re.search(r'class="clock running">\s*<span>签收</span>\s*<progress max="100" value="\d+"', html)
    assert theirs not in html
    assert "水务局" in html


def test_a_handler_accepts_on_the_card_and_works_it_off(app, installation, people):
    number, zhao = for_unit(installation), signed_in(app, "zhao")
    fields = {"on": "/unit", "revision": row(installation, number).revision}
    assert post(zhao, f"/orders/{number}/accept-order", **fields).status_code == 303
    html = zhao.get("/unit").text
    assert cards(section(html, "在办")) == [number]
    assert "accept-order" not in html
    page = f"/orders/{number}"
    assert "ask_extension" in zhao.get(page).text
    for verb in ("ask_extension", "reply"):
        fields = {"on": page, "revision": row(installation, number).revision, "reason": "管道已修"}
        assert post(zhao, f"{page}/verbs/{verb}", **fields).status_code == 303
    assert cards(section(zhao.get("/unit").text, "已答复")) == [number]
    assert re.search(r'class="clock done">\s*<span>签收</span>', zhao.get(page).text)


def test_a_late_clock_says_so_in_words_too(app, installation, people):
    number = for_unit(installation, minutes_ago=60 * 24 * 30)
    html = signed_in(app, "zhao").get("/unit").text
    assert number in html
    assert re.search(r'class="clock late">.*?value="100".*?超时', html, re.DOTALL)


def test_returned_orders_are_no_longer_asked_for(app, installation, people):
    number, zhao = for_unit(installation), signed_in(app, "zhao")
    page, before = f"/orders/{number}", row(installation, number).revision
    assert post(zhao, f"{page}/verbs/return", on=page, revision=before, reason="不归我们").status_code == 303
    html = zhao.get("/unit").text
    assert cards(section(html, "待签收")) == []
    assert cards(section(html, "已答复")) == [number]


def test_who_belongs_nowhere_is_told_and_other_roles_are_refused(app, installation, people, li):
    for_unit(installation)
    assert "不属于任何单位" in signed_in(app, "feng").get("/unit").text
    assert cards(signed_in(app, "feng").get("/unit").text) == []
    for client in (li, signed_in(app, "sun")):
        answer = client.get("/unit")
        assert (answer.status_code, "您的角色不能做这件事" in answer.text) == (403, True)


def test_an_order_of_another_department_does_not_exist_for_a_handler(app, installation, people):
    theirs, zhao = for_unit(installation, "qian"), signed_in(app, "zhao")
    fields = {"revision": row(installation, theirs).revision, "reason": "x"}
    page = zhao.get(f"/orders/{theirs}")
    assert (page.status_code, "没有丢失任何内容" in page.text) == (404, True)
    for verb in ("accept-order", "verbs/reply", "verbs/return", "show-number"):
        assert post(zhao, f"/orders/{theirs}/{verb}", **fields).status_code == 404


def test_the_counts_on_top_are_of_the_own_orders_alone(app, installation, people, li):
    foreign = an_order(installation, urgency=Urgency.RED)
    with installation.database.transaction() as session:
        make_recording(
            session, session.scalars(select(WorkOrder).where(WorkOrder.number == foreign)).one(), state="stored"
        )
    assert foreign in li.get("/orders").text
    for name in ("zhao", "sun"):
        for path in ("/orders", "/orders/live", "/orders/live/beside"):
            assert foreign not in signed_in(app, name).get(path).text


def test_a_handler_finds_nobody_who_must_stay_unknown_by_their_number(app, installation, people, li):
    hidden = for_unit(installation, hides_identity=True, category=Category.COMPLAINT)
    known, zhao = for_unit(installation, "zhao"), signed_in(app, "zhao")
    found = re.findall(r'data-number="([^"]+)"', zhao.get("/orders?q=5678").text)
    assert found == [known]
    assert hidden in li.get("/orders?q=5678").text


@pytest.fixture
def assisted(installation, people):
    """水务局 leads it, 民政局 assists; a recording belongs to it."""
    number = for_unit(installation)
    with installation.database.transaction() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        helping = session.scalars(select(Department).where(Department.name == "民政局")).one()
        set_assistants(session, order, [helping.id])
        recording = make_recording(session, order, words=[["药吃完了", 0.1, 0.2, 0.9]])
    return number, recording.id


def test_who_assists_sees_the_order_but_not_who_called_and_can_only_add_to_it(app, installation, assisted):
    number, _ = assisted
    zhao, qian, feng = (signed_in(app, name) for name in ("zhao", "qian", "feng"))
    assert cards(section(qian.get("/unit").text, "协办")) == [number]
    assert cards(section(zhao.get("/unit").text, "协办")) == []
    page = qian.get(f"/orders/{number}")
    assert (page.status_code, "药吃完了" in page.text, "您的单位协办这张工单" in page.text) == (200, True, True)
    assert re.findall(r"/verbs/([a-z_]+)", page.text) == ["contribute"]
    assert not any(secret in page.text for secret in ("5678", "/accept-order"))
    assert "contribute" not in zhao.get(f"/orders/{number}").text
    assert "5678" in zhao.get(f"/orders/{number}").text
    assert feng.get(f"/orders/{number}").status_code == 404
    assert number not in feng.get("/unit").text


def test_who_assists_is_refused_what_the_page_does_not_offer(app, installation, assisted):
    number, recording = assisted
    qian, path = signed_in(app, "qian"), f"/orders/{number}"
    revision = row(installation, number).revision
    for address in ("accept-order", "show-number", "verbs/answer", "verbs/return"):
        assert post(qian, f"{path}/{address}", on=path, revision=revision, reason="x").status_code == 403, address
    assert qian.get(f"{path}/recordings/{recording}.wav").status_code == 403
    assert row(installation, number).accepted_by is None


def test_what_is_added_is_read_by_the_lead(app, installation, assisted):
    number, _ = assisted
    qian, path = signed_in(app, "qian"), f"/orders/{number}"
    revision = row(installation, number).revision
    assert post(qian, f"{path}/verbs/contribute", on=path, revision=revision, reason="社区已送菜").status_code == 303
    assert "协办意见：社区已送菜" in signed_in(app, "zhao").get(path).text
    assert row(installation, number).revision == revision
    with installation.database.reading() as session:
        assert "contributed" in session.scalars(select(OrderEvent.event)).all()
