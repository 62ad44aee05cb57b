"""Writes and reads what goes over the line: mono WAV at 8 kHz in µ-law."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from tools.tiny_model.line import RATE


def write(path: Path, samples: NDArray[np.int16]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, RATE, format="WAV", subtype="ULAW")


def read(path: Path) -> NDArray[np.int16]:
    samples, rate = soundfile.read(path, dtype="int16")
    if rate != RATE:
        raise ValueError(f"{path} is at {rate} Hz, not {RATE}")
    return np.asarray(samples, np.int16)
