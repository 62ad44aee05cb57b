"""Whole calls while parts of the house are killed: nothing is lost, nothing is done twice."""

import signal
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from core.models import RecordingState, Urgency
from hotline.drill.live.taking_away import locked
from simulator import Faults, Press, Speak
from tests.house import VOICES, RunningHouse, until

MESSAGE = Press("2", barge_in=True)
RED = Speak(VOICES / "zh_chest_pain.wav", end_key="#")


@pytest.fixture
def long_message(tmp_path: Path) -> Path:
    """A minute of speech, which takes the recogniser long enough to be killed at it."""
    audio, rate = soundfile.read(VOICES / "zh_chest_pain.wav")
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(audio, 1 + 60 * rate // len(audio)), rate, subtype="ULAW")
    return path


def test_doubled_webhooks_and_callbacks_make_one_order(house: RunningHouse) -> None:
    faults = Faults(double_webhooks=True, double_recording_callbacks=True)
    call = house.call(MESSAGE, RED, number="+8613900000401", faults=faults)
    assert house.heard(call).urgency is Urgency.RED
    assert len(house.orders(call)) == 1
    assert len(house.recordings(call)) == 1
    answers: dict[str, set[str]] = {}
    for request in call.requests:
        if request.status == httpx.codes.OK:
            answers.setdefault(request.url + str(request.params.get("Digits")), set()).add(request.body)
    assert {url: documents for url, documents in answers.items() if len(documents) > 1} == {}


@pytest.mark.full
def test_a_callback_long_after_the_call_changes_nothing(house: RunningHouse) -> None:
    call = house.call(MESSAGE, RED, number="+8613900000402", faults=Faults(recording_callback_delay_seconds=60))
    events = house.heard(call).number and house.events(call)
    house.carrier.settle()
    assert len(house.recordings(call)) == 1
    assert [event for event in house.events(call) if event == "registered"] == ["registered"]
    assert set(events) <= set(house.events(call))


@pytest.mark.full
def test_a_recording_that_the_carrier_has_late_is_fetched_all_the_same(house: RunningHouse) -> None:
    call = house.call(MESSAGE, RED, number="+8613900000403", faults=Faults(media_missing_first=2))
    assert house.heard(call).urgency is Urgency.RED


@pytest.mark.parametrize(
    ("media", "state"), [("empty", RecordingState.UNREADABLE), ("not audio", RecordingState.UNREADABLE)]
)
def test_what_no_machine_can_read_is_left_to_a_person(house: RunningHouse, media: str, state: RecordingState) -> None:
    call = house.call(MESSAGE, RED, number=f"+861390000041{len(media) % 10}", faults=Faults(media=media))
    order = house.heard(call)
    assert order.to_listen
    assert [row.state for row in house.recordings(call)] == [state]


def test_a_silent_recording_is_told_apart_from_an_unreadable_one(house: RunningHouse) -> None:
    call = house.call(MESSAGE, Speak(VOICES / "silence.wav", end_key="#"), number="+8613900000406")
    order = house.heard(call)
    assert order.to_listen
    assert [row.state for row in house.recordings(call)] == [RecordingState.EMPTY]


def test_withheld_callers_are_no_number_and_nobody_shares_it(house: RunningHouse) -> None:
    calls = [
        house.start_call(MESSAGE, RED, patience=1, faults=Faults(withheld_number=number))
        for number in ("+266696687", "anonymous")
    ]
    orders = [house.heard(call.wait(60)) for call in calls]
    callers = {order.call.caller_id for order in orders}
    assert {order.call.caller.number for order in orders} == {None}
    assert len(callers) == 2
    assert all(call.said("我们看不到您的号码") for call in calls)


@pytest.mark.full
def test_the_recogniser_killed_in_mid_job(house: RunningHouse, long_message: Path) -> None:
    house.kill("speech")
    call = house.call(MESSAGE, Speak(long_message, end_key="#"), number="+8613900000407")
    until(lambda: [row.state for row in house.recordings(call)] == [RecordingState.STORED])
    house.start_process("speech")
    until(lambda: house.recordings(call)[0].attempts == 1)
    house.kill("speech")
    assert house.recordings(call)[0].state is RecordingState.STORED
    house.start_process("speech")
    order = house.heard(call)
    assert order.urgency is Urgency.RED
    assert len(house.orders(call)) == 1
    assert house.events(call).count("triaged") == 1


@pytest.mark.full
def test_a_web_worker_killed_in_mid_call(house: RunningHouse) -> None:
    call = house.start_call(Press("8"), Press("2"), RED, number="+8613900000408", patience=1)
    call.wait_until_heard("emergency hotline")
    house.kill_one_child("web")
    call.wait(60)
    assert house.heard(call).language == "en"
    assert len(house.orders(call)) == 1
    assert not call.said("has a fault")


@pytest.mark.full
def test_when_the_web_server_is_killed_its_workers_answer_until_it_can_be_back(house: RunningHouse) -> None:
    server = house.processes["web"]
    workers = house.children("web")
    assert len(workers) >= 2
    server.kill()
    call = house.call(MESSAGE, RED, number="+8613900000411")
    assert [request.status for request in call.requests if request.status is None] == []
    assert house.order(call) is not None
    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    house.kill("web")
    house.start_process("web")
    house.wait_until_healthy()


def test_redis_gone_and_back(house: RunningHouse) -> None:
    house.kill("redis")
    call = house.call(MESSAGE, RED, number="+8613900000409")
    order = house.order(call)
    assert order is not None
    assert order.urgency is Urgency.UNKNOWN
    house.start_redis()
    for name in ("speech", "worker"):
        if house.processes[name].poll() is not None:  # it ends without Redis; the supervisor starts it again
            house.start_process(name)
    assert house.heard(call).urgency is Urgency.RED


@pytest.mark.full
def test_the_clock_finds_work_whose_job_was_lost(house: RunningHouse) -> None:
    house.kill("worker")
    call = house.call(MESSAGE, RED, number="+8613900000410")
    house.house.queues.redis.flushall()
    house.start_process("worker")
    assert house.heard(call).urgency is Urgency.RED


@pytest.mark.full
def test_the_database_away_while_a_caller_is_on_the_line(house: RunningHouse) -> None:
    file = house.folder / "hotline.sqlite3"
    call = house.start_call(Press("2"), RED, number="+8613900000420", patience=1)
    call.wait_until_heard("您好")
    with locked(file):
        call.wait_until_heard("系统现在有故障", 60)
        until(lambda: call.recording_sids)
    call.wait(60)
    house.carrier.settle()
    assert house.heard(call).urgency is Urgency.RED
    assert len(house.orders(call)) == 1
    assert not (house.folder / "spool" / "webhooks.jsonl").exists()


@pytest.mark.full
def test_a_frozen_recogniser_holds_nothing_up(house: RunningHouse) -> None:
    house.pause("speech")
    try:
        call = house.call(MESSAGE, RED, number="+8613900000421")
        order = house.order(call)
        assert order is not None
        time.sleep(0.2)
        assert house.order(call).urgency is Urgency.UNKNOWN  # type: ignore[union-attr]
    finally:
        house.pause("speech", signal.SIGCONT)
    assert house.heard(call).urgency is Urgency.RED
