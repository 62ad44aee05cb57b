"""Measures a model on somebody's own recordings: error rates as they are and over a telephone, sounds, speed."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from asr.accuracy import Errors, align, confusions, count, units
from asr.audio import read_audio
from asr.loaded_models import loaded
from asr.speech_models import Use
from asr.telephone import Line, through_telephone
from asr.tidy import readable
from asr.transcribe import transcribe
from core.errors import HotlineError
from core.settings import Language, Settings

OnFile = Callable[[Path], None]


class NothingToEvaluateError(HotlineError):
    """There is no recording with its text in a folder."""


@dataclass
class Evaluation:
    """What was measured over all files of a folder."""

    model: str
    files: int = 0
    errors: Errors = field(default_factory=Errors)
    over_telephone: Errors = field(default_factory=Errors)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    audio_seconds: float = 0.0
    cpu_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    """A sentence for each file that could not be measured."""

    @property
    def speed(self) -> float:
        """Seconds of audio for each second of processor time, the files as they are."""
        return self.audio_seconds / self.cpu_seconds if self.cpu_seconds else 0.0


def evaluate(
    folder: Path, language: Language, settings: Settings, *, use: Use, line: Line, on_file: OnFile | None = None
) -> Evaluation:
    """Recognise every WAV of a folder that has a text of the same name beside it (`call.wav`, `call.txt`).

    The texts are UTF-8, as said, numbers in words; case, spaces and punctuation don't count. `on_file` is told each
    file when it is done.

    Raises:
        NothingToEvaluateError: there is no such pair.
        ModelMissingError: no model for the language, or it can't be loaded.
    """
    paths = recordings_in(folder)
    if not paths:
        raise NothingToEvaluateError(f"{folder} has no WAV files: put call.wav and call.txt (what is said) there.")
    result = Evaluation(model=loaded(language, settings, use).found.name)
    for path in paths:
        try:
            _measure(result, path, language, settings, use, line)
        except (OSError, UnicodeDecodeError, HotlineError) as error:
            result.problems.append(_problem(path, error))
        if on_file:
            on_file(path)
    if not result.files:
        raise NothingToEvaluateError("\n".join(result.problems))
    return result


def recordings_in(folder: Path) -> list[Path]:
    """Return the WAV files of a folder in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".wav")


def _measure(result: Evaluation, path: Path, language: Language, settings: Settings, use: Use, line: Line) -> None:
    said = units(path.with_suffix(".txt").read_text(encoding="utf-8-sig"), language)
    audio = read_audio(path.read_bytes())
    started = time.process_time()
    pairs = align(said, _heard(audio.content, language, settings, use))
    result.cpu_seconds += time.process_time() - started
    result.audio_seconds += audio.duration_seconds
    over_telephone = align(said, _heard(through_telephone(audio, line), language, settings, use))
    result.files += 1
    result.errors += count(pairs)
    result.over_telephone += count(over_telephone)
    result.confusions.update(confusions([*pairs, *over_telephone], language))


def _heard(audio: bytes, language: Language, settings: Settings, use: Use) -> list[str]:
    heard = transcribe(audio, language, settings, use=use)
    return units(readable(word.word for word in heard.words), language)


def _problem(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path.name}: there is no {path.with_suffix('.txt').name} with what is said in it."
    if isinstance(error, UnicodeDecodeError):
        return f"{path.with_suffix('.txt').name} is not UTF-8 text."
    reason = error.strerror if isinstance(error, OSError) else error
    return f"{path.name}: {reason}"
