"""Recordings to text against a bare vosk loop over the same files, by the length of a recording."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
import vosk

from asr.loaded_models import loaded
from asr.transcribe import transcribe
from core.clock import now
from core.house import House, build_house
from core.models import Call, Caller, Recording, RecordingState
from core.settings import Settings
from hotline.setting_up import set_up
from hotline.transcribing import transcribe_next
from tools.bench.pairs import ROUNDS, paired
from tools.bench.processes import VOICES

EXAMPLE_CHUNK = 4000
"""Frames that vosk's own examples read at a time."""
RATE_HZ = 8000
LENGTHS = {5: 12, 30: 3, 120: 1}
"""Seconds of a recording, and how many of them make a round."""


def rows(settings: Settings) -> Iterator[str]:
    """Yield table rows: recognition alone, then all that the worker does (claim, decrypt, propose, commit)."""
    house = build_house(settings)
    set_up(house)
    for seconds, number in LENGTHS.items():
        file = _a_recording(settings.data_folder / f"{seconds}.wav", seconds)
        bare = partial(_bare, file, number, loaded("zh", settings).vosk_model)
        for name, ours in (("alone", _alone(file, number, settings)), ("by the worker", _worker(house, file, number))):
            mine, theirs, ratio = paired(ours, partial(bare, EXAMPLE_CHUNK))
            strict = paired(ours, partial(bare, RATE_HZ))[2] if name == "alone" else None
            yield (
                f"| {seconds} s of recording to text, {name} | {seconds * number / mine:.0f} s of audio per CPU second"
                f" | bare vosk loop: {seconds * number / theirs:.0f} | {ratio:.2f}{_aside(strict)} |"
            )
    house.database.close()


def _aside(strict: float | None) -> str:
    return f" ({strict:.2f} with pieces of 1 s in both)" if strict else ""


def _a_recording(path: Path, seconds: int) -> Path:
    """The sample callers one after the other, µ-law as the carrier delivers it."""
    said = np.concatenate([soundfile.read(voice)[0] for voice in sorted(VOICES.glob("zh_*.wav"))])
    soundfile.write(path, np.resize(said, seconds * RATE_HZ), RATE_HZ, format="WAV", subtype="ULAW")
    return path


def _bare(file: Path, number: int, model: object, chunk: int) -> None:
    for _ in range(number):
        samples, rate = soundfile.read(file, dtype="int16")
        recogniser = vosk.KaldiRecognizer(model, rate)
        recogniser.SetWords(True)  # noqa: FBT003
        for at in range(0, len(samples), chunk):
            if recogniser.AcceptWaveform(samples[at : at + chunk].tobytes()):
                recogniser.Result()
        recogniser.FinalResult()


def _alone(file: Path, number: int, settings: Settings) -> Callable[[], None]:
    def ours() -> None:
        for _ in range(number):
            assert transcribe(file.read_bytes(), "zh", settings).text

    return ours


def _worker(house: House, file: Path, number: int) -> Callable[[], None]:
    for _ in range(number * (ROUNDS + 1)):
        _store(house, file.read_bytes())

    def ours() -> None:
        for _ in range(number):
            transcribe_next(house)

    return ours


def _store(house: House, audio: bytes) -> None:
    with house.database.transaction() as session:
        caller = Caller(key_id=house.recordings.keys.make())
        call = Call(call_sid=f"CA{secrets.token_hex(16)}", caller=caller, dialogue={}, started_at=now())
        row = Recording(
            recording_sid=f"RE{secrets.token_hex(16)}",
            call=call,
            carrier_url="/recording",
            language="zh",
            state=RecordingState.STORED,
            due_at=now(),
            announced_at=now(),
        )
        session.add(row)
        session.flush()
        house.recordings.store(row.id, caller.key_id, audio)
