"""The live process without its socket: who may watch, what comes first, what comes after a change, when it ends."""

import asyncio
import contextlib

import pytest

from console.live_line import is_our_page
from core.clock import now
from core.models import LinePlace, Role, Staff, Urgency
from core.settings import Settings
from hotline.live.board import LOST, Board
from hotline.live.server import Live
from hotline.web import create_app
from tests.console.conftest import signed_in
from tests.factories import make_staff
from tests.house import until
from tests.routing.line.rows import a_place

CONSOLE = "http://127.0.0.1:8000"


@pytest.fixture
def house(bare_house):
    with bare_house.database.transaction() as session:
        make_staff(session, "li")
        make_staff(session, "wang", role=Role.SUPERVISOR, language="en")
        make_staff(session, "helper", role=Role.VOLUNTEER)
    return bare_house


class Browser:
    """One connection to the live process; what it was sent, and the end when it goes."""

    def __init__(self, live, path, cookie="", **headers):
        given = {"host": "127.0.0.1:8003", "cookie": cookie, **headers}
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
        }
        self.text, self.status, self.headers = "", 0, {}
        self._came, self._leaves = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(live(self.scope, self._receive, self._send))

    async def _receive(self):
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.text += message["body"].decode()
        self._came.set()

    async def until(self, words, seconds=20):
        async with asyncio.timeout(seconds):
            while words not in self.text:
                self._came.clear()
                await self._came.wait()

    async def leave(self):
        self._leaves.set()
        await asyncio.wait_for(self.task, 10)


def cookie_of(house, sign_in):
    client = signed_in(create_app(house), sign_in)
    return f"console={client.get_cookie('console').value}"


def watch(house, watching, **limits):
    """Run a live process, in which `watching(live)` looks around."""

    async def run():
        live = Live(house, **limits)
        try:
            await watching(live)
        finally:
            if live._watching:
                live._watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await live._watching

    asyncio.run(run())


def waits(house, number="+8613900001001", urgency=Urgency.YELLOW, matter="没有药了"):
    with house.database.transaction() as session:
        place = a_place(session, number, now(), urgency)
        place.matter = matter
        return place.id


def test_the_whole_state_comes_first_and_then_each_change(house):
    waits(house)
    cookie = cookie_of(house, "li")

    async def look(live):
        browser = Browser(live, "/live/line", cookie)
        await browser.until("没有药了")
        assert "event: line\nid: " in browser.text
        red = waits(house, "+8613900001002", Urgency.RED, "胸口疼")
        await browser.until(f'data-reds="{red}"')
        assert "胸口疼" in browser.text
        await browser.leave()
        assert live.board.readers == 0

    watch(house, look)


def test_everybody_gets_their_own_language_and_agents_their_buttons(house):
    waits(house)
    cookies = {name: cookie_of(house, name) for name in ("li", "wang")}

    async def look(live):
        agent, supervisor = Browser(live, "/live/desk", cookies["li"]), Browser(live, "/live/line", cookies["wang"])
        await agent.until("排队 1")
        await supervisor.until("Waiting 1")
        assert 'form="take"' in agent.text
        assert 'form="take"' not in supervisor.text

    watch(house, look)


@pytest.mark.parametrize("sign_in", ["", "helper"])
def test_who_may_not_see_the_line_is_told_so_and_nothing_else(house, sign_in):
    waits(house)
    cookie = cookie_of(house, sign_in) if sign_in else "console=forged"

    async def look(live):
        browser = Browser(live, "/live/line", cookie)
        await asyncio.wait_for(browser.task, 10)
        assert browser.text == "event: signed-out\ndata:\n\n"

    watch(house, look)


def test_who_is_switched_off_watches_no_longer(house):
    cookie = cookie_of(house, "li")

    async def look(live):
        browser = Browser(live, "/live/desk", cookie)
        await browser.until("无人排队")
        with house.database.transaction() as session:
            session.query(Staff).filter_by(sign_in="li").one().active = False
        await browser.until("event: signed-out")
        await asyncio.wait_for(browser.task, 10)

    watch(house, look, beat_seconds=0.1)


def test_a_quiet_line_beats_and_who_reconnects_in_time_gets_nothing_twice(house):
    waits(house)
    cookie = cookie_of(house, "li")

    async def look(live):
        first = Browser(live, "/live/line", cookie)
        await first.until("没有药了")
        mark = first.text.split("id: ")[1].split("\n")[0]
        again = Browser(live, "/live/line", cookie, last_event_id=mark)
        await again.until("event: beat\ndata:\n\nevent: beat")
        assert "event: line" not in again.text
        stale = Browser(live, "/live/line", cookie, last_event_id="another")
        await stale.until("event: line")

    watch(house, look, beat_seconds=0.3)


