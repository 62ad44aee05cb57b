"""Handlers and volunteers on the way: each sees their own cards, and nothing of anybody else's."""

import re

import pytest
from sqlalchemy import select, update

from core import clock
from core.models import (
    Caller,
    Category,
    Department,
    OrderEvent,
    OrderState,
    Role,
    Staff,
    Urgency,
    VolunteerTeam,
    WorkOrder,
)
from routing.dispatch import add_department, claim, dispatch
from routing.orders import THE_MACHINE, Actor, Party
from routing.orders.assisting import set_assistants
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_recording, make_staff

NUMBER = "+8613912345678"
SUN = Actor("sun", Party.VOLUNTEER)


@pytest.fixture
def people(installation):
    """Handlers zhao (水务局), qian (民政局) and feng (nowhere); volunteers sun, zhou (东城) and wu (no team)."""
    with installation.database.transaction() as session:
        water, welfare = (add_department(session, name, clock.now()) for name in ("水务局", "民政局"))
        team = VolunteerTeam(name="东城送药队", districts=["东城区"], categories=["medical", "supplies"])
        session.add(team)
        session.flush()
        for sign_in, unit in (("zhao", water.id), ("qian", welfare.id), ("feng", None)):
            make_staff(session, sign_in, name=sign_in, role=Role.HANDLER, department_id=unit)
        for sign_in, own in (("sun", team.id), ("zhou", team.id), ("wu", None)):
            make_staff(session, sign_in, name=sign_in, role=Role.VOLUNTEER, team_id=own)


def an_order(installation, number=NUMBER, **values):
    known = {"urgency": Urgency.YELLOW, "summary": "药吃完了", "district": "东城区", **values}
    with installation.database.transaction() as session:
        caller = session.scalar(select(Caller).where(Caller.number == number))
        return make_order(session, caller or make_caller(session, installation, number), **known).number


def for_unit(installation, sign_in="zhao", **values):
    number = an_order(installation, **values)
    with installation.database.transaction() as session:
        row = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        staff = session.scalars(select(Staff).where(Staff.sign_in == sign_in)).one()
        dispatch(session, row, THE_MACHINE, clock.now(), department=session.get_one(Department, staff.department_id))
    return number


def row(installation, number):
    with installation.database.reading() as session:
        return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()


def cards(html):
    return re.findall(r'<li class="card [a-z]+" id="([^"]+)"', html)


def section(html, heading):
    return html.split(f"<h2>{heading}")[1].split("</section>")[0]


# --- handlers ---------------------------------------------------------------------------------------------------------


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


# --- volunteers -------------------------------------------------------------------------------------------------------


def do_claim(client, number, revision):
    return post(client, f"/volunteering/{number}/claim", on="/volunteering", revision=revision)


def test_a_volunteer_is_offered_their_teams_with_nothing_personal(app, installation, people):
    mine = an_order(installation)
    others = [
        an_order(installation, district="西城区"),
        an_order(installation, category=Category.TRAVEL),
        an_order(installation, urgency=Urgency.RED),
        an_order(installation, hides_identity=True),
    ]
    sun = signed_in(app, "sun")
    assert sun.get("/").location == "/volunteering"
    html = sun.get("/volunteering").text
    assert mine in html
    assert not any(number in html for number in others)
    assert not any(personal in html for personal in ("药吃完了", "5678"))
    assert sun.get(f"/orders/{mine}").status_code == 404


def test_a_claim_shows_words_and_number_to_its_volunteer_alone(app, installation, people):
    number, sun, zhou = an_order(installation), signed_in(app, "sun"), signed_in(app, "zhou")
    assert do_claim(sun, number, row(installation, number).revision).location == f"/volunteering#{number}"
    assert do_claim(sun, number, 0).status_code == 303  # pressed twice
    html = sun.get("/volunteering").text
    assert cards(section(html, "我接的单")) == [number]
    assert "药吃完了" in html
    assert re.search(r"归您，到期 <time[^>]*>还有 ?(1 小时 59 分|2 小时)", html)
    page = f"/orders/{number}"
    assert NUMBER in post(sun, f"{page}/show-number", on=page).text
    assert number not in zhou.get("/volunteering").text
    assert zhou.get(page).status_code == 404


def test_the_slower_of_two_volunteers_is_told(app, installation, people):
    number, zhou = an_order(installation), signed_in(app, "zhou")
    seen = row(installation, number).revision
    assert do_claim(signed_in(app, "sun"), number, seen).status_code == 303
    answer = do_claim(zhou, number, seen)
    assert (answer.status_code, "已被别人先接" in answer.text) == (409, True)
    assert row(installation, number).accepted_by == "sun"


def test_an_order_that_changed_since_is_not_claimed_unseen(app, installation, people):
    number = an_order(installation)
    assert do_claim(signed_in(app, "sun"), number, row(installation, number).revision - 1).status_code == 409
    assert row(installation, number).accepted_by is None


def test_what_is_not_for_a_team_is_refused_with_a_sentence(app, installation, people, li):
    red, far = an_order(installation, urgency=Urgency.RED), an_order(installation, district="西城区")
    sun, wu, fit = signed_in(app, "sun"), signed_in(app, "wu"), an_order(installation)
    for client, number in ((sun, red), (sun, far), (wu, fit)):
        answer = do_claim(client, number, row(installation, number).revision)
        assert (answer.status_code, "不归您的队接" in answer.text) == (403, True)
    assert do_claim(sun, "WO-0", 1).status_code == 404
    assert "不属于任何志愿队" in wu.get("/volunteering").text
    assert li.get("/volunteering").status_code == 403
    assert post(li, f"/volunteering/{fit}/claim").status_code == 403
    assert row(installation, fit).accepted_by is None


def test_a_claim_is_given_back_with_a_reason(app, installation, people):
    number, sun = an_order(installation), signed_in(app, "sun")
    do_claim(sun, number, row(installation, number).revision)
    path = f"/orders/{number}/verbs/return"
    fields = {"on": "/volunteering", "revision": row(installation, number).revision}
    assert post(sun, path, **fields, reason=" ").status_code == 422
    assert post(sun, path, **fields, reason="车坏了").location == "/volunteering"
    order = row(installation, number)
    assert (order.state, order.accepted_by) == (OrderState.RETURNED, None)
    assert "接单</button>" in sun.get("/volunteering").text


def test_a_claim_is_begun_and_done_with_words_and_then_the_number_is_hidden(app, installation, people, li):
    number, sun, page = an_order(installation), signed_in(app, "sun"), "/volunteering"
    do_claim(sun, number, row(installation, number).revision)
    for verb, fields in (("start", {}), ("reply", {"reason": "药已送到"})):
        path = f"/orders/{number}/verbs/{verb}"
        assert post(sun, path, on=page, revision=row(installation, number).revision, **fields).status_code == 303
    assert "药已送到" in li.get(f"/orders/{number}").text
    assert cards(section(sun.get(page).text, "我接的单")) == []
    order_page = sun.get(f"/orders/{number}")
    assert (order_page.status_code, "5678" in order_page.text) == (200, False)
    assert post(sun, f"/orders/{number}/show-number", on=f"/orders/{number}").status_code == 403


def test_a_claim_that_ran_out_is_nobodys(app, installation, people):
    number, sun = an_order(installation), signed_in(app, "sun")
    with installation.database.transaction() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        claim(session, order, SUN, session.scalars(select(VolunteerTeam)).one(), clock.now())
    with installation.database.transaction() as session:
        session.execute(update(WorkOrder).values(accepted_by=None, state=OrderState.RETURNED))
    assert sun.get(f"/orders/{number}").status_code == 404


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
