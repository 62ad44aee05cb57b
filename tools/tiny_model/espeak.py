"""Speaks a text with espeak-ng and tells when each word and each phone of it sounds."""

import ctypes
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 22050
SYNCHRONOUS, PHONEME_EVENTS, UTF8, BY_CHARACTER = 2, 1, 1, 1
END_OF_LIST, WORD, PHONEME = 0, 1, 7
SPEED, PITCH, PITCH_RANGE, WORD_GAP = 1, 3, 4, 7


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Voice:
    """An espeak voice with a variant, words per minute, pitch and pitch range (0-99), and a pause between words."""

    name: str
    speed: int = 160
    pitch: int = 50
    pitch_range: int = 50
    gap: int = 0


@dataclass(frozen=True)
class Spoken:
    """What espeak answered: samples at 22,050 Hz, and phones as (mnemonic, second, first character of its word)."""

    samples: NDArray[np.int16]
    phones: Sequence[tuple[str, float, int]]


class _Listener:
    """Collects what espeak hands to its callback during one call.

    The order of the events tells the word of a phone: by time alone, the last phone often falls to the next word.
    """

    def __init__(self) -> None:
        self.samples: list[NDArray[np.int16]] = []
        self.word = 0
        self.phones: list[tuple[str, float, int]] = []
        self.callback: Callable[..., int] = _Callback(self._hear)

    def _hear(self, wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if count:
            self.samples.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != END_OF_LIST:
            event = events[index]
            if event.type == WORD:
                self.word = event.text_position - 1
            elif event.type == PHONEME:
                self.phones.append((event.id.string.decode(), event.audio_position / 1000, self.word))
            index += 1
        return 0


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libespeak-ng.so.1")
    if library.espeak_Initialize(SYNCHRONOUS, 0, None, PHONEME_EVENTS) != RATE:
        raise RuntimeError("espeak-ng did not start at 22,050 Hz")
    return library


def speak(text: str, voice: Voice) -> Spoken:
    library, listener = _library(), _Listener()
    library.espeak_SetSynthCallback(listener.callback)
    if library.espeak_SetVoiceByName(voice.name.encode()) != 0:
        raise ValueError(f"espeak-ng has no voice {voice.name}")
    for parameter, value in (
        (SPEED, voice.speed),
        (PITCH, voice.pitch),
        (PITCH_RANGE, voice.pitch_range),
        (WORD_GAP, voice.gap),
    ):
        library.espeak_SetParameter(parameter, value, 0)
    data = text.encode()
    library.espeak_Synth(data, len(data) + 1, 0, BY_CHARACTER, 0, UTF8, None, None)
    library.espeak_Synchronize()
    samples = np.concatenate(listener.samples) if listener.samples else np.zeros(0, np.int16)
    return Spoken(samples, listener.phones)
