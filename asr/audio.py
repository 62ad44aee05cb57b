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

_PLAIN = frozenset({"PCM_16", "PCM_U8", "PCM_S8", "ULAW", "ALAW"})
"""Sample formats that 16 bits hold exactly; in a WAV a file that was cut off just ends, without an error."""
_PLAIN_CONTAINERS = frozenset({"WAV", "WAVEX"})
_PLAIN_PIECE_SECONDS = 8  # each piece costs the same effort whatever its length
_PIECE_SECONDS = 0.25  # of other formats, since the piece at which a cut-off file breaks is lost
_GIVEN_SECONDS = 1
_MOST_KEPT_SAMPLES = 2**23  # 17 minutes of a telephone, 16 MiB: longer recordings are decoded twice
_LEVEL_WINDOW_SECONDS = 0.125
_FULL_SCALE = 32768
_SAMPLE_RATES_HZ = range(4_000, 192_001)
_MOST_CHANNELS = 8

_Samples = npt.NDArray[np.int16]


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
    decoded: tuple[_Samples, ...] | None = field(default=None, repr=False, compare=False)
    """The samples, if they are few enough to be kept."""

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing in it is louder than an idle line; a single quiet word is enough to say no."""
        return self.level_dbfs < SILENCE_DBFS

    def pcm(self, sample_rate_hz: int) -> Iterator[bytes]:
        """Yield the recording as mono 16-bit little-endian PCM in pieces of at most 1 s; memory stays bounded."""
        given = sample_rate_hz * _GIVEN_SECONDS
        for samples in self._at_rate(sample_rate_hz):
            for at in range(0, len(samples), given):
                yield samples[at : at + given].astype("<i2", copy=False).tobytes()

    def _at_rate(self, sample_rate_hz: int) -> Iterator[_Samples]:
        if sample_rate_hz == self.sample_rate_hz:
            yield from self._pieces()
            return
        resampler = soxr.ResampleStream(self.sample_rate_hz, sample_rate_hz, 1, dtype="int16")
        for samples in self._pieces():
            yield resampler.resample_chunk(samples)
        yield resampler.resample_chunk(np.zeros(0, np.int16), last=True)

    def _pieces(self) -> Iterator[_Samples]:
        if self.decoded is not None:
            yield from self.decoded
            return
        with _open(self.content) as file:
            yield from _mono_pieces(file)


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
    decoded: list[_Samples] = []
    number_of_samples, loudest = 0, 0.0
    with _open(content) as file:
        sample_rate_hz = int(file.samplerate)
        for samples in _mono_pieces(file):
            number_of_samples += len(samples)
            loudest = max(loudest, _loudest_window(samples, round(_LEVEL_WINDOW_SECONDS * sample_rate_hz)))
            if number_of_samples > LONGEST_SECONDS * sample_rate_hz:
                raise AudioUnreadableError(f"The recording is longer than {LONGEST_SECONDS // 60} minutes.")
            if number_of_samples <= _MOST_KEPT_SAMPLES:
                decoded.append(samples)
    level_dbfs = 10 * math.log10(loudest) if loudest else -math.inf
    kept = tuple(decoded) if number_of_samples <= _MOST_KEPT_SAMPLES else None
    return PhoneAudio(content, sample_rate_hz, number_of_samples / sample_rate_hz, level_dbfs, kept)


def _open(content: bytes) -> Any:
    try:
        file = soundfile.SoundFile(io.BytesIO(content))
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: headerless formats want to be told everything
        raise AudioUnreadableError(f"These {len(content)} bytes are not audio.") from error
    if file.samplerate in _SAMPLE_RATES_HZ and file.channels <= _MOST_CHANNELS:
        return file
    file.close()
    raise AudioUnreadableError(f"No telephone records {file.channels} channels at {file.samplerate} Hz.")


def _mono_pieces(file: Any) -> Iterator[_Samples]:
    is_plain = file.subtype in _PLAIN and file.format in _PLAIN_CONTAINERS
    read, seconds = (_read_plain, _PLAIN_PIECE_SECONDS) if is_plain else (_read, _PIECE_SECONDS)
    while len(samples := read(file, round(seconds * file.samplerate))):
        yield samples


def _read_plain(file: Any, number_of_samples: int) -> _Samples:
    samples: _Samples = file.read(number_of_samples, dtype="int16", always_2d=True)
    return samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).round().astype(np.int16)


def _read(file: Any, number_of_samples: int) -> _Samples:
    try:
        samples = file.read(number_of_samples, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:  # cut off in the middle: what came before this piece is kept
        return np.zeros(0, np.int16)
    # 32-bit float files may hold anything, infinities included
    mono = np.nan_to_num(samples.mean(axis=1), posinf=1, neginf=-1)
    pcm: _Samples = (mono * _FULL_SCALE).round().clip(-_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    return pcm


def _loudest_window(samples: _Samples, window: int) -> float:
    energies = np.add.reduceat(np.square(samples, dtype=np.float32), np.arange(0, len(samples), window))
    return float(energies.max()) / window / _FULL_SCALE**2


def _with_open_end(content: bytes) -> bytes:
    """A recorder that died leaves “0 bytes of sound follow” in a WAV's header; read to the end of the file instead."""
    at = content.find(b"data\0\0\0\0", 12, 512)
    if not content.startswith(b"RIFF") or at < 0 or len(content) == at + 8:
        return content
    return content[: at + 4] + b"\xff\xff\xff\xff" + content[at + 8 :]
