"""Sends clean sound through an imagined telephone: narrow band, hiss, µ-law, lost packets; the same each time."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soundfile

from asr.audio import PhoneAudio

_RATE_HZ = 8_000
_LOWEST_HZ, _HIGHEST_HZ, _EDGE_HZ = 300, 3_400, 100
_PACKET = _RATE_HZ // 50
_SEED = 1
_FULL_SCALE = 32768

_Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """How bad the line is."""

    snr_db: float = 20.0
    """Speech over hiss."""
    lost_packets: float = 0.01
    """Share of the 20 ms packets that never arrive and are heard as silence, 0–1."""


def through_telephone(audio: PhoneAudio, line: Line) -> bytes:
    """Return a µ-law WAV of what arrives at the other end: 8 kHz, 300–3400 Hz."""
    pcm = np.frombuffer(b"".join(audio.pcm(_RATE_HZ)), "<i2")
    chance = np.random.default_rng(_SEED)
    sound = _narrow(pcm / _FULL_SCALE)
    level = np.sqrt(np.mean(np.square(sound))) if len(sound) else 0.0
    sound = sound + chance.normal(scale=level * 10 ** (-line.snr_db / 20) + 1e-9, size=len(sound))
    packets = np.repeat(chance.random(len(sound) // _PACKET + 1) >= line.lost_packets, _PACKET)[: len(sound)]
    out = io.BytesIO()
    soundfile.write(out, np.clip(sound * packets, -1, 1), _RATE_HZ, format="WAV", subtype="ULAW")
    return out.getvalue()


def _narrow(sound: _Samples) -> _Samples:
    """Let the telephone's band through, with edges of 100 Hz."""
    if not len(sound):
        return sound
    hz = np.fft.rfftfreq(len(sound), 1 / _RATE_HZ)
    gain = np.clip((hz - _LOWEST_HZ) / _EDGE_HZ + 1, 0, 1) * np.clip((_HIGHEST_HZ - hz) / _EDGE_HZ + 1, 0, 1)
    return np.fft.irfft(np.fft.rfft(sound) * gain, len(sound))
