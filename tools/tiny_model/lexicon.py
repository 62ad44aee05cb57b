"""Counts how espeak pronounced each word, numbers the phones and labels the frames."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model import mfcc
from tools.tiny_model.corpus import SILENCE, STRANGE, Utterance
from tools.tiny_model.language import UNKNOWN

HEAD_SECONDS = 0.03
RARE, MOST = 0.05, 4


@dataclass(frozen=True)
class Lexicon:
    """Each word's pronunciations with their shares, and the phones; phone i has pdf 2i at first and 2i+1 then."""

    pronunciations: Mapping[str, Sequence[tuple[tuple[str, ...], float]]]
    phones: Sequence[str]

    @property
    def pdfs(self) -> int:
        return 2 * len(self.phones)


def build(utterances: Iterable[Utterance]) -> Lexicon:
    heard: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for utterance in utterances:
        for index, word in enumerate(utterance.words):
            if word != UNKNOWN:
                heard[word][tuple(phone.name for phone in utterance.phones if phone.word == index)] += 1
    kept = {word: _usual(counts) for word, counts in sorted(heard.items())}
    names = {name for variants in kept.values() for phones, _ in variants for name in phones}
    return Lexicon(kept | {UNKNOWN: [((STRANGE,), 1.0)]}, [SILENCE, STRANGE, *sorted(names)])


def _usual(counts: Counter[tuple[str, ...]]) -> list[tuple[tuple[str, ...], float]]:
    """The pronunciations heard in at least one of twenty cases, four at most."""
    total = counts.total()
    return [(phones, count / total) for phones, count in counts.most_common(MOST) if count >= RARE * total]


def labels(utterance: Utterance, lexicon: Lexicon, frames: int) -> NDArray[np.int64]:
    """The pdf of each 10 ms frame by the phone in its middle; a phone of no word in the lexicon is a stranger's."""
    number = {name: index for index, name in enumerate(lexicon.phones)}
    starts = np.array([phone.start for phone in utterance.phones])
    ids = np.array([number.get(phone.name, number[STRANGE]) for phone in utterance.phones])
    middles = (np.arange(frames) * mfcc.SHIFT + mfcc.WINDOW / 2) / mfcc.RATE
    current = np.maximum(np.searchsorted(starts, middles, side="right") - 1, 0)
    return np.asarray(2 * ids[current] + (middles - starts[current] >= HEAD_SECONDS), np.int64)
