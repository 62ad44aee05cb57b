"""Whole calls that take longer: on PostgreSQL, half an hour of speech, and a drill in which everything is killed."""

import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.models import RecordingState, Urgency
from hotline.own_postgres import OwnPostgres
from simulator import Call, Faults, Press, Speak
from simulator.journal import WordsLeft
from tests.house import VOICES, RunningHouse, running_house, until

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]

MESSAGE_ZH = (Press("2", barge_in=True),)
MESSAGE_EN = (Press("8", barge_in=True), Press("2", barge_in=True))


def test_whole_calls_in_both_languages_on_postgresql(tmp_path: Path, postgres: OwnPostgres) -> None:
    with running_house(tmp_path, HOTLINE_DATABASE_URL=postgres.make_database()) as house:
        doubled = Faults(double_webhooks=True, double_recording_callbacks=True)
        red = house.start_call(
            *MESSAGE_ZH,
            Speak(VOICES / "zh_chest_pain.wav", end_key="#"),
            number="+8613900001001",
            patience=1,
            faults=doubled,
        )
        yellow = house.start_call(
            *MESSAGE_EN, Speak(VOICES / "en_insulin.wav", end_key="#"), number="+8613900001002", patience=1
        )
        danger = house.start_call(Press("9", barge_in=True), number="+8613900001003", patience=1)
        for call in (red, yellow, danger):
            call.wait(90)
        assert house.heard(red).urgency is Urgency.RED
        assert house.heard(yellow).urgency is Urgency.YELLOW
        order = house.order(danger)
        assert order is not None
        assert order.urgency is Urgency.RED
        assert [len(house.orders(call)) for call in (red, yellow, danger)] == [1, 1, 1]


def test_half_an_hour_of_speech_is_transcribed_to_its_end(tmp_path: Path) -> None:
    audio, rate = soundfile.read(VOICES / "zh_dialysis.wav")
    long = tmp_path / "long.wav"
    soundfile.write(long, np.tile(audio, 1 + 1790 * rate // len(audio))[: 1790 * rate], rate, subtype="ULAW")
    with running_house(tmp_path / "house", pace=200, HOTLINE_MAX_MESSAGE_SECONDS="1800") as house:
        call = house.call(*MESSAGE_ZH, Speak(long, end_key="#"), number="+8613900001004")
        order = house.heard(call, 300)
        assert order.urgency is Urgency.RED
        (recording,) = house.recordings(call)
        assert recording.state is RecordingState.JUDGED
        assert recording.transcript is not None
        assert recording.transcript.words["words"][-1][2] > 1700


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_while_every_process_is_killed_in_turn(tmp_path: Path, seed: int) -> None:
    """The simulator's own log of words left is held against the orders: each one once, none missing."""
    chance = random.Random(seed)
    with running_house(tmp_path, pace=5) as house:
        calls = [_caller(house, chance, number) for number in range(16)]
        over = threading.Event()
        threading.Thread(target=lambda: ([call.wait(300) for call in calls], over.set()), daemon=True).start()
        while not over.wait(chance.uniform(1, 4)):
            _kill_and_restart(house, chance.choice(["web", "speech", "worker", "clock", "redis"]))
        for name in ("redis", "web", "speech", "worker", "clock"):
            if house.processes[name].poll() is not None:
                _restart(house, name)
        house.carrier.settle(120)
        left = {words.recording_sid for words in house.carrier.words_left if isinstance(words, WordsLeft)}
        kept = until(lambda: _all_kept(house, calls, left), 120)
        assert len(left) > len(calls) / 4
        assert {row.recording_sid for row in kept} == left
        assert all(len(house.orders(call)) <= 1 for call in calls)
        assert {row.state for row in kept} <= {RecordingState.JUDGED, RecordingState.EMPTY}


def _caller(house: RunningHouse, chance: random.Random, number: int) -> Call:
    language, voice = chance.choice([(MESSAGE_ZH, "zh_chest_pain"), (MESSAGE_EN, "en_insulin")])
    words = Speak(VOICES / f"{voice}.wav", end_key="#", then_hang_up=False)
    time.sleep(chance.uniform(0, 0.4))
    return house.start_call(*language, words, number=f"+86139000020{number:02d}", patience=6)


def _kill_and_restart(house: RunningHouse, name: str) -> None:
    house.kill(name)
    _restart(house, name)


def _restart(house: RunningHouse, name: str) -> None:
    house.start_redis() if name == "redis" else house.start_process(name)


def _all_kept(house: RunningHouse, calls: list[Call], left: set[str]) -> list[object]:
    for name in ("speech", "worker"):  # they end without Redis; the supervisor starts them again
        if house.processes[name].poll() is not None:
            _restart(house, name)
    rows = [row for call in calls for row in house.recordings(call)]
    return rows if len(rows) == len(left) and all(row.due_at is None for row in rows) else []
