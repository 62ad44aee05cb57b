"""A day at the article desk, in a real browser and with real calls: written, let out, heard, corrected, asked for."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import ArticleRow, ArticleVersion, CorrectionRecipient, RadarRun, RadarState, RecipientState, Role
from core.phone_numbers import e164
from knowledge.stamp import draw_stamp
from knowledge.tables import write_csv
from simulator import Answer, Call, Caller, HangUp, Phone, Press, Speak, Voicemail
from tests.factories import PASSWORD, make_staff
from tests.house import VOICES, RunningHouse, until

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: the desk's browser test is left out")
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"

pytestmark = pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium here: the desk's browser test is left out")
ONE = Press("1", barge_in=True)
WRONG, RIGHT = "请去东门接种。", "请去西门接种。"


@pytest.fixture(scope="module")
def city(house: RunningHouse) -> RunningHouse:
    """The worker's house, with two admins."""
    with house.house.database.transaction() as session:
        make_staff(session, "anna", name="Anna", role=Role.ADMIN, language="zh")
        make_staff(session, "bob", name="Bob", role=Role.ADMIN, language="zh")
    return house


@pytest.fixture(scope="module")
def desks(city: RunningHouse) -> Iterator[dict[str, "playwright.Page"]]:
    """Two browsers: in one Anna has signed in, in the other Bob."""
    complaints: list[str] = []
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=_CHROMIUM, args=_QUIET.split())
        pages = {name: _sign_in(browser, city, name, complaints) for name in ("anna", "bob")}
        yield pages
        browser.close()
    assert complaints == []