def test_the_database_away_is_told_and_so_is_its_return(house):
    cookie = cookie_of(house, "li")

    async def look(live):
        browser = Browser(live, "/live/line", cookie)
        await browser.until("无人排队")
        with house.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE line_places RENAME TO elsewhere")
        await browser.until("event: lost")
        with house.database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO line_places")
        seen = browser.text.count("event: line")
        while browser.text.count("event: line") == seen:
            browser._came.clear()
            await asyncio.wait_for(browser._came.wait(), 20)

    watch(house, look)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/live/nothing", {}, 404),
        ("/", {}, 404),
        ("/health", {}, 200),
        ("/live/line", {"origin": "http://127.0.0.1:9999"}, 403),
    ],
)
def test_what_is_no_stream_is_answered_plainly(house, path, headers, status):
    async def look(live):
        browser = Browser(live, path, **headers)
        await asyncio.wait_for(browser.task, 10)
        assert browser.status == status

    watch(house, look)


def test_more_than_it_can_bear_are_sent_away(house):
    cookie = cookie_of(house, "li")

    async def look(live):
        first = Browser(live, "/live/line", cookie)
        await first.until("event: line")
        second = Browser(live, "/live/line", cookie)
        await asyncio.wait_for(second.task, 10)
        assert second.status == 503

    watch(house, look, most_readers=1)


def test_the_consoles_page_may_read_with_its_cookies_and_no_other_page_may(house):
    cookie = cookie_of(house, "li")

    async def look(live):
        browser = Browser(live, "/live/line", cookie, origin=CONSOLE)
        await browser.until("event: line")
        assert browser.headers[b"access-control-allow-origin"] == CONSOLE.encode()
        assert browser.headers[b"access-control-allow-credentials"] == b"true"

    watch(house, look)
    public = Settings(public_url="https://hotline.example.org")
    assert is_our_page("https://hotline.example.org", "10.0.0.7:8003", public)
    assert is_our_page("http://localhost:8000", "localhost:8003", public)
    assert is_our_page("http://[::1]:8000", "[::1]:8003", public)
    assert not is_our_page("http://localhost:8000", "127.0.0.1:8003", public)
    assert not is_our_page("https://hotline.example.org.evil.example", "localhost:8003", public)
    assert not is_our_page("null", "localhost:8003", public)


def test_a_slow_reader_gets_the_newest_state_and_nothing_piles_up(house):
    async def look():
        board = Board(house, create_app(house))
        watching = asyncio.create_task(board.watch())
        with board.watching(("line", "zh")):
            first = await board.another(("line", "zh"), None, 20)
            for digit in range(3):
                waits(house, f"+861390000100{digit}")
                await board.another(("line", "zh"), first.id, 20)
            assert len(board._frames) == 1
            newest = first
            while "排队 3" not in newest.html:
                newest = await board.another(("line", "zh"), newest.id, 20)
        assert board._frames == {}
        watching.cancel()

    asyncio.run(look())
    assert LOST.is_lost


def test_ages_are_shown_anew_though_nothing_has_changed(house):
    place_id = waits(house)

    async def look():
        board = Board(house, create_app(house), seconds_to_show_ages=0)
        board._fresh((("line", "zh"),))
        with house.database.transaction() as session:
            place = session.get_one(LinePlace, place_id)
            place.first_called_at = place.first_called_at.replace(year=2020)
            session.flush()
            session.connection().exec_driver_sql("UPDATE line_places SET revision = revision - 1")
        (fresh,) = board._fresh((("line", "zh"),)).values()
        assert "天" in fresh.html

    asyncio.run(look())


def test_the_process_tells_that_it_lives_from_its_start_to_its_end(make_house, redis_process):
    house = make_house(redis_url=redis_process.url)
    steps = asyncio.Queue()
    sent = []

    async def send(message):
        sent.append(message["type"])

    async def run():
        live = Live(house)
        running = asyncio.create_task(live({"type": "lifespan"}, steps.get, send))
        await steps.put({"type": "lifespan.startup"})
        await asyncio.to_thread(until, house.live.pages, 20)
        await steps.put({"type": "lifespan.shutdown"})
        await running

    asyncio.run(run())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
