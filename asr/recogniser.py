"""Turns one recording into words with one model; judges nothing of what was said."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import vosk

from asr.audio import PhoneAudio
from asr.loaded_models import LoadedModel
from asr.tidy import readable, tidy

OnProgress = Callable[[float], None]

PROGRESS_SECONDS = 5.0
"""Sound between two calls of `on_progress`; with a large model that may take twice as long to work through."""


@dataclass(frozen=True)
class HeardWord:
    """One word, or `[unk]` for one that the model does not know; seconds count from the start of the recording."""

    word: str
    start_seconds: float
    end_seconds: float
    confidence: float
    """0–1, the model's own; of little worth for a miniature."""


@dataclass(frozen=True)
class Heard:
    """What a model understood of a recording."""

    text: str
    """For people: tidied (asr.tidy), `…` for what was not understood; empty when nobody spoke."""
    words: tuple[HeardWord, ...]
    """Every word just as it was heard."""
    model: str
    """Its name; empty when none was needed since the recording is silent."""
    duration_seconds: float


def recognise(audio: PhoneAudio, model: LoadedModel, on_progress: OnProgress | None = None) -> Heard:
    """Return every word of a recording; `on_progress` is told the seconds done, about every 5 s of sound.

    Whatever `on_progress` raises ends the work and goes through to the caller.
    """
    words = tuple(_words(audio, model, on_progress or (lambda _seconds: None)))
    text = tidy(readable(word.word for word in words), model.found.language)
    return Heard(text, words, model.found.name, audio.duration_seconds)


def _words(audio: PhoneAudio, model: LoadedModel, on_progress: OnProgress) -> Iterable[HeardWord]:
    sample_rate_hz = model.found.rate_for(audio.sample_rate_hz)
    recogniser = vosk.KaldiRecognizer(model.vosk_model, sample_rate_hz)
    recogniser.SetWords(True)  # noqa: FBT003 (vosk's own)
    done_seconds = told_seconds = 0.0
    for pcm in audio.pcm(sample_rate_hz):
        if recogniser.AcceptWaveform(pcm):
            yield from heard_words(recogniser.Result())
        done_seconds += len(pcm) / 2 / sample_rate_hz
        if done_seconds - told_seconds >= PROGRESS_SECONDS:
            told_seconds = done_seconds
            on_progress(done_seconds)
    yield from heard_words(recogniser.FinalResult())


def heard_words(result: str, starts_at_seconds: float = 0.0) -> Iterable[HeardWord]:
    """Yield the words of a result of vosk's; its seconds count from where the recogniser started."""
    for word in json.loads(result).get("result", []):
        start, end = (round(word[time] + starts_at_seconds, 2) for time in ("start", "end"))
        yield HeardWord(word["word"], start, end, min(max(word["conf"], 0.0), 1.0))
