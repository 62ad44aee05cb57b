"""Measures how many live streams this machine decodes in time, on all its cores, with the models that it has."""

import io
import os
import threading
import time
from collections.abc import Mapping

import numpy as np
import soundfile

from asr.audio import read_audio
from asr.live_recogniser import TELEPHONE_HZ, LiveRecogniser
from asr.loaded_models import LoadedModel, loaded
from core.errors import ModelMissingError
from core.settings import Language, Settings

HEAD_ROOM = 0.5
"""The share of the cores that decoding may take when every caller speaks at once: the rest is for all other work."""
STREAM_SHARE = 0.003
"""What a stream takes of a core besides decoding: its frames, its tape, its heartbeats (`make bench` measures it)."""
_PIECE_BYTES = TELEPHONE_HZ // 5
_SECONDS = 0.5
_LONGEST_SECONDS = 1.0


def live_capacity(settings: Settings, samples: Mapping[Language, bytes]) -> int:
    """Return how many streams can be decoded in time, by the slowest language; 0 without any model.

    Takes at most a second for each language with a small model. What counts is the processors' own time, so that a
    machine which is just starting everything else is not taken for a slow one.

    Args:
        settings: where the models are.
        samples: a few seconds of speech for each language, as any audio file.
    """
    speeds = []
    for language, sample in samples.items():
        try:
            speeds.append(_speed(loaded(language, settings, "live"), mulaw(sample)))
        except ModelMissingError:
            continue
    return int(min(speeds) * HEAD_ROOM) if speeds else 0


def mulaw(audio: bytes) -> bytes:
    """Return an audio file as a telephone would carry it: µ-law, 8,000 bytes a second."""
    samples = np.frombuffer(b"".join(read_audio(audio).pcm(TELEPHONE_HZ)), "<i2")
    out = io.BytesIO()
    soundfile.write(out, samples, TELEPHONE_HZ, format="RAW", subtype="ULAW")
    return out.getvalue()


def _speed(model: LoadedModel, sound: bytes) -> float:
    """Return how many streams all cores at once can take."""
    speeds: list[float] = []
    threads = [
        threading.Thread(target=lambda: speeds.append(streams_of_a_core(_one_core(model, sound))))
        for _ in os.sched_getaffinity(0)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(speeds)


def streams_of_a_core(decoded_seconds: float) -> float:
    """Return how many streams a core can take that decodes so many seconds of sound in one."""
    return 1 / (1 / decoded_seconds + STREAM_SHARE)


def _one_core(model: LoadedModel, sound: bytes) -> float:
    """Return seconds of sound decoded in a second of this thread."""
    decoded, started, until = 0.0, time.thread_time(), time.monotonic() + _LONGEST_SECONDS
    while (took := time.thread_time() - started) < _SECONDS and (not decoded or time.monotonic() < until):
        recogniser = LiveRecogniser(model, 0.0)
        for at in range(0, len(sound), _PIECE_BYTES):
            recogniser.hear(sound[at : at + _PIECE_BYTES])
        recogniser.finish()
        decoded += len(sound) / TELEPHONE_HZ
    return decoded / took
