"""`python -m tools.danger_weights`: learns both languages' weights, tells what a cross-validation says, writes them."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

import routing.triage.lexicon
from routing.triage.judging_danger import weigh_lines
from routing.triage.lexicon import Lexicon, lexicon
from routing.triage.mishearing import mishear
from routing.triage.weighing import Weights
from tools.danger_weights.examples import NOISE_RATE, Example, open_sentences, own_sentences, with_mishearings
from tools.danger_weights.learning import Learning, Support, learn, listen_anew, row, support

FOLDS, TIMES_MISHEARD, OWN_FROM = 5, 3, 100_000
FALSE_REDS = 0.06
"""Share of the look-alikes that may come out red in cross-validation."""


def main() -> None:
    how = Learning()
    for language in ("zh", "en"):
        words = lexicon(language)
        known = with_mishearings(open_sentences(language), language, TIMES_MISHEARD, seed=1)
        own = with_mishearings(own_sentences(language), language, TIMES_MISHEARD, seed=2, first=OWN_FROM)
        heard = support((*known, *own), words)
        rows = {id(example): row(example, words, heard, how) for example in (*known, *own)}
        bias = _cross_validate(language, words, known, own, heard, rows, how)
        weights = learn([*known, *own], [rows[id(example)] for example in (*known, *own)], how)
        _write(language, replace(weights, base=round(weights.base + bias, 3)))


def _cross_validate(
    language: str,
    words: Lexicon,
    known: list[Example],
    own: list[Example],
    heard: Support,
    rows: dict[int, dict[str, float]],
    how: Learning,
) -> float:
    """Print recall and false reds of the open half, each judged by weights that have not seen it; return the bias."""
    sentences = open_sentences(language)
    is_red = np.array([red for _, red in sentences])
    clean, noisy = np.zeros(len(sentences)), np.zeros(len(sentences))
    chance = random.Random(3)
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(is_red, is_red):
        ids = set(seen.tolist())
        examples = [example for example in known if example.source in ids] + own
        judge = _with(words, learn(examples, [rows[id(example)] for example in examples], how))
        for place in unseen:
            text = sentences[place][0]
            for scores, said in ((clean, text), (noisy, mishear(text, language, NOISE_RATE, chance))):
                scores[place] = weigh_lines(said, listen_anew(said, int(place), judge, heard), judge).score
    border = float(np.quantile(clean[~is_red], 1 - FALSE_REDS))
    for name, scores in (("clean", clean), ("noisy", noisy)):
        recall, false = (scores[is_red] > border).mean(), (scores[~is_red] > border).mean()
        print(f"{language} {name}: recall {recall:.3f}, false reds {false:.3f}")
    return -border


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
