"""Sound as a telephone carries it: 8 kHz, one byte a sample, µ-law; knows files and bytes, no calls."""

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

SAMPLE_RATE_HZ = 8000
SILENT_SAMPLE = b"\xff"
Linear = npt.NDArray[np.float64]


def telephone_sound(audio: Path, volume: float = 1.0) -> bytes:
    """What is in a sound file, as a telephone would carry it. Raises: soundfile.LibsndfileError when it is none."""
    changed = audio.stat().st_mtime_ns if audio.exists() else 0
    return _telephone_sound(audio, volume, changed)


def silence(samples: int) -> bytes:
    return SILENT_SAMPLE * samples


def mixed(sounds: Sequence[bytes]) -> bytes:
    """Several sounds of one length heard at once."""
    return encoded(np.clip(sum((decoded(sound) for sound in sounds), np.zeros(len(sounds[0]))), -1.0, 1.0))


def encoded(samples: Linear) -> bytes:
    held = io.BytesIO()
    soundfile.write(held, samples, SAMPLE_RATE_HZ, format="RAW", subtype="ULAW")
    return held.getvalue()


def decoded(sound: bytes) -> Linear:
    raw = {"samplerate": SAMPLE_RATE_HZ, "channels": 1, "format": "RAW", "subtype": "ULAW"}
    samples: Linear = soundfile.read(io.BytesIO(sound), **raw)[0]
    return samples


@lru_cache(maxsize=256)
def _telephone_sound(audio: Path, volume: float, _changed: int) -> bytes:
    samples, rate = soundfile.read(audio, always_2d=True)
    mono = samples.mean(axis=1)
    return encoded((mono if rate == SAMPLE_RATE_HZ else soxr.resample(mono, rate, SAMPLE_RATE_HZ)) * volume)
