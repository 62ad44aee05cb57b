"""Handlers and volunteers with a telephone in hand: an order goes its way by tapping, nothing wider than the screen."""

import pytest
from sqlalchemy import select

from core import clock
from core.models import OrderState, Role, SeatState, Staff, Urgency, VolunteerTeam, WorkOrder
from routing.dispatch import add_department, dispatch
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from routing.orders import THE_MACHINE
from tests.browser import CHROMIUM, window
from tests.factories import PASSWORD, make_caller, make_order, make_staff
from tests.routing.line.rows import a_place

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: these browser tests are left out")

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: these browser tests are left out"),
    pytest.mark.full,
]

LONG = "我们小区七号楼三单元的老人血压药吃完了家里没有人能出门" * 8


@pytest.fixture
def orders(installation):
    """One order of 水务局, whose handler is zhao, and one that the volunteer sun may claim; their numbers."""
    with installation.database.transaction() as session:
        water = add_department(session, "水务局城区供水抢修与应急保障联合指挥中心", clock.now())
        team = VolunteerTeam(name="东城送药队", districts=["东城区"], categories=["medical"])
        session.add(team)
        session.flush()
        make_staff(session, "zhao", role=Role.HANDLER, department_id=water.id)
        make_staff(session, "sun", role=Role.VOLUNTEER, team_id=team.id)
        caller = make_caller(session, installation, "+8613912345678")
        known = {"urgency": Urgency.YELLOW, "summary": LONG}
        ours = make_order(session, caller, **known)
        dispatch(session, ours, THE_MACHINE, clock.now(), department=water)
        return ours.number, make_order(session, caller, district="东城区", **known).number


def state(installation, number):
    with installation.database.reading() as session:
        row = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        return row.state, row.accepted_by


def fits(page):
    """Nothing scrolls sideways, and what is to be tapped is as high as a finger."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.eval_on_selector_all(
        ".main-verb, .handling .verbs summary, .card summary",
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)",
    )
    assert all(height >= 36 for height in heights), heights
    return len(heights)


def test_a_handler_accepts_works_and_replies(address, installation, orders):
    number, _ = orders
    with window(address, "zhao", PASSWORD, home="/unit", phone=True) as page:
        assert fits(page)
        page.tap(f"[id='{number}'] .main-verb")
        page.wait_for_url(f"**/orders/{number}")
        assert state(installation, number) == (OrderState.ACCEPTED, "zhao")
        assert fits(page)
        for verb, words in (("start", ""), ("reply", "药已送到老人手上")):
            form = page.locator(f"form[action$='/verbs/{verb}']")
            page.locator(f"details:has(form[action$='/verbs/{verb}']) > summary").tap()
            if words:
                form.locator("textarea").fill(words)
            assert fits(page)
            form.locator("button").tap()
            page.wait_for_load_state()
        page.wait_for_selector("text=答复：药已送到老人手上")
        assert state(installation, number) == (OrderState.REPLIED, "zhao")
        page.goto(f"{address}/unit")
        assert fits(page) == 0


def test_a_volunteer_claims_begins_and_says_what_was_done(address, installation, orders):
    _, number = orders
    with window(address, "sun", PASSWORD, home="/volunteering", phone=True) as page:
        assert fits(page)
        assert LONG[:20] not in page.content()  # nothing personal before the claim
        page.tap(f"form[action$='/{number}/claim'] button")
        page.wait_for_selector(f"[id='{number}']")
        assert state(installation, number) == (OrderState.ACCEPTED, "sun")
        assert fits(page)
        page.tap("form[action$='/verbs/start'] button")
        page.wait_for_url(f"**/orders/{number}")
        page.goto(f"{address}/volunteering")
        page.locator("details:has(form[action$='/verbs/reply']) > summary").tap()
        page.fill("form[action$='/verbs/reply'] textarea", "药已送到")
        assert fits(page)
        page.tap("form[action$='/verbs/reply'] button")
        page.wait_for_selector("text=答复：药已送到")
        assert state(installation, number) == (OrderState.REPLIED, "sun")


def test_a_supervisors_lists_fit_a_telephone_too(address, installation, orders):
    with window(address, "wang", PASSWORD, phone=True) as page:
        for path in ("/requests", "/awaited", "/figures?profile=chengdu", "/same-matter", "/city/clocks"):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_an_agent_takes_a_caller_whose_matter_is_long_with_a_telephone_in_hand(address, installation):
    with installation.database.transaction() as session:
        seat = seat_of(session, session.scalars(select(Staff).where(Staff.sign_in == "li")).one(), clock.now())
        seat.telephone = "+8613911120001"
        choose_state(session, seat, SeatState.AVAILABLE, clock.now())
        seat.skills, place = [], a_place(session, at=clock.now(), skill="dialysis", urgency=Urgency.RED)
        place.matter = LONG
    with window(address, "li", PASSWORD, phone=True) as page:
        page.goto(address + "/desk")
        button = page.locator("[data-place] button")
        box = button.bounding_box()
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        button.tap()
        page.wait_for_selector(".my-call >> text=接听后按")


def test_what_was_typed_survives_a_lost_connection_until_it_arrives(address, installation, orders):
    number, _ = orders
    with window(address, "li", PASSWORD) as page:
        reply = f"form[action='/orders/{number}/verbs/answer'] textarea"

        def write_and_send():
            page.click("button >> text=首次答复市民")

        page.goto(f"{address}/orders/{number}")
        page.locator("details:has(form[action$='/verbs/answer']) > summary").click()
        page.fill(reply, "已联系社区，今晚送到")
        page.route("**/verbs/answer", lambda route: route.abort())
        write_and_send()
        page.wait_for_timeout(300)
        page.unroute("**/verbs/answer")
        page.goto(f"{address}/orders")
        page.goto(f"{address}/orders/{number}")
        assert page.input_value(reply) == "已联系社区，今晚送到"
        page.click("text=返回列表 >> visible=true")
        page.go_back()
        assert page.input_value(reply) == "已联系社区，今晚送到"
        assert "还没有送达" in page.inner_text("[data-draft]")
        write_and_send()
        page.wait_for_selector("text=首次答复市民：已联系社区，今晚送到")
        page.goto(f"{address}/orders/{number}")
        assert page.input_value(reply) == ""
        assert page.locator("[data-draft]").count() == 0


def test_what_is_not_wanted_any_more_is_gone_and_nobody_else_sees_it(address, installation, orders):
    number, _ = orders
    with window(address, "li", PASSWORD) as page:
        reply, path = f"form[action='/orders/{number}/verbs/answer'] textarea", f"{address}/orders/{number}"
        for _ in range(2):
            page.goto(path)
            page.locator("details:has(form[action$='/verbs/answer']) > summary").click()
            page.fill(reply, "写了一半")
            page.reload()
            assert page.input_value(reply) == "写了一半"
            page.click("[data-draft] button")
            page.reload()
            assert page.input_value(reply) == ""
        somebody_elses = f"draft:999:/orders/{number}/verbs/answer"
        kept = '{"typed": {"reason": "别人写的"}, "sent": false}'
        page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [somebody_elses, kept])
        page.reload()
        assert page.input_value(reply) == ""
        page.evaluate("document.querySelector(\"form[action$='/sign-out']\").requestSubmit()")
        page.wait_for_url("**/sign-in")
        assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))") == []
