"""The only place that loads vosk models: each once a process, shared by all its threads, taken over when it changes."""

import threading
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vosk

from asr.known_models import wrong_files
from asr.model_files import newest_change
from asr.native_messages import NativeMessages, caught_standard_error
from asr.speech_models import FoundModel, Use, find_model
from core.clock import now
from core.errors import ModelMissingError
from core.logs import get_logger
from core.settings import Language, Settings

log = get_logger()
vosk.SetLogLevel(-1)

LOOK_EVERY_SECONDS = 0.5
_STILL_BEING_COPIED_SECONDS = 2.0


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory, safe to share between threads."""

    found: FoundModel
    vosk_model: Any


@dataclass(frozen=True)
class _Wanted:
    language: Language
    use: Use
    models: Path | None
    live_models: Path | None


class _Slot:
    """What one use of one language hears with, and what was last seen on disk for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.model: LoadedModel | None = None
        self.seen: FoundModel | None = None
        self.looked_at = 0.0
        self.successor: threading.Thread | None = None


_slots: dict[_Wanted, _Slot] = {}
_in_memory: weakref.WeakValueDictionary[FoundModel, LoadedModel] = weakref.WeakValueDictionary()
_slots_lock, _load_lock = threading.Lock(), threading.Lock()


def loaded(language: Language, settings: Settings, use: Use = "recordings") -> LoadedModel:
    """Return the model for a language and a use, loaded on first use: seconds for a small one, far longer for a large.

    Loading starts native threads: never fork afterwards. A better or changed model on disk is loaded beside the one
    in memory, which serves until the new one is ready (within seconds to a minute) and for whoever already works with
    it; one that can't be loaded changes nothing. Two uses of the same model share one copy.

    Raises:
        ModelMissingError: there is none, or it can't be loaded; the message says why.
    """
    with _slots_lock:
        slot = _slots.setdefault(_Wanted(language, use, settings.models, settings.live_models), _Slot())
    with slot.lock:
        if slot.model is None:
            slot.seen = find_model(language, settings, use)
            slot.model = _load(slot.seen)
        elif time.monotonic() - slot.looked_at >= LOOK_EVERY_SECONDS:
            _look_for_a_successor(slot, language, settings, use)
        else:
            return slot.model
        slot.looked_at = time.monotonic()
        return slot.model


def _look_for_a_successor(slot: _Slot, language: Language, settings: Settings, use: Use) -> None:
    """Start to load what has changed on disk, unless that is under way, was tried, or is still being copied.

    A miniature never takes the place of a full model: somebody is just putting another one there.
    """
    if slot.model is None or (slot.successor and slot.successor.is_alive()):
        return
    try:
        found = find_model(language, settings, use)
    except ModelMissingError:  # taken away, or half there: the one in memory goes on
        return
    if found == slot.seen or (found.is_miniature and not slot.model.found.is_miniature):
        return
    if now().timestamp() - newest_change(found.path) < _STILL_BEING_COPIED_SECONDS:
        return
    slot.seen = found
    slot.successor = threading.Thread(target=_succeed, args=(slot, found), name="model-successor", daemon=True)
    slot.successor.start()


def _succeed(slot: _Slot, found: FoundModel) -> None:
    try:
        model = _load(found)
    except ModelMissingError as error:
        log.warning("model_not_taken_over", model=found.name, reason=str(error))
        return
    with slot.lock:
        slot.model = model
    log.info("model_taken_over", language=found.language, model=found.name)


def _load(found: FoundModel) -> LoadedModel:
    """Load a model, or share it with whoever has it already."""
    with _load_lock:
        model = _in_memory.get(found)
        if model is None:
            model = _in_memory[found] = LoadedModel(found, _vosk_model(found))
        return model


def _vosk_model(found: FoundModel) -> Any:
    wrong = wrong_files(found.name, found.path)
    if wrong:
        raise ModelMissingError(f"The speech model {found.path} is damaged: wrong checksum of {', '.join(wrong)}.")
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
