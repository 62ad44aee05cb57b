"""Makes clean speech sound like a telephone line: 8 kHz, a level, noise behind it, and the roughness of µ-law."""

import io

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

RATE = 8000
FULL_SCALE = 32768.0


def telephone_rate(samples: NDArray[np.int16], rate: int) -> NDArray[np.float64]:
    """At 8 kHz, as floats with full scale 1."""
    return np.asarray(soxr.resample(samples / FULL_SCALE, rate, RATE), np.float64)


def at_level(samples: NDArray[np.float64], decibels: float) -> NDArray[np.float64]:
    """Scaled to this RMS below full scale; silence stays silence."""
    rms = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    return samples * (10 ** (decibels / 20) / rms) if rms > 0 else samples


def noise(rng: np.random.Generator, length: int) -> NDArray[np.float64]:
    """White, pink, brown or mains-hum noise of RMS 1, never clearly one of them."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    slope = rng.choice([0.0, 0.25, 0.5, 1.0])
    frequency = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20.0)
    wave = at_level(np.fft.irfft(spectrum / frequency**slope, length), 0.0)
    if rng.random() < 0.2:
        wave = at_level(wave + tones(rng, length, [50.0, 150.0, 250.0]), 0.0)
    return wave


def tones(rng: np.random.Generator, length: int, frequencies: list[float]) -> NDArray[np.float64]:
    """The sum of sines of random phase, of RMS about 1."""
    time = np.arange(length) / RATE
    waves = [np.sin(2 * np.pi * frequency * time + rng.uniform(0, 6)) for frequency in frequencies]
    return np.asarray(np.sum(waves, axis=0) * np.sqrt(2 / len(frequencies)))


def mu_law(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """What is left after G.711 coding, by the very code that reads and writes our WAV files."""
    buffer = io.BytesIO()
    form = {"samplerate": RATE, "format": "RAW", "subtype": "ULAW", "channels": 1}
    soundfile.write(buffer, np.clip(samples, -1.0, 1.0), RATE, format="RAW", subtype="ULAW")
    buffer.seek(0)
    return np.asarray(soundfile.read(buffer, dtype="int16", **form)[0], np.int16)


def on_the_line(samples: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int16]:
    """Speech with a random level, random noise (one time in ten none at all) and µ-law."""
    level = rng.uniform(-30, -10)
    behind = at_level(noise(rng, len(samples)), level - rng.uniform(15, 45)) * (rng.random() > 0.1)
    return mu_law(at_level(samples, level) + behind)
