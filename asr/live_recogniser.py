"""Hears one stream of telephone sound as it comes, with one model: partial texts, then finished; knows no thread."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr
import vosk

from asr.loaded_models import LoadedModel
from asr.recogniser import HeardWord, heard_words
from asr.tidy import is_word, readable
from core.settings import Language

TELEPHONE_HZ = 8_000
"""µ-law: a byte a sample, so that 8,000 bytes are a second."""
_IDLE_BYTES = TELEPHONE_HZ
_IDLE_LEVEL = 32
"""A thousandth of full scale, -60 dBFS: no sample of a word is so quiet for a second; see asr.audio.SILENCE_DBFS."""


@dataclass(frozen=True)
class PartialText:
    """What an unfinished utterance sounds like so far; a later one may say otherwise."""

    text: str
    words: tuple[str, ...]
    """Only those that the model knows: noise is none."""
    language: Language
    until_seconds: float
    """So far had the stream been decoded, however much of it has come by now."""


@dataclass(frozen=True)
class FinalText:
    """A finished utterance; `words` is empty when what had been guessed was nothing after all."""

    text: str
    words: tuple[HeardWord, ...]
    """Their seconds count from the start of the stream, whatever was missed or swapped in between."""
    model: str
    language: Language
    until_seconds: float


class LiveRecogniser:
    """One utterance after the other; an utterance ends by the model's own rules, which count seconds of sound."""

    def __init__(self, model: LoadedModel, starts_at_seconds: float, *, in_utterance: bool = False) -> None:
        self.language: Language = model.found.language
        self._name = model.found.name
        self._starts_at_seconds = self._until_seconds = starts_at_seconds
        rate = model.found.rate_for(TELEPHONE_HZ)
        self._resampler = None if rate == TELEPHONE_HZ else soxr.ResampleStream(TELEPHONE_HZ, rate, 1, dtype="int16")
        self._recogniser = vosk.KaldiRecognizer(model.vosk_model, rate)
        self._recogniser.SetWords(True)  # noqa: FBT003 (vosk's own)
        self._last_partial = ""
        self._idle_bytes = 0
        self._held = b""
        self.is_in_utterance = in_utterance
        """Something was guessed, here or in the language before, that no final text has settled yet."""

    def hear(self, ulaw: bytes) -> PartialText | FinalText | None:
        """Decode the next piece of sound; at most one text comes of it, so give it no more than half a second.

        Between utterances an idle line is not decoded, as a caller who listens is silent for most of a call.
        """
        self._until_seconds += len(ulaw) / TELEPHONE_HZ
        if self._is_idle(ulaw):
            return None
        ulaw, self._held = self._held + ulaw, b""
        samples: Any = _PCM[np.frombuffer(ulaw, np.uint8)]
        if self._resampler:
            samples = self._resampler.resample_chunk(samples)
        if self._recogniser.AcceptWaveform(samples.tobytes()):
            return self._finished(self._recogniser.Result())
        return self._guess()

    def finish(self) -> FinalText | None:
        """End the utterance here; nothing may be heard afterwards."""
        return self._finished(self._recogniser.FinalResult())

    def _is_idle(self, ulaw: bytes) -> bool:
        """Tell whether a piece can be passed over; the last of those is held, for a word that begins softly."""
        if self.is_in_utterance or ulaw.translate(None, _IDLE_CODES):
            self._idle_bytes = 0
            return False
        self._idle_bytes += len(ulaw)
        if self._idle_bytes <= _IDLE_BYTES:
            return False
        self._starts_at_seconds += len(self._held) / TELEPHONE_HZ
        self._held = ulaw
        return True

    def _guess(self) -> PartialText | None:
        raw = self._recogniser.PartialResult()
        if raw == self._last_partial:
            return None
        self._last_partial = raw
        words = json.loads(raw)["partial"].split()
        if not words and not self.is_in_utterance:
            return None
        self.is_in_utterance = True
        known = tuple(word for word in words if is_word(word))
        return PartialText(readable(words), known, self.language, self._until_seconds)

    def _finished(self, raw: str) -> FinalText | None:
        was_in_utterance, self.is_in_utterance, self._last_partial = self.is_in_utterance, False, ""
        words = tuple(heard_words(raw, self._starts_at_seconds))
        if not words and not was_in_utterance:
            return None
        text = readable(word.word for word in words)
        return FinalText(text, words, self._name, self.language, self._until_seconds)


def _linear(code: int) -> int:
    """Return the 16-bit sample of a µ-law code (ITU-T G.711)."""
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 0x07)) - 0x84
    return -size if code & 0x80 else size


_PCM = np.array([_linear(code) for code in range(256)], np.int16)
_IDLE_CODES = bytes(code for code in range(256) if abs(_linear(code)) <= _IDLE_LEVEL)
