"""One order: what it shows, and what a person can do with it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock
from core.house import House
from core.models import OrderState, RecordingState, Urgency, WorkOrder
from routing.orders import accept
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_recording

NUMBER = "+8613912345678"


@pytest.fixture
def order(installation: House) -> WorkOrder:
    with installation.database.transaction() as session:
        order = make_order(
            session,
            make_caller(session, installation, NUMBER),
            urgency=Urgency.RED,
            summary="我要做血透",
            reasons={"words": [["血透", "dialysis"], ["9", "key"]]},
        )
        make_recording(session, order, words=[["我", 0.1, 0.2, 0.9], ["要做", 0.2, 0.5, 0.3], ["血透", 0.5, 1.0, 0.9]])
        return order


def _stands(installation: House, number: str) -> tuple[WorkOrder, list[str]]:
    with installation.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        return order, [f"{event.event} {event.actor}" for event in order.events]


def test_shows_what_was_heard_and_what_decided(li: FlaskClient, order: WorkOrder) -> None:
    html = li.get(f"/orders/{order.number}").text
    assert re.search(r'class="word deciding" data-at="0.5" title="透析">血透<', html)
    assert re.search(r'class="word unclear" data-at="0.2">要做<', html)
    assert "<audio controls" in html
    assert "来电人按了 9 键" in html
    assert order.code in html


def test_an_unknown_number_is_a_clear_404(li: FlaskClient, anna: FlaskClient) -> None:
    answer = li.get("/orders/WO-1")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert "There is no such page" in anna.get("/nowhere").text


def test_accepting_gives_the_order_an_owner(li: FlaskClient, installation: House, order: WorkOrder) -> None:
    path = f"/orders/{order.number}"
    assert post(li, f"{path}/accept-order", on=path, revision=order.revision).location == path
    now, events = _stands(installation, order.number)
    assert (now.accepted_by, now.state, events[-1]) == ("li", OrderState.ACCEPTED, "accepted li")
    assert "这张工单由您负责" in li.get(path).text


def test_accepting_twice_is_accepting_once(li: FlaskClient, installation: House, order: WorkOrder) -> None:
    path = f"/orders/{order.number}"
    for _ in range(2):
        assert post(li, f"{path}/accept-order", on=path, revision=order.revision).status_code == 303
    assert _stands(installation, order.number)[1].count("accepted li") == 1


def test_whoever_is_slower_is_told_who_was_quicker(
    app: Flask, li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path = f"/orders/{order.number}"
    post(signed_in(app, "wang"), f"{path}/accept-order", on=path, revision=order.revision)
    answer = post(li, f"{path}/accept-order", on=path, revision=order.revision)
    assert answer.status_code == 409
    assert "王芳 刚刚签收了这张工单。您没有丢失任何内容" in answer.text
    assert _stands(installation, order.number)[0].accepted_by == "wang"


def test_lowering_a_red_is_written_down_with_its_reason(li: FlaskClient, installation: House, order: WorkOrder) -> None:
    path = f"/orders/{order.number}"
    post(li, f"{path}/change-urgency", on=path, urgency="yellow", reason="人已上救护车", revision=order.revision)
    now, events = _stands(installation, order.number)
    assert (now.urgency, now.urgency_rank, events[-1]) == (Urgency.YELLOW, 1, "urgency_set li")
    assert "紧急程度由红改为黄：人已上救护车" in li.get(path).text


def test_a_reason_survives_when_somebody_else_was_quicker(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path, seen = f"/orders/{order.number}", order.revision
    with installation.database.transaction() as session:
        there = session.scalars(select(WorkOrder).where(WorkOrder.number == order.number)).one()
        accept(session, there, "wang", clock.now(), there.revision)
    answer = post(li, f"{path}/change-urgency", on=path, urgency="green", reason="我写的理由", revision=seen)
    assert answer.status_code == 409
    assert "什么也没有被覆盖" in answer.text
    assert "我写的理由</textarea>" in answer.text
    assert re.search(r'value="green" required checked', answer.text)
    assert _stands(installation, order.number)[0].urgency is Urgency.RED


def test_urgency_needs_a_reason_and_a_known_word(li: FlaskClient, installation: House, order: WorkOrder) -> None:
    path = f"/orders/{order.number}"
    answer = post(li, f"{path}/change-urgency", on=path, urgency="green", reason="  ", revision=order.revision)
    assert (answer.status_code, "要写理由" in answer.text) == (422, True)
    answer = post(li, f"{path}/change-urgency", on=path, urgency="blue", reason="x", revision=order.revision)
    assert answer.status_code == 400
    assert _stands(installation, order.number)[0].urgency is Urgency.RED


def test_the_number_is_masked_until_it_is_asked_for_and_that_is_written_down(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path = f"/orders/{order.number}"
    for page in ("/orders", "/orders/live", path):
        html = li.get(page).text
        assert "139****5678" in html
        assert "13912345678" not in html
    assert NUMBER in post(li, f"{path}/show-number", on=path).text
    assert _stands(installation, order.number)[1][-1] == "number_shown li"
    assert "查看来电号码" in li.get(path).text
    assert NUMBER not in li.get(path).text


def test_an_admin_sees_no_numbers(anna: FlaskClient, installation: House, order: WorkOrder) -> None:
    path = f"/orders/{order.number}"
    assert "Show number" not in anna.get(path).text
    assert post(anna, f"{path}/show-number", on=path).status_code == 403
    assert "number_shown anna" not in _stands(installation, order.number)[1]


def test_what_a_caller_wants_is_kept_and_each_change_is_written_down_once(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path = f"/orders/{order.number}"
    wishes = {"sms_agreed": "on", "secrecy_asked": "on"}
    for _ in range(2):
        assert post(li, f"{path}/keep-caller-wishes", on=path, **wishes).status_code == 303
    stands, events = _stands(installation, order.number)
    assert (stands.call.caller.sms_agreed, stands.call.caller.secrecy_asked) == (True, True)
    assert [event for event in events if "sms" in event or "secrecy" in event] == ["sms_agreed li", "secrecy_asked li"]
    assert li.get(path).text.count(" checked>") >= 2
    post(li, f"{path}/keep-caller-wishes", on=path, secrecy_asked="on")
    stands, events = _stands(installation, order.number)
    assert (stands.call.caller.sms_agreed, stands.call.caller.secrecy_asked) == (False, True)
    assert events[-1] == "sms_refused li"
    assert "来电人不再同意收短信" in li.get(path).text


def test_when_it_is_safe_to_call_is_kept_in_the_callers_words(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path, said = f"/orders/{order.number}", {"sms_agreed": "on", "call_when": "  下午，丈夫不在家时 "}
    for _ in range(2):
        assert post(li, f"{path}/keep-caller-wishes", on=path, **said).status_code == 303
    html = li.get(path).text
    assert 'value="下午，丈夫不在家时"' in html
    with installation.database.reading() as session:
        row = session.get_one(WorkOrder, order.id)
        (event,) = [event for event in row.events if event.event == "call_when_said"]
        assert (event.detail, event.words["reason"] if event.words else None) == ({}, "下午，丈夫不在家时")
        assert not row.call.caller.may_be_rung
    post(li, f"{path}/keep-caller-wishes", on=path, sms_agreed="on")
    with installation.database.reading() as session:
        assert session.get_one(WorkOrder, order.id).call.caller.may_be_rung


def test_wishes_are_for_the_desk_and_for_numbers_that_are_known(
    anna: FlaskClient, li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    path = f"/orders/{order.number}/keep-caller-wishes"
    assert post(anna, path, on=f"/orders/{order.number}", sms_agreed="on").status_code == 403
    assert "keep-caller-wishes" not in anna.get(f"/orders/{order.number}").text
    with installation.database.transaction() as session:
        hidden = make_order(session, make_caller(session, installation, None), summary="隐藏号码").number
    assert post(li, f"/orders/{hidden}/keep-caller-wishes", on=f"/orders/{hidden}", sms_agreed="on").status_code == 404
    assert "keep-caller-wishes" not in li.get(f"/orders/{hidden}").text


def test_other_orders_of_the_same_number_are_shown_but_not_of_withheld_ones(
    li: FlaskClient, installation: House, order: WorkOrder
) -> None:
    with installation.database.transaction() as session:
        again = make_order(session, order.call.caller, summary="第二次来电")
        hidden = make_order(session, make_caller(session, installation, None), summary="隐藏号码")
        make_order(session, make_caller(session, installation, None), summary="另一个隐藏号码")
    assert "第二次来电" in li.get(f"/orders/{order.number}").text.split("此号码的其他工单")[1]
    assert "我要做血透" in li.get(f"/orders/{again.number}").text.split("此号码的其他工单")[1]
    assert "此号码没有其他工单" in li.get(f"/orders/{hidden.number}").text
    assert "号码未显示" in li.get(f"/orders/{hidden.number}").text


@pytest.mark.parametrize("state", list(RecordingState))
@pytest.mark.parametrize("sign_in", ["li", "anna"])
def test_every_state_of_a_recording_has_words(
    app: Flask, installation: House, state: RecordingState, sign_in: str
) -> None:
    with installation.database.transaction() as session:
        order = make_order(session, make_caller(session, installation))
        make_recording(session, order, state=state, duration_seconds=None)
    client = signed_in(app, sign_in)
    for path in ("/orders", f"/orders/{order.number}"):
        assert client.get(path).status_code == 200
