"""Measures what a model costs, in a process of its own: what another model left in memory would falsify the figures."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from asr.speech_models import FoundModel
from core.errors import ModelMissingError

_LONGEST_SECONDS = 600
_CHILD = Path(__file__).with_name("cost_of_a_model.py")


@dataclass(frozen=True)
class ModelCost:
    """What it takes to have a model in memory."""

    load_seconds: float
    memory_bytes: int
    """Resident memory at its peak, beyond that of a process which has only imported vosk."""


def measure(found: FoundModel) -> ModelCost:
    """Load a model in a child process and return what that took; a large model takes a minute or more.

    Raises:
        ModelMissingError: it can't be loaded.
    """
    try:
        told = subprocess.run(  # noqa: S603
            [sys.executable, str(_CHILD), str(found.path)], capture_output=True, check=True, timeout=_LONGEST_SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ModelMissingError(f"The speech model {found.path} can't be loaded.") from error
    return ModelCost(**json.loads(told.stdout))
