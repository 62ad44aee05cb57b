"""Knows where speech models live and which one serves a language; loads none (asr.loaded_models does)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from core.errors import ModelMissingError
from core.settings import Language, Settings

LANGUAGES: tuple[Language, ...] = get_args(Language)

_MINIATURES = Path(__file__).parent / "miniature_models"
_OFFICIAL_NAMES = {"zh": re.compile(r"vosk-model-(small-)?cn-"), "en": re.compile(r"vosk-model-(small-)?en-us-")}
_VERSION = re.compile(r"-(\d+)\.(\d+)")
_GRAPHS = ("graph/HCLG.fst", "graph/HCLr.fst")
_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
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

    def rate_for(self, recorded_hz: int) -> int:
        """Return the sample rate to give the model: telephone audio as it is where the model takes it."""
        return recorded_hz if recorded_hz == _TELEPHONE_HZ and self.accepts_8khz else self.sample_rate_hz


def find_model(language: Language, settings: Settings) -> FoundModel:
    """Return the model for a language: from `settings.models`, else vosk's own places, else our miniature.

    In a folder, a sub-folder `zh` or `en` goes before models with their official names, a large one before a small
    one, a newer one before an older one. The miniature is never chosen while a full model is there, complete or not.

    Raises:
        ModelMissingError: there is none, or only incomplete ones; the message says what is missing where.
    """
    full = [path for folder in _folders(settings) for path in _candidates(folder, language)]
    for path in full or [_MINIATURES / language]:
        if not missing_files(path):
            return _found(language, path)
    if not full:
        raise ModelMissingError(
            f"No speech model for “{language}” is installed: run `hotline models fetch {language}`."
        )
    wrong = "; ".join(f"{path} lacks {', '.join(missing_files(path))}" for path in full)
    raise ModelMissingError(f"The speech model for “{language}” is incomplete: {wrong}.")


def miniature_languages(settings: Settings) -> tuple[Language, ...]:
    """Return the languages for which the system runs on the miniature; every screen of the console says so."""
    return tuple(language for language in LANGUAGES if _runs_on_miniature(language, settings))


def install_folder(settings: Settings) -> Path:
    """Return the folder into which models are fetched: `settings.models`, or vosk's own cache."""
    return settings.models or _vosk_cache()


def missing_files(path: Path) -> list[str]:
    """Return what a model's folder lacks (or what this user may not read); empty when it is complete."""
    missing = [name for name in _NEEDED if not os.access(path / name, os.R_OK)]
    if not any(os.access(path / name, os.R_OK) for name in _GRAPHS):
        missing.append(" or ".join(_GRAPHS))
    elif not os.access(path / _GRAPHS[0], os.R_OK) and not os.access(path / "graph/Gr.fst", os.R_OK):
        missing.append("graph/Gr.fst")
    return missing


def _runs_on_miniature(language: Language, settings: Settings) -> bool:
    try:
        return find_model(language, settings).is_miniature
    except ModelMissingError:
        return False


def _folders(settings: Settings) -> list[Path]:
    places = [settings.models, os.environ.get("VOSK_MODEL_PATH"), "/usr/share/vosk", _vosk_cache()]
    return [Path(place) for place in places if place]


def _vosk_cache() -> Path:
    return Path(os.path.expanduser("~/.cache/vosk"))  # noqa: PTH111 (Path.expanduser raises where there is no home)


def _candidates(folder: Path, language: Language) -> list[Path]:
    own = folder / language
    return [path for path in (own, *_official(own, language), *_official(folder, language)) if _is_model(path)]


def _official(folder: Path, language: Language) -> list[Path]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:  # not there, not a folder, not ours to read
        return []
    return [folder / name for name in sorted(names, key=_preference) if _OFFICIAL_NAMES[language].match(name)]


def _is_model(path: Path) -> bool:
    """Tell whether somebody put a model here, if only a part of one."""
    return any(os.access(path / part, os.F_OK) for part in ("am", "conf", "graph"))


def _preference(name: str) -> tuple[bool, int, int, str]:
    version = _VERSION.search(name)
    major, minor = (int(version[1]), int(version[2])) if version else (0, 0)
    return "-small-" in name, -major, -minor, name


def _found(language: Language, path: Path) -> FoundModel:
    is_miniature = path.resolve() == (_MINIATURES / language).resolve()
    options = _options(path / "conf/mfcc.conf")
    try:
        sample_rate_hz = int(float(options.get("sample-frequency", "16000")))
    except ValueError as error:
        raise ModelMissingError(f"{path}/conf/mfcc.conf gives no sample rate that can be read.") from error
    return FoundModel(
        language=language,
        path=path,
        name=f"miniature-{language}" if is_miniature else path.resolve().name,
        is_miniature=is_miniature,
        sample_rate_hz=sample_rate_hz,
        accepts_8khz=sample_rate_hz == _TELEPHONE_HZ or options.get("allow-upsample") in {"true", "t", "1", ""},
    )


def _options(path: Path) -> dict[str, str]:
    """Read a Kaldi configuration: `--name=value` a line, `--name` alone means true, `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(errors="replace").splitlines())
    pairs = (line.removeprefix("--").partition("=") for line in lines if line.startswith("--"))
    return {name.strip(): value.strip() for name, _, value in pairs}
