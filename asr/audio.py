"""Reads whatever a carrier delivers as mono 16-bit PCM, a piece at a time; judges loudness, never what was said."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from core.errors import AudioUnreadableError

LONGEST_SECONDS = 60 * 60
SILENCE_DBFS = -60.0
"""Below it there is nothing but an idle line (µ-law's and A-law's smallest step is -72 dBFS). The quietest speech that
the miniature models were still seen to hear is at -45 dBFS: the 15 dB between are left to the recogniser."""

_PIECE_SECONDS = 0.25
_LEVEL_WINDOW_SECONDS = _PIECE_SECONDS / 2
_SAMPLE_RATES_HZ = range(4_000, 192_001)
_MOST_CHANNELS = 8

_Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PhoneAudio:
    """A recording that can be read: the bytes as they came, and what was measured on them."""

    content: bytes = field(repr=False)
    sample_rate_hz: int
    """As it came; `pcm` gives any other."""
    duration_seconds: float
    """Counted, not read from the header: what is really there of a file that was cut off."""
    level_dbfs: float
    """RMS of the loudest eighth of a second, full scale = 0; -inf for digital silence."""

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing in it is louder than an idle line; a single quiet word is enough to say no."""
        return self.level_dbfs < SILENCE_DBFS

    def pcm(self, sample_rate_hz: int) -> Iterator[bytes]:
        """Yield the recording as mono 16-bit little-endian PCM in pieces of about 0.25 s; memory stays bounded."""
        resampler = None
        if sample_rate_hz != self.sample_rate_hz:
            resampler = soxr.ResampleStream(self.sample_rate_hz, sample_rate_hz, 1, dtype="float32")
        for samples in _mono_pieces(self.content):
            yield _pcm16(resampler.resample_chunk(samples) if resampler else samples)
        if resampler:
            yield _pcm16(resampler.resample_chunk(np.zeros(0, np.float32), last=True))


def read_audio(content: bytes) -> PhoneAudio:
    """Check and measure a recording: WAV (µ-law, A-law, PCM, GSM …), MP3, OGG or FLAC, 4–192 kHz, up to 8 channels.

    Channels are averaged. A recording without a single sample is audio that is silent; one that was cut off is read
    as far as it goes.

    Raises:
        AudioUnreadableError: 0 bytes, not audio, or longer than 60 minutes.
    """
    if not content:
        raise AudioUnreadableError("The recording has 0 bytes.")
    content = _with_open_end(content)
    with _open(content) as file:
        sample_rate_hz = int(file.samplerate)
    number_of_samples, loudest = 0, 0.0
    for samples in _mono_pieces(content):
        number_of_samples += len(samples)
        loudest = max(loudest, _loudest_window(samples, round(_LEVEL_WINDOW_SECONDS * sample_rate_hz)))
        if number_of_samples > LONGEST_SECONDS * sample_rate_hz:
            raise AudioUnreadableError(f"The recording is longer than {LONGEST_SECONDS // 60} minutes.")
    level_dbfs = 10 * math.log10(loudest) if loudest else -math.inf
    return PhoneAudio(content, sample_rate_hz, number_of_samples / sample_rate_hz, level_dbfs)


def _open(content: bytes) -> Any:
    try:
        file = soundfile.SoundFile(io.BytesIO(content))
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: headerless formats want to be told everything
        raise AudioUnreadableError(f"These {len(content)} bytes are not audio.") from error
    if file.samplerate in _SAMPLE_RATES_HZ and file.channels <= _MOST_CHANNELS:
        return file
    file.close()
    raise AudioUnreadableError(f"No telephone records {file.channels} channels at {file.samplerate} Hz.")


def _mono_pieces(content: bytes) -> Iterator[_Samples]:
    with _open(content) as file:
        while len(samples := _read(file, round(_PIECE_SECONDS * file.samplerate))):
            # 32-bit float files may hold anything, infinities included
            yield np.nan_to_num(samples.mean(axis=1), posinf=1, neginf=-1).clip(-1, 1)


def _loudest_window(samples: _Samples, window: int) -> float:
    energies = np.add.reduceat(np.square(samples), np.arange(0, len(samples), window))
    return float(energies.max()) / window


def _read(file: Any, number_of_samples: int) -> _Samples:
    try:
        samples: _Samples = file.read(number_of_samples, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:  # cut off in the middle: what came before this piece is kept
        return np.zeros((0, 1), np.float32)
    return samples


def _pcm16(samples: _Samples) -> bytes:
    return (samples * 32768).round().clip(-32768, 32767).astype("<i2").tobytes()


def _with_open_end(content: bytes) -> bytes:
    """A recorder that died leaves “0 bytes of sound follow” in a WAV's header; read to the end of the file instead."""
    at = content.find(b"data\0\0\0\0", 12, 512)
    if not content.startswith(b"RIFF") or at < 0 or len(content) == at + 8:
        return content
    return content[: at + 4] + b"\xff\xff\xff\xff" + content[at + 8 :]
