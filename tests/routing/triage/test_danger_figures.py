"""How many dangers are heard and how many look-alikes are taken for one: counts only, over both halves of the lists.

The kept half was not looked at while the words were gathered and the weights learned; its figures are the ones told.
"""

import csv
import random
from pathlib import Path

import pytest

from core.models import Urgency
from routing.triage import triage
from routing.triage.mishearing import mishear

LISTS = Path(__file__).parent.parent / "danger_sentences"
NOISE_RATE = 0.25


def _share_red(name, language, half, rate=0.0):
    chance = random.Random(11)
    with (LISTS / f"{name}_{language}.csv").open(encoding="utf-8", newline="") as lines:
        texts = [row["text"] for row in csv.DictReader(lines) if row["half"] == half]
    said = [mishear(text, language, rate, chance) if rate else text for text in texts]
    return sum(triage(text, language).urgency is Urgency.RED for text in said) / len(said)


# half, language: recall and false reds as written, then misheard at 25 %
FIGURES = {
    ("open", "zh"): (0.99, 0.01, 0.98, 0.02),
    ("open", "en"): (0.99, 0.02, 0.98, 0.04),
    ("kept", "zh"): (0.96, 0.07, 0.93, 0.07),
    ("kept", "en"): (0.97, 0.07, 0.94, 0.08),
}


@pytest.mark.parametrize(("half", "language"), FIGURES)
def test_dangers_are_heard_and_look_alikes_let_be(half, language):
    recall, false_reds, noisy_recall, noisy_false_reds = FIGURES[half, language]
    assert _share_red("dangers", language, half) >= recall
    assert _share_red("lookalikes", language, half) <= false_reds
    assert _share_red("dangers", language, half, NOISE_RATE) >= noisy_recall
    assert _share_red("lookalikes", language, half, NOISE_RATE) <= noisy_false_reds
