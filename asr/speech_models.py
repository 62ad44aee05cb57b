"""Knows where speech models live and which one serves a language and a use; loads none (asr.loaded_models does)."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from asr.model_files import is_model, missing_files, options, version
from core.errors import ModelMissingError
from core.settings import Language, Settings

Use = Literal["recordings", "live"]
"""What is heard with a model: recordings in bulk by the best there is, live callers by the quickest."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
USES: tuple[Use, ...] = get_args(Use)

_MINIATURES = Path(__file__).parent / "miniature_models"
_OFFICIAL_NAMES = {"zh": re.compile(r"vosk-model-(small-)?cn-"), "en": re.compile(r"vosk-model-(small-)?en-us-")}
_VERSION = re.compile(r"-(\d+)\.(\d+)")
_TELEPHONE_HZ = 8_000


@dataclass(frozen=True)
class FoundModel:
    """A complete speech model on disk."""

    language: Language
    path: Path
    name: str
    is_miniature: bool
    """It knows some hundred words in a synthetic voice: good for trying the system, not for a city."""
    sample_rate_hz: int
    accepts_8khz: bool
    version: str = field(default="", repr=False)
    """Another one when its files were exchanged under the same name."""

    def rate_for(self, recorded_hz: int) -> int:
        """Return the sample rate to give the model: telephone audio as it is where the model takes it."""
        return recorded_hz if recorded_hz == _TELEPHONE_HZ and self.accepts_8khz else self.sample_rate_hz


def find_model(language: Language, settings: Settings, use: Use = "recordings") -> FoundModel:
    """Return the model for a language and a use: from the folder that is set, else vosk's own places, else miniature.

    In a folder, a sub-folder `zh` or `en` goes before models with their official names; a large one before a small
    one for recordings, the small one first for live speech; a newer one before an older one. The miniature is never
    chosen while a full model is there, complete or not.

    Raises:
        ModelMissingError: there is none, or only incomplete ones; the message says what is missing where.
    """
    full = [path for folder in _folders(settings, use) for path in _candidates(folder, language, use)]
    for path in full or [_MINIATURES / language]:
        if not missing_files(path):
            return _found(language, path)
    if not full:
        raise ModelMissingError(
            f"No speech model for “{language}” is installed: run `hotline models fetch {language}`."
        )
    wrong = "; ".join(f"{path} lacks {', '.join(missing_files(path))}" for path in dict.fromkeys(full))
    raise ModelMissingError(f"The speech model for “{language}” is incomplete: {wrong}.")


def quick_model(language: Language, settings: Settings) -> FoundModel | None:
    """Return the live model where it is another one than that of recordings, so that danger can be looked for first.

    None where both are the same, where one is missing, or where the live one is only the miniature.
    """
    try:
        quick, thorough = find_model(language, settings, "live"), find_model(language, settings)
    except ModelMissingError:
        return None
    return None if quick.is_miniature or quick.path.resolve() == thorough.path.resolve() else quick


def miniature_languages(settings: Settings) -> tuple[Language, ...]:
    """Return the languages in which something is heard by the miniature; every screen of the console says so."""
    return tuple(language for language in LANGUAGES if any(_is_miniature(language, settings, use) for use in USES))


def install_folder(settings: Settings) -> Path:
    """Return the folder into which models are fetched: `settings.models`, or vosk's own cache."""
    return settings.models or _vosk_cache()


def _is_miniature(language: Language, settings: Settings, use: Use) -> bool:
    try:
        return find_model(language, settings, use).is_miniature
    except ModelMissingError:
        return False


def _folders(settings: Settings, use: Use) -> list[Path]:
    shared = [settings.models, os.environ.get("VOSK_MODEL_PATH"), "/usr/share/vosk", _vosk_cache()]
    places = [settings.live_models, *shared] if use == "live" else [*shared, settings.live_models]
    return [Path(place) for place in places if place]


def _vosk_cache() -> Path:
    return Path(os.path.expanduser("~/.cache/vosk"))  # noqa: PTH111 (Path.expanduser raises where there is no home)


def _candidates(folder: Path, language: Language, use: Use) -> list[Path]:
    own = folder / language
    return [path for path in (own, *_official(own, language, use), *_official(folder, language, use)) if is_model(path)]


def _official(folder: Path, language: Language, use: Use) -> list[Path]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:  # not there, not a folder, not ours to read
        return []
    known = [name for name in names if _OFFICIAL_NAMES[language].match(name)]
    return [folder / name for name in sorted(known, key=lambda name: _preference(name, use))]


def _preference(name: str, use: Use) -> tuple[bool, int, int, str]:
    number = _VERSION.search(name)
    major, minor = (int(number[1]), int(number[2])) if number else (0, 0)
    return ("-small-" in name) is (use == "recordings"), -major, -minor, name


def _found(language: Language, path: Path) -> FoundModel:
    is_miniature = path.resolve() == (_MINIATURES / language).resolve()
    known = options(path / "conf/mfcc.conf")
    try:
        sample_rate_hz = int(float(known.get("sample-frequency", "16000")))
    except ValueError as error:
        raise ModelMissingError(f"{path}/conf/mfcc.conf gives no sample rate that can be read.") from error
    return FoundModel(
        language=language,
        path=path,
        name=f"miniature-{language}" if is_miniature else path.resolve().name,
        is_miniature=is_miniature,
        sample_rate_hz=sample_rate_hz,
        accepts_8khz=sample_rate_hz == _TELEPHONE_HZ or known.get("allow-upsample") in {"true", "t", "1", ""},
        version=version(path),
    )
