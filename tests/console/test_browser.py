"""The list in a real browser: it keeps itself fresh, calls out a new red, and is worked by keyboard."""

import re
from collections.abc import Iterator

import pytest

from core.house import House
from core.models import Urgency
from tests.browser import CHROMIUM, window
from tests.factories import PASSWORD, make_caller, make_order, make_recording, make_wav

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the console's browser test is left out")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the console's browser test is left out")


@pytest.fixture
def page(address: str) -> Iterator["playwright.Page"]:
    """A window in which 李明 has signed in; anything the browser complains about fails the test."""
    with window(address, "li", PASSWORD) as page:
        yield page


def _add(installation: House, urgency: Urgency, summary: str, minutes_ago: float) -> str:
    with installation.database.transaction() as session:
        order = make_order(
            session,
            make_caller(session, installation, None),
            urgency=urgency,
            summary=summary,
            minutes_ago=minutes_ago,
        )
        recording = make_recording(session, order, words=[["我", 0.1, 0.2, 0.9], ["胸口疼", 1.0, 1.5, 0.9]])
        installation.recordings.store(recording.id, order.call.caller.key_id, make_wav(3))
        return order.number


def test_a_new_red_comes_by_itself_and_is_opened_and_accepted_by_keyboard(
    page: "playwright.Page", installation: House
) -> None:
    _add(installation, Urgency.YELLOW, "问政策", minutes_ago=30)
    page.wait_for_selector("#rows li >> text=问政策")
    page.keyboard.press("Shift")  # a first gesture lets the browser play a tone
    red = _add(installation, Urgency.RED, "我胸口疼", minutes_ago=0)
    row = page.wait_for_selector(f'#rows li[data-number="{red}"].alarm')
    assert page.locator("#rows li").first.get_attribute("data-number") == red
    playwright.expect(page).to_have_title(re.compile("新红单"))
    assert row.is_visible()

    page.keyboard.press("j")
    playwright.expect(page).not_to_have_title(re.compile("新红单"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{red}")
    assert page.locator("audio[controls]").is_visible()
    assert page.locator("#rows li.alarm").count() == 0
    page.locator(".word", has_text="胸口疼").click()
    playwright.expect(page.locator(".word.playing")).to_have_text("胸口疼")

    page.keyboard.press("a")
    page.wait_for_selector("text=这张工单由您负责")
    page.wait_for_selector("text=收听录音")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/orders")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.full
def test_rows_hold_still_while_the_list_is_in_use(page: "playwright.Page", installation: House) -> None:
    first = _add(installation, Urgency.YELLOW, "第一条", minutes_ago=30)
    page.wait_for_selector("#rows li >> text=第一条")
    page.keyboard.press("j")
    red = _add(installation, Urgency.RED, "新来的", minutes_ago=0)
    page.wait_for_selector("[data-news]:visible")
    assert page.locator("[data-news]").inner_text() == "1 条新工单 ↑ · 新红单"
    assert [row.get_attribute("data-number") for row in page.locator("#rows li").all()] == [first]
    page.click("[data-news]")
    assert [row.get_attribute("data-number") for row in page.locator("#rows li").all()] == [red, first]


@pytest.mark.full
def test_a_lost_connection_is_told_and_comes_back(page: "playwright.Page") -> None:
    page.wait_for_selector("[data-connection]:visible")
    page.route("**/orders/live", lambda route: route.abort())
    page.wait_for_selector("[data-lost]:visible")
    assert "失去联系" in page.locator("[data-lost]").inner_text()
    page.unroute("**/orders/live")
    page.wait_for_selector("[data-lost]", state="hidden")


def test_nothing_is_wider_than_a_phone(page: "playwright.Page", installation: House) -> None:
    number = _add(installation, Urgency.RED, "很长的话" * 60, minutes_ago=1)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/orders", f"/orders/{number}"):
        page.goto(page.url.split("/orders")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
