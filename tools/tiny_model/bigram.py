"""Counts which word follows which in sampled sentences and turns the counts into smoothed probabilities."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tools.tiny_model.language import UNKNOWN, Language, words_of

START, END = "<s>", "</s>"
SENTENCES, DISCOUNT, BACK_OFF, FLAT, STRANGER = 20_000, 0.5, 0.1, 0.2, 0.03


@dataclass(frozen=True)
class Bigram:
    """P(word | word before), and for pairs never seen the chance to fall back to P(word); END is a word too."""

    pairs: Mapping[str, Mapping[str, float]]
    fall_back: Mapping[str, float]
    single: Mapping[str, float]


def count(language: Language, seed: int) -> Bigram:
    rng = random.Random(seed)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(SENTENCES):
        words = [START, *words_of(language.sentence(rng)), END]
        for before, word in pairwise(words):
            rows[before][word] += 1
    pairs = {before: _discounted(row) for before, row in rows.items()}
    fall_back = {before: 1.0 - sum(row.values()) for before, row in pairs.items()} | {UNKNOWN: 1.0}
    return Bigram(pairs | {UNKNOWN: {}}, fall_back, _single(rows, language))


def _discounted(row: Counter[str]) -> dict[str, float]:
    total = row.total()
    return {word: (1 - BACK_OFF) * (seen - DISCOUNT) / total for word, seen in row.items() if seen > 1}


def _single(rows: Mapping[str, Counter[str]], language: Language) -> dict[str, float]:
    """By how many different words each word follows (after Kneser and Ney): 十 is frequent, but after numbers only."""
    totals: Counter[str] = Counter()
    for row in rows.values():
        totals.update(row.keys())
    words = [*language.spellings, END]
    share = {word: (1 - FLAT) * totals[word] / totals.total() + FLAT / len(words) for word in words}
    return {word: (1 - STRANGER) * chance for word, chance in share.items()} | {UNKNOWN: STRANGER}
