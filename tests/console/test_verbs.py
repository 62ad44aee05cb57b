"""The forms of an order's page: what each role is offered, what becomes of it, and what is hidden from whom."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console.possible import FORMS
from console.verb_forms import _DO
from core import clock
from core.house import House
from core.models import Category, OrderState, Role, Staff, Urgency, WorkOrder
from routing.dispatch import add_department
from routing.orders import accept
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_recording, make_staff

NUMBER = "+8613912345678"


@pytest.fixture
def order(installation: House) -> WorkOrder:
    with installation.database.transaction() as session:
        water = add_department(session, "水务局", clock.now())
        for sign_in, unit in (("zhao", water.id), ("qian", None)):
            make_staff(session, sign_in, name=sign_in, role=Role.HANDLER, department_id=unit)
        make_staff(session, "sun", name="sun", role=Role.VOLUNTEER)
        return make_order(session, make_caller(session, installation, NUMBER), urgency=Urgency.YELLOW, summary="停水")


def now(installation: House, order: WorkOrder) -> WorkOrder:
    with installation.database.reading() as session:
        return session.scalars(select(WorkOrder).where(WorkOrder.number == order.number)).one()


def do(client: FlaskClient, installation: House, order: WorkOrder, verb: str, **fields: object):
    path = f"/orders/{order.number}"
    return post(client, f"{path}/verbs/{verb}", on=path, **{"revision": now(installation, order).revision, **fields})


def offered(client: FlaskClient, order: WorkOrder) -> set[str]:
    return set(re.findall(r'/verbs/([a-z_]+)"', client.get(f"/orders/{order.number}").text))


def test_every_form_is_answered_and_nothing_else() -> None:
    assert set(_DO) == FORMS


def test_an_order_goes_its_whole_way_in_the_browser(
    app: Flask, li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    wang = signed_in(app, "wang")
    with installation.database.reading() as session:
        water = session.scalars(select(Staff).where(Staff.sign_in == "zhao")).one().department_id
    assert do(li, installation, order, "review").status_code == 303
    assert do(li, installation, order, "dispatch", department=water).status_code == 303
    zhao = signed_in(app, "zhao")
    post(
        zhao,
        f"/orders/{order.number}/accept-order",
        on=f"/orders/{order.number}",
        revision=now(installation, order).revision,
    )
    assert do(zhao, installation, order, "start").status_code == 303
    assert do(zhao, installation, order, "reply", reason="已修好").status_code == 303
    assert do(wang, installation, order, "confirm_solved").status_code == 303
    row = now(installation, order)
    assert (row.state, row.accepted_by, row.department_id) == (OrderState.CLOSED, "zhao", water)
    assert "答复：已修好" in li.get(f"/orders/{order.number}").text


def test_each_role_is_offered_only_its_own_next_steps(app: Flask, li: FlaskClient, order: WorkOrder) -> None:
    assert offered(li, order) == {"review", "dispatch", "answer", "reply", "merge"}
    assert offered(signed_in(app, "wang"), order) == offered(li, order) | {"defer", "cancel"}


def test_what_another_role_may_do_is_refused_and_what_was_typed_stays(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    answer = do(li, installation, order, "cancel", reason="重复")
    assert answer.status_code == 403
    assert now(installation, order).state is OrderState.REGISTERED
    answer = do(li, installation, order, "extend", reason="等材料", minutes=30)
    assert (answer.status_code, "现在不能这样办" in answer.text) == (409, True)
    answer = do(li, installation, order, "reply", reason="  ")
    assert (answer.status_code, "还缺内容" in answer.text) == (422, True)
    answer = do(li, installation, order, "dispatch", reason="")
    assert (answer.status_code, "没有可派的单位" in answer.text) == (422, True)
    assert do(li, installation, order, "escalate").status_code == 404


def test_the_slower_of_two_people_is_told_and_keeps_the_text(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    seen = now(installation, order).revision
    with installation.database.transaction() as session:
        accept(session, session.get_one(WorkOrder, order.id), "wang", clock.now())
    answer = do(li, installation, order, "reply", reason="我写的答复", revision=seen)
    assert answer.status_code == 409
    assert "我写的答复</textarea>" in answer.text


def test_a_supervisor_defers_with_a_date_and_the_citizen_told(
    app: Flask, installation: House, order: WorkOrder
) -> None:
    wang = signed_in(app, "wang")
    assert do(wang, installation, order, "defer", reason="解封后办", until="2099-01-01T09:00").status_code == 422
    told = {"reason": "解封后办", "citizen_told": "on"}
    assert do(wang, installation, order, "defer", until="yesterday", **told).status_code == 422
    assert do(wang, installation, order, "defer", until="2099-01-01T09:00", **told).status_code == 303
    row = now(installation, order)
    assert (row.state, row.due_at.isoformat()) == (OrderState.DEFERRED, "2099-01-01T01:00:00+00:00")
    assert offered(wang, order) >= {"wake", "keep_deferred"}


def test_an_order_is_merged_by_its_number(li: FlaskClient, installation: House, order: WorkOrder) -> None:
    with installation.database.transaction() as session:
        other = make_order(session, make_caller(session, installation, None), summary="停水")
    assert do(li, installation, order, "merge", into="WO-0", reason="同一件事").status_code == 422
    assert do(li, installation, order, "merge", into=other.number, reason="同一件事").status_code == 303
    assert now(installation, order).merged_into_id == other.id


def test_a_handler_sees_only_the_own_departments_orders(app: Flask, installation: House, order: WorkOrder) -> None:
    zhao, qian, sun = (signed_in(app, name) for name in ("zhao", "qian", "sun"))
    for client in (zhao, qian, sun):
        assert client.get(f"/orders/{order.number}").status_code == 404
        assert order.number not in client.get("/orders").text
        assert do_blindly(client, order) == 404
    with installation.database.transaction() as session:
        unit = session.scalars(select(Staff).where(Staff.sign_in == "zhao")).one().department_id
        row = session.get_one(WorkOrder, order.id)
        row.department_id, row.state = unit, OrderState.DISPATCHED
    assert order.number in zhao.get("/orders").text
    assert zhao.get(f"/orders/{order.number}").status_code == 200
    assert qian.get(f"/orders/{order.number}").status_code == 404
    with installation.database.transaction() as session:
        row = session.get_one(WorkOrder, order.id)
        row.accepted_by, row.state = "sun", OrderState.ACCEPTED
    assert sun.get(f"/orders/{order.number}").status_code == 200


def do_blindly(client: FlaskClient, order: WorkOrder) -> int:
    return post(client, f"/orders/{order.number}/verbs/reply", revision=order.revision, reason="x").status_code


def test_a_handler_never_learns_who_complained(
    app: Flask, li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    with installation.database.transaction() as session:
        unit = session.scalars(select(Staff).where(Staff.sign_in == "zhao")).one().department_id
        row = session.get_one(WorkOrder, order.id)
        row.department_id, row.category, row.hides_identity = unit, Category.COMPLAINT, True
        recording = make_recording(session, row)
        make_order(session, row.call.caller, summary="另一件")
    zhao, path = signed_in(app, "zhao"), f"/orders/{order.number}"
    for page in (path, "/orders"):
        assert "139****5678" not in zhao.get(page).text
        assert "139****5678" in li.get(page).text
    assert "另一件" not in zhao.get(path).text
    assert post(zhao, f"{path}/show-number", on=path).status_code == 403
    assert zhao.get(f"{path}/recordings/{recording.id}.wav").status_code == 403
