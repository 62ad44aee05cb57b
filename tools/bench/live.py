"""How soon a new red is on a screen: from the caller's key, answered, to the event that a watching browser receives."""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import select
from werkzeug.security import generate_password_hash

from core.clock import now
from core.house import House
from core.models import Call as CallRow
from core.models import LinePlace, Role, SeatState, Staff
from hotline.web import create_app
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from simulator import Caller, Carrier, HangUp, Press
from simulator.events import Event, Said
from tools.bench.answers import running
from tools.bench.processes import p95

REDS = 40
APART_SECONDS = 0.37
"""No multiple of the live process's own beat."""
WAITING = 100
SETTLES_SECONDS = 5
PASSWORD = "a password for the bench"
DANGER = ("生命", "120")


def rows(_settings: object) -> Iterator[str]:
    """Yield one table row; the line is as long as a page shows, and the whole house runs on this machine."""
    answered: dict[str, float] = {}

    def note(event: Event) -> None:
        if isinstance(event, Said) and all(word in event.text for word in DANGER) and "您好" not in event.text:
            answered.setdefault(event.call_sid, time.monotonic())

    with tempfile.TemporaryDirectory() as folder, running(Path(folder), note) as (house, carrier):
        _let_somebody_serve(house)
        for number in range(WAITING):
            _ring(house, carrier, "0", number)
        _settle(carrier)
        with _watching(house) as seen:
            for number in range(REDS):
                _ring(house, carrier, "9", WAITING + number)
            _settle(carrier)
        places = _reds(house).items()
        waits = [seen[place] - answered[sid] for sid, place in places if place in seen and sid in answered]
    middle, late, last = statistics.median(waits), p95(waits), max(waits)
    what = f"key 9 answered → a watching browser has the red, {WAITING} wait"
    took = f"p50 {middle:.2f} s, p95 {late:.2f} s, last {last:.2f} s ({len(waits)} of {REDS})"
    yield f"| {what} | {took} | goal: < 1 s | – |"


def _let_somebody_serve(house: House) -> None:
    """Make an agent who serves and has no telephone: so there is a line, and nobody takes from it."""
    with house.database.transaction() as session:
        password = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
        staff = Staff(sign_in="bench", name="bench", password_hash=password, role=Role.AGENT, created_at=now())
        session.add(staff)
        session.flush()
        choose_state(session, seat_of(session, staff, now()), SeatState.WRAP_UP, now())


def _ring(house: House, carrier: Carrier, key: str, number: int) -> None:
    time.sleep(APART_SECONDS if key == "9" else 0.05)
    caller = Caller([Press(key, barge_in=True), HangUp()], patience=1)
    carrier.place_call(from_number=f"+861390008{number:04d}", to_number=house.settings.hotline_number, caller=caller)


def _settle(carrier: Carrier) -> None:
    """Wait until the calls are over and what they left has been shown."""
    for call in carrier.calls:
        call.wait(60)
    time.sleep(SETTLES_SECONDS)


def _reds(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        wanted = select(CallRow.call_sid, LinePlace.id).join(LinePlace, LinePlace.call_id == CallRow.id)
        return {row.call_sid: row.id for row in session.execute(wanted)}


@contextmanager
def _watching(house: House) -> Iterator[dict[int, float]]:
    """Watch the live line as a browser does; notes when each red was there for the first time."""
    seen: dict[int, float] = {}
    is_there, is_over = threading.Event(), threading.Event()
    cookie = _cookie(house)

    def watch() -> None:
        url = f"http://127.0.0.1:{house.settings.live_port}/live/line"
        with httpx.stream("GET", url, headers={"Cookie": cookie}, timeout=30) as answer:
            for text in answer.iter_lines():
                is_there.set()
                if is_over.is_set():
                    return
                if 'data-reds="' in text:
                    for place in text.partition('data-reds="')[2].partition('"')[0].split():
                        seen.setdefault(int(place), time.monotonic())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    is_there.wait(30)
    try:
        yield seen
    finally:
        is_over.set()
        watcher.join(15)


def _cookie(house: House) -> str:
    client = create_app(house).test_client()
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/sign-in", data={"csrf_token": token, "account": "bench", "password": PASSWORD})
    found = client.get_cookie("console")
    assert found is not None
    return f"console={found.value}"
