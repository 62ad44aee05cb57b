"""Lets the real vosk transcribe samples and counts how many words it got wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import vosk
from numpy.typing import NDArray

from tools.tiny_model.line import RATE

PACKET = 160
vosk.SetLogLevel(-1)


def load(folder: Path) -> Any:
    return vosk.Model(str(folder))


def transcribe(model: Any, samples: NDArray[np.int16]) -> list[dict[str, Any]]:
    """The words with conf, start and end, heard in packets of 20 ms as from a telephone."""
    recognizer = vosk.KaldiRecognizer(model, RATE)
    recognizer.SetWords(enable_words=True)
    packets = [samples[start : start + PACKET].tobytes() for start in range(0, len(samples), PACKET)]
    results = [recognizer.Result() for packet in packets if recognizer.AcceptWaveform(packet)]
    results.append(recognizer.FinalResult())
    return [word for result in results for word in json.loads(result).get("result", [])]


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to put in, take out or change to make one of the other."""
    row = list(range(len(heard) + 1))
    for index, word in enumerate(said, 1):
        above, row = row, [index]
        for column, other in enumerate(heard, 1):
            row.append(min(above[column - 1] + (word != other), above[column] + 1, row[-1] + 1))
    return row[-1]
