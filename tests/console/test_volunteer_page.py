"""Volunteers on the way: what their team may take, with nothing personal before it is claimed."""

import re

from sqlalchemy import select, update

from core import clock
from core.models import (
    Category,
    OrderState,
    Urgency,
    VolunteerTeam,
    WorkOrder,
)
from routing.dispatch import claim
from tests.console.conftest import post, signed_in
from tests.console.unit_orders import NUMBER, SUN, an_order, cards, row, section


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