def _sign_in(browser: "playwright.Browser", city: RunningHouse, name: str, complaints: list[str]) -> "playwright.Page":
    page = browser.new_context(base_url=city.settings.base_url, locale="zh-CN").new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto("/articles")
    page.fill("#account", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/articles")
    return page


def _heard(city: RunningHouse, number: str, answer: str) -> bool:
    """Place a call that chooses the first question of the first topic; tell whether it was read this answer."""
    return city.call(ONE, ONE, ONE, Press("1"), number=number).said(answer)


def _table(folder: Path) -> Path:
    columns = ("id", "language", "category", "rank", "question", "phrasings", "answer")
    file = folder / "articles.csv"
    rows = [
        ("a-jab", "zh", "policy", "1", "接种点在哪里？", "打针去哪儿 | 接种点怎么走", "请去东门。"),
        ("formula", "zh", "policy", "1", "=cmd()", "x", "y"),
    ]
    content = write_csv(columns, rows).replace(b"'=cmd()", b"=cmd()")
    file.write_bytes(content)
    return file


def _number(city: RunningHouse, slug: str) -> int:
    with city.house.database.reading() as session:
        found = session.scalar(select(ArticleRow.id).where(ArticleRow.slug == slug, ArticleRow.language == "zh"))
    assert found
    return found


@pytest.mark.full
def test_an_answer_is_imported_reviewed_heard_expired_and_put_right(
    city: RunningHouse, desks: dict[str, "playwright.Page"], tmp_path: Path
) -> None:
    _imported_edited_reviewed_by_another_and_heard_by_the_next_call(city, desks, tmp_path)
    _heard_by_nobody_once_it_has_expired(city)
    _exactly_the_callers_of_the_wrong_version_are_called_back(city, desks)


def _imported_edited_reviewed_by_another_and_heard_by_the_next_call(
    city: RunningHouse, desks: dict[str, "playwright.Page"], tmp_path: Path
) -> None:
    anna, bob = desks["anna"], desks["bob"]
    anna.goto("/articles/import")
    anna.set_input_files("#table", _table(tmp_path))
    anna.click("main button.btn-primary")
    anna.wait_for_selector("#outcome")
    assert anna.locator("#outcome").inner_text() == "新增1 · 修改0 · 不变0 · 有误1"
    assert "是公式，请改成文字" in anna.locator("#rows").inner_text()
    anna.click("text=导入1条为草稿")
    anna.wait_for_url("**/articles?tab=drafts*")

    anna.keyboard.press("j")
    anna.keyboard.press("Enter")
    anna.wait_for_selector("text=送审")
    anna.keyboard.press("e")
    anna.wait_for_selector("#edit")
    anna.fill("#answer", WRONG)
    anna.wait_for_selector(f"#heard >> text={WRONG}")
    anna.fill("#try_question", "打针去哪儿")
    anna.press("#try_question", "Enter")
    anna.wait_for_selector(".tried >> text=接种点在哪里？")
    assert anna.input_value("#answer") == WRONG
    anna.click('button[value="submit"]')
    anna.wait_for_selector("text=等另一个人审核")
    assert anna.locator('button:has-text("发布")').count() == 0

    bob.goto("/articles?tab=review")
    bob.click("#rows a")
    bob.click('button:has-text("发布")')
    bob.wait_for_selector("text=已发布")
    assert _heard(city, "+8613900000501", WRONG)


def _heard_by_nobody_once_it_has_expired(city: RunningHouse) -> None:
    article_id = _number(city, "a-jab")
    with city.house.database.transaction() as session:
        version = session.scalars(select(ArticleVersion).where(ArticleVersion.article_id == article_id)).one()
        version.valid_until = now() + timedelta(seconds=1)
        draw_stamp(session)
    until(lambda: now() > version.valid_until)
    assert not _heard(city, "+8613900000502", WRONG)
    with city.house.database.transaction() as session:
        session.get_one(ArticleVersion, version.id).valid_until = None
        draw_stamp(session)


def _exactly_the_callers_of_the_wrong_version_are_called_back(
    city: RunningHouse, desks: dict[str, "playwright.Page"]
) -> None:
    anna, bob = desks["anna"], desks["bob"]
    assert _heard(city, "+8613900000503", WRONG)
    assert _heard(city, "anonymous", WRONG)
    city.carrier.add_phone(Phone("+8613900000501", Answer(Caller([Press("1"), Press("1")]))))
    city.carrier.add_phone(Phone("+8613900000503", Voicemail(ring_seconds=1)))
    article_id = _number(city, "a-jab")
    anna.goto(f"/articles/{article_id}/edit")
    anna.fill("#answer", RIGHT)
    anna.click('button[value="submit"]')
    anna.wait_for_selector("text=等另一个人审核")
    bob.goto(f"/articles/{article_id}")
    assert "东西" in "".join(bob.locator("#changes del, #changes ins").all_inner_texts())
    bob.click('button:has-text("发布")')
    bob.wait_for_selector("text=3位来电人听过第1版")
    assert _heard(city, "+8613900000504", RIGHT)

    anna.goto(f"/articles/{article_id}/corrections")
    anna.click('button[value="call"]')
    anna.wait_for_selector("text=已安排通知2位来电人")
    until(lambda: len(_placed(city)) == 2)
    assert {call.to_number for call in _placed(city)} == {"+8613900000501", "+8613900000503"}
    until(lambda: _states(city)["+8613900000501"] is RecipientState.HEARD)
    told = {call.to_number: call.wait(60) for call in _placed(city)}
    assert told["+8613900000501"].said(RIGHT)
    assert told["+8613900000503"].said("请您致电")
    assert not told["+8613900000503"].said("接种点")
    assert _states(city)["+8613900000503"] is RecipientState.WAITING


def _placed(city: RunningHouse) -> list[Call]:
    ours = [call for call in city.carrier.calls if call.from_number == city.settings.hotline_number]
    return [call for call in ours if call.to_number.startswith("+86139000005")]


def _states(city: RunningHouse) -> dict[str | None, RecipientState]:
    with city.house.database.reading() as session:
        return {e164(row.caller.number): row.state for row in session.scalars(select(CorrectionRecipient))}


@pytest.mark.full
def test_ten_calls_that_nobody_could_answer_become_a_draft(
    city: RunningHouse, desks: dict[str, "playwright.Page"]
) -> None:
    anna = desks["anna"]
    message = (Press("2", barge_in=True), Speak(VOICES / "zh_no_vegetables.wav", then_hang_up=True), HangUp())
    calls = [city.start_call(*message, number=f"+86139000006{place:02d}") for place in range(10)]
    for call in calls:
        call.wait(60)
        city.heard(call)
    anna.goto("/radar")
    anna.click("text=现在看一次")
    until(lambda: _looked(city))
    anna.goto("/radar")
    row = anna.locator("#rows tr", has=anna.locator('text="写成草稿"')).first
    assert int(row.locator("td.number").first.inner_text()) >= 10
    phrase = row.locator("b").inner_text()
    row.locator("text=写成草稿").click()
    anna.wait_for_selector("#edit")
    assert anna.input_value("#question") == phrase
    assert re.search("菜", anna.input_value("#phrasings"))
    assert anna.input_value("#answer") == ""


def _looked(city: RunningHouse) -> bool:
    with city.house.database.reading() as session:
        runs = session.scalars(select(RadarRun).where(RadarRun.state == RadarState.DONE)).all()
        return any(run.unanswered >= 10 for run in runs)
