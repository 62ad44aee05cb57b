"""Holds the lists of danger and of no danger to their promised form; it may not ask what triage makes of them.

The sentences were written from the trade's knowledge alone, by someone who had not seen the words which triage looks
for. Half of each kind is `open`, for work on those words; the other half is `kept`, and is only ever counted.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest
from rapidfuzz import fuzz

LISTS = Path(__file__).with_name("danger_sentences")
NAMES = ("dangers_zh", "lookalikes_zh", "dangers_en", "lookalikes_en")
AT_LEAST_SENTENCES = 300
SHORTEST, LONGEST = 4, 60  # characters in Chinese, words in English
TOO_ALIKE = 90


def _rows(name):
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        assert reader.fieldnames == ["id", "text", "kind", "half"]
        return list(reader)


def _length(name, text):
    return len(text.replace(" ", "")) if name.endswith("_zh") else len(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_each_list_is_long_enough_and_every_sentence_is_one_a_caller_could_say(name):
    rows = _rows(name)
    assert len(rows) >= AT_LEAST_SENTENCES
    assert [row["text"] for row in rows if not SHORTEST <= _length(name, row["text"]) <= LONGEST] == []
    assert [row["text"] for row in rows if row["text"] != " ".join(row["text"].split()) or not row["kind"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_half_open_and_half_kept(name):
    rows = _rows(name)
    halves = Counter((row["kind"], row["half"]) for row in rows)
    assert {half for _, half in halves} == {"open", "kept"}
    for kind in {row["kind"] for row in rows}:
        assert abs(halves[kind, "open"] - halves[kind, "kept"]) <= 1, kind
    assert abs(sum(1 if row["half"] == "open" else -1 for row in rows)) <= 1


def test_no_id_is_given_twice():
    ids = Counter(row["id"] for name in NAMES for row in _rows(name))
    assert [each for each, count in ids.items() if count > 1] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_another_with_a_word_swapped(language):
    texts = [row["text"].replace(" ", "") for kind in ("dangers", "lookalikes") for row in _rows(f"{kind}_{language}")]
    alike = [
        (first, second)
        for place, first in enumerate(texts)
        for second in texts[place + 1 :]
        if fuzz.ratio(first, second, score_cutoff=TOO_ALIKE) > TOO_ALIKE
    ]
    assert alike == []


def test_no_sentence_carries_a_telephone_number():
    assert [row["text"] for name in NAMES for row in _rows(name) if any(sign.isdigit() for sign in row["text"])] == []
