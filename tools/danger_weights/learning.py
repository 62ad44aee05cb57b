"""Learns weights: a logistic regression over the very features that routing.triage.weighing adds up."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from routing.triage.cutting import Cut
from routing.triage.entries import Entry
from routing.triage.lexicon import Lexicon
from routing.triage.listening import Heard, listen
from routing.triage.spotting import NEARLY, Hit
from routing.triage.weighing import Weights, features, runs
from tools.danger_weights.examples import Example


@dataclass(frozen=True)
class Learning:
    """How weights are learned."""

    strength: float = 0.3
    """Inverse of the regularisation."""
    run_scale: float = 8.0
    """How much runs count beside groups of words."""
    usual_rarity: float = 3.0
    """By so much a run's rarity (the logarithm of one in how many sentences says it) is divided."""
    fewest: int = 2
    """Runs said in fewer of the sentences are left out."""
    smallest: float = 0.03
    """Weights of runs below this are left out."""


Support = Mapping[Entry, set[int]]
"""In which sentences each word of the lexicon is heard."""


def support(examples: Iterable[Example], words: Lexicon) -> Support:
    """Return in which sentences each word is plainly heard."""
    found: dict[Entry, set[int]] = defaultdict(set)
    for example in examples:
        for heard in listen(example.text, words):
            for hit in heard.hits:
                if hit.strength > NEARLY:
                    found[hit.entry].add(example.source)
    return found


def listen_anew(text: str, source: int, words: Lexicon, known: Support) -> list[Heard]:
    """Listen to a sentence without the words that are heard in no other one.

    Many words came into the lexicon by such a sentence: it would flatter both the weights and their measuring.
    """

    def elsewhere(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        return tuple(hit for hit in hits if known.get(hit.entry, set()) - {source})

    return [Heard(heard.line, elsewhere(heard.hits), elsewhere(heard.denied)) for heard in listen(text, words)]


def row(example: Example, words: Lexicon, known: Support, how: Learning) -> dict[str, float]:
    """Return all features of one sentence as if it were new, runs included."""
    found: dict[str, float] = {}
    for heard in listen_anew(example.text, example.source, words, known):
        found |= {f"f:{name}": value for name, value in features(heard.hits, heard.denied, words.language).items()}
        found |= {f"r:{name}": value * how.run_scale for name, value in _run_values(heard.line).items()}
    return found


def _run_values(line: Cut) -> dict[str, float]:
    counts = Counter(name for _, name in runs(line))
    number = math.sqrt(len(line.units) * 6 or 1)
    return {name: count / number for name, count in counts.items()}


def learn(examples: Sequence[Example], rows: Sequence[dict[str, float]], how: Learning, bias: float = 0.0) -> Weights:
    """Return weights by which sentences of danger come out above 0; `bias` moves the border to more reds."""
    scale = _scales(examples, rows, how)
    kept = [{name: value * scale[name] for name, value in each.items() if name in scale} for each in rows]
    columns = DictVectorizer()
    table = columns.fit_transform(kept)
    model = LogisticRegression(C=how.strength, max_iter=5000)
    model.fit(table, np.array([example.is_red for example in examples]))
    names = columns.get_feature_names_out()
    weights = {name: value * scale[name] for name, value in zip(names, model.coef_[0], strict=True)}
    return Weights(
        round(float(model.intercept_[0]) + bias, 3),
        {name[2:]: round(float(value), 3) for name, value in weights.items() if name[0] == "f" and abs(value) >= 0.001},
        {
            name[2:]: round(float(value) * how.run_scale, 2)
            for name, value in weights.items()
            if name[0] == "r" and abs(value) * how.run_scale >= how.smallest
        },
    )


def _scales(examples: Sequence[Example], rows: Sequence[dict[str, float]], how: Learning) -> dict[str, float]:
    """Return by how much each feature counts in learning: runs the more the rarer, those said too seldom not at all."""
    said_in: Counter[str] = Counter()
    for name, _ in {(name, example.source) for example, each in zip(examples, rows, strict=True) for name in each}:
        said_in[name] += 1
    number = len({example.source for example in examples})
    return {
        name: math.log((number + 1) / (count + 1)) / how.usual_rarity if name[0] == "r" else 1.0
        for name, count in said_in.items()
        if name[0] == "f" or count >= how.fewest
    }
