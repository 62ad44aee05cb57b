"""The only place that loads vosk models: one a language and process, shared by all its threads."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import vosk

from asr.native_messages import NativeMessages, caught_standard_error
from asr.speech_models import LANGUAGES, FoundModel, find_model
from core.errors import ModelMissingError
from core.logs import get_logger
from core.settings import Language, Settings

log = get_logger()
vosk.SetLogLevel(-1)

_locks = {language: threading.Lock() for language in LANGUAGES}
_loaded: dict[Language, "LoadedModel"] = {}


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, safe to share between threads."""

    found: FoundModel
    vosk_model: Any


def loaded(language: Language, settings: Settings) -> LoadedModel:
    """Return the model for a language, loaded on first use: seconds for a small one, far longer for a large.

    Loading starts native threads: never fork afterwards. A better model that was installed meanwhile takes the place
    of the one in memory; recordings that are being worked on finish with the old one.

    Raises:
        ModelMissingError: there is none, or it can't be loaded; the message says why.
    """
    with _locks[language]:
        found = find_model(language, settings)
        known = _loaded.get(language)
        if known is None or known.found != found:
            known = _loaded[language] = LoadedModel(found, _load(found))
        return known


def _load(found: FoundModel) -> Any:
    started = time.monotonic()
    log.info("model_loading", language=found.language, model=found.name)  # the last line if native code crashes
    messages = NativeMessages()
    try:
        with caught_standard_error(messages):
            model = vosk.Model(str(found.path))
    except Exception as error:  # vosk raises nothing finer
        reason = messages.reason() or "vosk does not say why"
        raise ModelMissingError(f"The speech model {found.path} can't be loaded: {reason}") from error
    log.info("model_loaded", model=found.name, took_seconds=round(time.monotonic() - started, 2))
    return model
