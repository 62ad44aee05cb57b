"""Whole calls while SQL is away for half a minute: everybody hears a sentence and a way on, and nothing is lost."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from core.clock import now
from core.models import LinePlace, Outgoing, OutgoingState, PlaceOutcome, PlaceState, SeatState, Staff
from hotline.drill.live.taking_away import locked
from hotline.own_postgres import OwnPostgres
from routing.ledger import Outcome, ledger
from routing.line.desk import choose_state
from routing.line.seats import seat_of
from simulator import Answer, Call, Caller, Phone, Press, Speak, StaySilent, Talk
from tests.factories import make_staff
from tests.house import VOICES, RunningHouse, running_house, until

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]

AWAY_SECONDS = 30
WORDS = Speak(VOICES / "zh_chest_pain.wav", end_key="#")
MESSAGE = (Press("2", barge_in=True), WORDS)
DANGER = (Press("9", barge_in=True), Speak(VOICES / "zh_no_vegetables.wav", end_key="#"))
DUTY = "+8613911140001"
AGENTS = 3
SORRY = "系统现在有故障"
Away = Callable[[], contextlib.AbstractContextManager[None]]


class Scene(NamedTuple):
    """A house whose database can be taken away."""

    house: RunningHouse
    away: Away


@pytest.fixture(params=["sqlite locked", "postgresql stopped", "postgresql frozen"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    with contextlib.ExitStack() as stack:
        settings = {"HOTLINE_DATABASE_WAIT_SECONDS": "4", "HOTLINE_DUTY_PHONES": DUTY, "HOTLINE_WRAP_UP_SECONDS": "0"}
        postgres = None
        if request.param != "sqlite locked":
            postgres = OwnPostgres()
            stack.callback(postgres.throw_away)
            settings["HOTLINE_DATABASE_URL"] = postgres.make_database()
        house = stack.enter_context(running_house(tmp_path, **settings))
        house.start_process("live")
        house.carrier.add_phone(Phone(DUTY, Answer(Caller([Press("1")], patience=3), ring_seconds=2)))
        yield Scene(house, _way(request.param, house, postgres))


def _way(name: str, house: RunningHouse, postgres: OwnPostgres | None) -> Away:
    if postgres is None:
        return lambda: locked(house.folder / "hotline.sqlite3")
    return postgres.stopped if name.endswith("stopped") else postgres.frozen


def number_of(serial: int) -> str:
    return f"+86139001{serial:05d}"


def unanswered(call: Call) -> list[str]:
    """Return the webhooks by which the carrier got no document in time: it then hangs up, or says its own sentence."""
    return [
        f"{urlsplit(one.url).path} {one.status} {one.error} after {one.seconds:.1f} s"
        for one in call.requests
        if one.status is None or not httpx.codes.is_success(one.status)
    ]


def assert_all_is_well_again(house: RunningHouse) -> None:
    """Every process has lived on, works, and has sent nothing twice."""
    assert {name: process.poll() for name, process in house.processes.items()} == dict.fromkeys(house.processes)

    def told() -> dict[str, object]:
        return dict(httpx.get(f"http://127.0.0.1:{house.settings.port}/health", timeout=20).json())

    until(lambda: (health := told())["database"] and health["clock"] and health["live"])
    assert all(told()["workers"].values())  # type: ignore[attr-defined]
    until(lambda: not rows(house, OutgoingState.PLACING))
    placed = Counter(row.carrier_sid for row in rows(house, OutgoingState.SENT) if row.attempt_id)
    rung = [call.sid for call in house.carrier.calls if call.direction == "outbound-api"]
    assert placed == Counter(rung)


def rows(house: RunningHouse, state: OutgoingState) -> list[Outgoing]:
    with house.house.database.reading() as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.state == state)))


def test_half_a_minute_without_sql_costs_nobody_their_call(scene: Scene) -> None:
    house = scene.house
    began = now() - timedelta(seconds=5)
    calls = [house.call(*MESSAGE, number=number_of(0))]
    calls.append(house.start_call(Press("2"), WORDS, number=number_of(1)))
    calls[1].wait_until_heard("您好")
    with scene.away():
        until_back = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < until_back:
            script = DANGER if len(calls) % 5 == 0 else MESSAGE
            calls.append(house.start_call(*script, number=number_of(len(calls))))
            time.sleep(0.5)
    for call in calls:
        call.wait(90)
    calls.append(house.call(*MESSAGE, number=number_of(len(calls))))
    house.carrier.settle()
    assert [told for call in calls for told in unanswered(call)] == []
    assert sum(call.said(SORRY) for call in calls) > AWAY_SECONDS
    for call in calls:
        until(lambda call=call: house.order(call), 60)  # type: ignore[misc]
        house.heard(call, 60)
        assert len(house.orders(call)) == 1
        assert {row.recording_sid for row in house.recordings(call)} == set(call.recording_sids)
    with house.house.database.reading() as session:
        outcomes = ledger(session, began, now())
    assert set(outcomes) == {call.sid for call in calls}
    assert set(outcomes.values()) <= {Outcome.ORDER, Outcome.AGENT}
    assert_all_is_well_again(house)


def test_who_waits_for_a_person_keeps_their_place(scene: Scene) -> None:
    house = scene.house
    seats(house, SeatState.WRAP_UP)
    waiting = [
        house.start_call(
            Press("0", barge_in=True), StaySilent(), Talk(20), number=number_of(500 + serial), patience=9999
        )
        for serial in range(AGENTS)
    ]
    for call in waiting:
        until(lambda call=call: place_of(house, call))  # type: ignore[misc]
    with scene.away():
        time.sleep(AWAY_SECONDS)
        assert not any(call.closed for call in waiting)
    seats(house, SeatState.AVAILABLE)
    for call in waiting:
        place = until(lambda call=call: done_place(house, call), 90)  # type: ignore[misc]
        assert place.outcome is PlaceOutcome.TALKED
        call.wait(60)
        assert unanswered(call) == []
        assert call.said(SORRY)
    assert_all_is_well_again(house)


def place_of(house: RunningHouse, call: Call) -> LinePlace | None:
    with house.house.database.reading() as session:
        return session.scalar(select(LinePlace).where(LinePlace.number == call.from_number))


def done_place(house: RunningHouse, call: Call) -> LinePlace | None:
    place = place_of(house, call)
    return place if place and place.state is PlaceState.DONE else None


def seats(house: RunningHouse, state: SeatState) -> None:
    """What each of the agents chooses on their page."""
    talks = Answer(Caller([Press("1"), Talk(999, then_hang_up=False)], patience=9), ring_seconds=2)
    with house.house.database.transaction() as session:
        for serial in range(AGENTS):
            name, phone = f"agent{serial}", f"+861391115{serial:04}"
            staff = session.scalar(select(Staff).where(Staff.sign_in == name)) or make_staff(session, name)
            seat = seat_of(session, staff, now())
            seat.telephone = phone
            choose_state(session, seat, state, now())
            house.carrier.add_phone(Phone(phone, talks))
