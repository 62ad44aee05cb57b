"""The sentences that the weights are learned from: ours beside this file, and the open half of the tests' lists."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from routing.triage.mishearing import mishear

HERE = Path(__file__).parent
LISTS = HERE.parent.parent / "tests" / "routing" / "danger_sentences"
NOISE_RATE = 0.25


@dataclass(frozen=True)
class Example:
    """A sentence, whether it is red, and the sentence that it is a mishearing of."""

    text: str
    is_red: bool
    source: int


def own_by_topic(language: str) -> list[tuple[str, bool, str]]:
    """Return the sentences written for learning, with the topic that each stands under (`# heart`) or none."""
    found = []
    for name, is_red in (("red", True), ("pressing", False), ("calm", False)):
        topic = ""
        for line in (HERE / f"{name}_{language}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                topic = line.removeprefix("#").strip()
            elif line.strip():
                found.append((line.strip(), is_red, topic))
    return found


def open_sentences(language: str) -> list[tuple[str, bool]]:
    """Return the open half of the tests' lists; the kept half is never read here."""
    found = []
    for name, is_red in (("dangers", True), ("lookalikes", False)):
        with (LISTS / f"{name}_{language}.csv").open(encoding="utf-8", newline="") as lines:
            found += [(row["text"], is_red) for row in csv.DictReader(lines) if row["half"] == "open"]
    return found


def with_mishearings(
    sentences: list[tuple[str, bool]], language: str, times: int, seed: int, first: int = 0
) -> list[Example]:
    """Return each sentence as written and, `times` times, as a poor recogniser would hear it."""
    chance = random.Random(seed)
    found = []
    for source, (text, is_red) in enumerate(sentences, start=first):
        found.append(Example(text, is_red, source))
        found += [Example(mishear(text, language, NOISE_RATE, chance), is_red, source) for _ in range(times)]
    return found
