"""Recordings to text, against a bare vosk loop over the same files."""

from collections.abc import Iterator

import soundfile
import vosk

from asr.loaded_models import loaded
from asr.transcribe import transcribe
from core.settings import Settings
from tools.bench.measuring import VOICES, paired


def rows(settings: Settings) -> Iterator[str]:
    """The recording worker's way against a bare vosk loop over the same files."""
    files = sorted(VOICES.glob("zh_*.wav"))
    seconds = sum(soundfile.info(path).duration for path in files)
    model = loaded("zh", settings).vosk_model

    def ours() -> None:
        for path in files:
            transcribe(path.read_bytes(), "zh", settings)

    def bare() -> None:
        for path in files:
            samples, rate = soundfile.read(path, dtype="int16")
            recogniser = vosk.KaldiRecognizer(model, rate)
            recogniser.SetWords(True)  # noqa: FBT003
            for at in range(0, len(samples), rate // 4):
                recogniser.AcceptWaveform(samples[at : at + rate // 4].tobytes())
            recogniser.FinalResult()

    mine, theirs, ratio = paired(ours, bare)
    yield (
        f"| recording to text (miniature model) | {seconds / mine:.0f} s of audio per CPU second"
        f" | bare vosk loop: {seconds / theirs:.0f} | {ratio:.2f} |"
    )
