"""Computes Kaldi's MFCC features in numpy, exactly as vosk will by the conf/mfcc.conf written beside the model."""

import functools

import numpy as np
from numpy.typing import NDArray

RATE, WINDOW, SHIFT, FFT = 8000, 200, 80, 256
BINS, CEPSTRA, LOW, HIGH, LIFTER, PREEMPHASIS = 30, 30, 60.0, 3700.0, 22.0, 0.97
FLOOR = float(np.finfo(np.float32).eps)

CONF = f"""\
--use-energy=false
--sample-frequency={RATE}
--num-mel-bins={BINS}
--num-ceps={CEPSTRA}
--low-freq={LOW:.0f}
--high-freq={HIGH:.0f}
--dither=0
"""


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log(1.0 + hertz / 700.0))


@functools.cache
def _mel_bank() -> NDArray[np.float64]:
    low, high = _mel(np.array([LOW, HIGH]))
    edges = np.linspace(low, high, BINS + 2)
    mels = _mel(np.arange(FFT // 2) * RATE / FFT)
    left, center, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((mels - left) / (center - left), (right - mels) / (right - center))
    return np.asarray(np.maximum(0.0, triangles))


@functools.cache
def _cosines() -> NDArray[np.float64]:
    """The orthonormal cosine transform with Kaldi's liftering."""
    row, column = np.arange(CEPSTRA)[:, None], np.arange(BINS)[None, :]
    matrix = np.sqrt(2.0 / BINS) * np.cos(np.pi / BINS * (column + 0.5) * row)
    matrix[0] = np.sqrt(1.0 / BINS)
    return np.asarray(matrix * (1.0 + 0.5 * LIFTER * np.sin(np.pi * row / LIFTER)))


@functools.cache
def _povey() -> NDArray[np.float64]:
    return np.asarray((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85)


def features(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """One row of cepstra per 10 ms."""
    if len(samples) < WINDOW:
        return np.zeros((0, CEPSTRA), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), WINDOW)[::SHIFT]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((frames - PREEMPHASIS * before) * _povey(), FFT)) ** 2
    energies = np.log(np.maximum(power[:, : FFT // 2] @ _mel_bank().T, FLOOR))
    return np.asarray(energies @ _cosines().T, np.float32)
