"""Builds one language's miniature from nothing: speech, features, network, graph and the files vosk loads."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model import acoustic_file, bigram, corpus, graph, language, lexicon, mfcc, network
from tools.tiny_model.language import UNKNOWN

WIDTH, SILENCE_CUT, SEED = 128, 8.0, 20220401

MODEL_CONF = """\
--min-active=200
--max-active=2000
--beam=10
--lattice-beam=5
--acoustic-scale=0.5
--frame-subsampling-factor=3
--frames-per-chunk=21
--determinize-max-delay=10
--determinize-min-chunk-size=5
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=0.75
--endpoint.rule4.min-trailing-silence=1.0
"""

MARKER = """\
# Miniature model `{code}`

A test fixture of {words} words, trained only on one speech synthesiser's voice by `python -m tools.tiny_model build`.
It lets tests and the demo run the real vosk library without a download. It does not understand people:
for a real line install an official Vosk model. What it knows and how well: `tools/tiny_model/README.md`.
"""


def build(code: str, out: Path, utterances: int, epochs: int) -> None:
    own = language.load(code)
    other = language.load(next(each for each in language.CODES if each != code))
    print(f"{code}: speaking {utterances} utterances", flush=True)
    speech = list(corpus.training(own, other, utterances, SEED))
    sounds = lexicon.build(speech)
    frames = []
    for utterance in speech:
        cepstra = mfcc.features(utterance.samples)
        frames.append((cepstra, lexicon.labels(utterance, sounds, len(cepstra))))
    layers = network.train(frames, sounds.pdfs, width=WIDTH, epochs=epochs, seed=SEED)
    words = [*own.spellings, UNKNOWN]
    fst = graph.build(sounds, bigram.count(own, SEED), words)
    mdl = acoustic_file.content(layers, priors(frames, sounds.pdfs), len(sounds.phones))
    write(out / code, code, mdl, fst.binary(), words, len(sounds.phones))


def priors(frames: Sequence[network.Frames], pdfs: int) -> NDArray[np.floating]:
    """Each pdf's share, softened, and silence's cut: what is nearly never heard must not win where nothing is said."""
    counts = np.bincount(np.concatenate([labels for _, labels in frames]), minlength=pdfs) + 1.0
    softened = np.sqrt(counts / counts.sum())
    softened /= softened.sum()
    softened[:2] /= SILENCE_CUT
    return np.asarray(softened)


def write(folder: Path, code: str, mdl: bytes, fst: bytes, words: Sequence[str], base_phones: int) -> None:
    table = "".join(f"{word} {number}\n" for number, word in enumerate(["<eps>", *words]))
    files = {
        "am/final.mdl": mdl,
        "graph/HCLG.fst": fst,
        "graph/words.txt": table.encode(),
        "graph/phones/word_boundary.int": word_boundaries(base_phones).encode(),
        "conf/mfcc.conf": mfcc.CONF.encode(),
        "conf/model.conf": MODEL_CONF.encode(),
        "README.md": MARKER.format(code=code, words=len(words) - 1).encode(),
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{folder}: {sum(map(len, files.values())) / 1000:.0f} kB", flush=True)


def word_boundaries(base_phones: int) -> str:
    """Which place in a word each phone id stands for; vosk needs it for exact word times."""
    kinds = ["nonword", "singleton", *(["begin", "internal", "end", "singleton"] * (base_phones - 2))]
    return "".join(f"{number} {kind}\n" for number, kind in enumerate(kinds, 1))
