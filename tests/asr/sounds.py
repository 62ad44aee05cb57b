"""Sounds for the tests: made here, never recorded from anybody."""

import io
from pathlib import Path

import numpy as np
import soundfile

CALLERS = Path(__file__).parents[2] / "simulator" / "callers"


def tone(seconds=1.0, dbfs=-10.0, rate=8000, hz=440.0):
    """A sine whose RMS is at `dbfs`."""
    time = np.arange(round(seconds * rate)) / rate
    return np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time)


def encoded(samples, rate=8000, container="WAV", subtype="ULAW"):
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=container, subtype=subtype)
    return file.getvalue()


def caller(name):
    return (CALLERS / f"{name}.wav").read_bytes()


def samples_of(name):
    return soundfile.read(CALLERS / f"{name}.wav")[0]
