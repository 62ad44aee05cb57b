"""The line as a supervisor and an agent see it while whole calls go on."""

from collections.abc import Iterator

import httpx
import pytest

from core.clock import now
from core.models import (
    LinePlace,
    PlaceOutcome,
    PlaceState,
    SeatState,
)
from hotline.web import create_app
from routing.line.places import close
from routing.line.wrong_pins import note_wrong
from simulator import (
    Phone,
    Press,
    StaySilent,
    Talk,
)
from tests.browser import CHROMIUM, PLAYWRIGHT, window
from tests.calls.centre import LI, TAKES, done, place_of, seats
from tests.console.conftest import signed_in
from tests.factories import PASSWORD
from tests.house import RunningHouse, until


def is_up(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.HTTPError:
        return False


def lines_told(house: RunningHouse, sign_in: str) -> Iterator[str]:
    """What a browser that watches the line is sent, one state of it after the other."""
    client = signed_in(create_app(house.house), sign_in)
    cookie = {"Cookie": f"console={client.get_cookie('console').value}"}
    with httpx.stream("GET", f"http://127.0.0.1:{house.settings.live_port}/live/line", headers=cookie) as answer:
        state = ""
        for line in answer.iter_lines():
            if line.startswith("data: "):
                state += line
            elif not line and state:
                yield state
                state = ""


@pytest.mark.full
def test_who_watches_the_line_is_sent_a_red_before_anything_else_happens_with_it(centre: RunningHouse) -> None:
    red = "+8613900001009"
    seats(centre, li=SeatState.WRAP_UP)  # so that there is a line
    centre.start_process("live")
    try:
        until(lambda: is_up(f"http://127.0.0.1:{centre.settings.live_port}/health"))
        told = lines_told(centre, "wang")
        assert "139****1009" not in next(told)
        call = centre.start_call(Press("9", barge_in=True), StaySilent(), number=red, patience=90)
        first = next(state for state in told if "139****1009" in state)
        place = place_of(centre, red)
        assert place is not None
        assert f'data-reds="{place.id}"' in first  # never seen as anything but red, nor only when somebody has it
        assert place.state is PlaceState.WAITING
        assert call.status == "in-progress"
        told.close()
        call.hang_up()
    finally:
        centre.kill("live")
    with centre.house.database.transaction() as session:
        close(session, session.get_one(LinePlace, place.id), PlaceOutcome.CLOSED_BY_HAND, now())


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the live pages are not looked at")
@pytest.mark.skipif(PLAYWRIGHT is None, reason="no playwright here: the live pages are not looked at")
def test_a_red_appears_on_the_supervisors_page_by_itself_and_the_agent_who_takes_it_knows_the_matter(
    centre: RunningHouse,
) -> None:
    red = "+8613900001007"
    centre.carrier.add_phone(Phone(LI, TAKES))
    seats(centre, li=SeatState.WRAP_UP)  # so that there is a line
    centre.start_process("live")
    try:
        until(lambda: is_up(f"http://127.0.0.1:{centre.settings.live_port}/health"))
        with (
            window(centre.settings.base_url, "wang", PASSWORD) as line,
            window(centre.settings.base_url, "li", PASSWORD, line) as desk,
        ):
            line.goto(f"{centre.settings.base_url}/line")
            desk.goto(f"{centre.settings.base_url}/desk")
            line.wait_for_selector("[data-connection]:not(.lost):visible")
            assert line.locator("tr.alarm").count() == 0
            call = centre.start_call(Press("9", barge_in=True), Talk(400), number=red, patience=90)
            line.wait_for_selector("tr.red.alarm >> text=139****1007")
            desk.click('button[name="state"][value="available"]')
            desk.wait_for_selector(".my-call >> text=正在与您通话")
            assert "139****1007" in desk.inner_text(".my-call")
            line.wait_for_selector('[aria-label="坐席正在处理"] >> text=139****1007')
            assert line.locator("tr.alarm").count() == 0
            with centre.house.database.transaction() as session:
                for _ in range(5):
                    note_wrong(session, "1001", "+8613911129996", None, now())
            line.wait_for_selector("[role=alert] >> text=1001")  # by itself, too
            desk.click('form[action="/desk/finish"] button')
            call.wait(60)
    finally:
        centre.kill("live")
    done(centre, red)
