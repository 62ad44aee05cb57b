"""`python -m tools.danger_weights [zh|en]`: learns weights, tells what cross-validations say, writes them."""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

import routing.triage.lexicon
from routing.triage.judging_danger import weigh_lines
from routing.triage.lexicon import Lexicon, lexicon
from routing.triage.mishearing import mishear
from routing.triage.weighing import Weights
from tools.danger_weights.examples import NOISE_RATE, Example, open_sentences, own_by_topic, with_mishearings
from tools.danger_weights.learning import Learning, Support, Table, listen_anew, set_up, support

FOLDS, TIMES_MISHEARD, OWN_FROM = 5, 3, 100_000
FALSE_REDS = 0.08
"""Share of the look-alikes that may come out red among sentences whose whole topic is new, as strangers' are."""


@dataclass(frozen=True)
class School:
    """What is learned from: sentences and their mishearings, each with its features as if it were new."""

    words: Lexicon
    examples: Sequence[Example]
    heard: Support
    table: Table

    def weights(self, but: Sequence[int] = ()) -> Weights:
        """Learn from all sentences but some."""
        return self.table.learn(np.flatnonzero(~np.isin(self.table.sources, but)))

    def scores(self, unseen: Sequence[int], chance: random.Random) -> list[tuple[float, float]]:
        """Judge sentences by weights that have not seen them, as written and misheard."""
        judge = _with(self.words, self.weights(but=unseen))
        written = {example.source: example.text for example in reversed(self.examples)}
        found = []
        for source in unseen:
            said = written[source], mishear(written[source], judge.language, NOISE_RATE, chance)
            clean, noisy = (
                weigh_lines(text, listen_anew(text, source, judge, self.heard), judge).score for text in said
            )
            found.append((clean, noisy))
        return found


@dataclass(frozen=True)
class Judged:
    """Sentences judged by weights that have not seen them: a row each, as written and misheard."""

    label: str
    scores: np.ndarray
    is_red: np.ndarray

    def border(self, false_reds: float) -> float:
        """Return above which score so many of the look-alikes lie."""
        return float(np.quantile(self.scores[~self.is_red, 0], 1 - false_reds))


def main() -> None:
    for language in sys.argv[1:] or ("zh", "en"):
        known = with_mishearings(open_sentences(language), language, TIMES_MISHEARD, seed=1)
        own = own_by_topic(language)
        pairs = [(text, is_red) for text, is_red, _ in own]
        examples = [*known, *with_mishearings(pairs, language, TIMES_MISHEARD, seed=2, first=OWN_FROM)]
        words = lexicon(language)
        heard = support(examples, words)
        school = School(words, examples, heard, set_up(examples, words, heard, Learning()))
        judged = [_open_half(school), *_whole_topics(school, [topic for _, _, topic in own])]
        border = judged[-1].border(FALSE_REDS)
        for one in judged:
            _print(one.label, one.scores - border, one.is_red)
        weights = school.weights()
        _write(language, replace(weights, base=round(weights.base - border, 3)))


def _open_half(school: School) -> Judged:
    language = school.words.language
    is_red = np.array([red for _, red in open_sentences(language)])
    scores, chance = np.zeros((len(is_red), 2)), random.Random(3)
    for _, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(is_red, is_red):
        scores[unseen] = school.scores(unseen.tolist(), chance)
    return Judged(f"{language}, open half", scores, is_red)


def _whole_topics(school: School, topics: Sequence[str]) -> Iterator[Judged]:
    """Judge our own sentences by weights that know nothing of their topic; nothing if they stand under no topics."""
    names = sorted(set(topics) - {""})
    scores: list[tuple[float, float]] = []
    sources: list[int] = []
    for fold in range(FOLDS if names else 0):
        left_out = {name for place, name in enumerate(names) if place % FOLDS == fold}
        unseen = [place + OWN_FROM for place, topic in enumerate(topics) if topic in left_out]
        scores += school.scores(unseen, random.Random(4))
        sources += unseen
    if sources:
        red = {example.source: example.is_red for example in school.examples}
        label = f"{school.words.language}, whole topics left out"
        yield Judged(label, np.array(scores), np.array([red[source] for source in sources]))


def _print(label: str, scores: np.ndarray, is_red: np.ndarray) -> None:
    for name, column in (("clean", scores[:, 0]), ("noisy", scores[:, 1])):
        recall, false = (column[is_red] > 0).mean(), (column[~is_red] > 0).mean()
        print(f"{label}, {name}: recall {recall:.3f}, false reds {false:.3f}")


def _with(words: Lexicon, weights: Weights) -> Lexicon:
    other = replace(words, weights=weights)
    other.__dict__["spotter"] = words.spotter  # the words are the same: arranged once
    return other


def _write(language: str, weights: Weights) -> None:
    path = Path(routing.triage.lexicon.__file__).with_name(f"weights_{language}.json")
    kept = {"base": weights.base, "features": dict(sorted(weights.features.items()))}
    text = json.dumps(kept | {"runs": dict(sorted(weights.runs.items()))}, ensure_ascii=False, indent=0)
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path}: {len(weights.features)} features, {len(weights.runs)} runs")


if __name__ == "__main__":
    main()
