"""The committed miniatures are real Vosk models, which hear voices and sentences they were never taught."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
import vosk

RATE, PACKET = 8000, 160
HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
MODELS = REPOSITORY / "asr" / "miniature_models"
CALLERS = REPOSITORY / "simulator" / "callers"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def code(request):
    return request.param


@pytest.fixture(scope="module")
def model(code):
    vosk.SetLogLevel(-1)
    return vosk.Model(str(MODELS / code))


def heard(model, samples):
    recognizer = vosk.KaldiRecognizer(model, RATE)
    recognizer.SetWords(True)
    packets = [samples[start : start + PACKET].tobytes() for start in range(0, len(samples), PACKET)]
    results = [recognizer.Result() for packet in packets if recognizer.AcceptWaveform(packet)]
    return [word for result in [*results, recognizer.FinalResult()] for word in json.loads(result).get("result", [])]


def recorded(path):
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    return samples


def said(path):
    return path.with_suffix(".txt").read_text(encoding="utf-8").split()


def distance(first, second):
    row = list(range(len(second) + 1))
    for index, word in enumerate(first, 1):
        above, row = row, [index]
        for column, other in enumerate(second, 1):
            row.append(min(above[column - 1] + (word != other), above[column] + 1, row[-1] + 1))
    return row[-1]


def proof_set(code):
    return sorted((HERE / "held_out" / code).glob("*.wav"))


def nothing_said(kind, level):
    length, rng = 10 * RATE, np.random.default_rng(1)
    time = np.arange(length) / RATE
    waves = {
        "hiss": rng.standard_normal(length),
        "rumble": np.cumsum(rng.standard_normal(length)) % 50 - 25,
        "hum": np.sin(2 * np.pi * 50 * time) + np.sin(2 * np.pi * 150 * time),
        "dial tone": np.sin(2 * np.pi * 450 * time),
        "silence": np.zeros(length),
    }
    peak = max(float(np.abs(waves[kind]).max()), 1.0)
    faint = 5 * rng.standard_normal(length) if kind == "hum" else 0.0
    return (waves[kind] / peak * 32767 * 10 ** (level / 20) + faint).astype(np.int16)


def test_at_least_97_of_100_words_are_heard_right(model, code):
    files = proof_set(code)
    assert len(files) == 20
    wrong = sum(distance(said(path), [word["word"] for word in heard(model, recorded(path))]) for path in files)
    assert wrong <= 0.03 * sum(len(said(path)) for path in files)


def test_every_word_has_a_confidence_and_the_times_run_forward(model, code):
    for path in proof_set(code):
        samples = recorded(path)
        words = heard(model, samples)
        assert all(0 < word["conf"] <= 1.0001 for word in words)
        times = [time for word in words for time in (word["start"], word["end"])]
        assert times == sorted(times)
        assert all(word["start"] < word["end"] for word in words)
        assert times[-1] <= len(samples) / RATE


@pytest.mark.parametrize("kind", ["hiss", "rumble", "hum", "dial tone", "silence"])
@pytest.mark.parametrize("level", [-20, -45])
def test_no_word_is_heard_where_nothing_is_said(model, kind, level):
    assert heard(model, nothing_said(kind, level)) == []


def test_no_word_is_heard_in_a_loud_hum_of_mathematical_purity(model):
    time = np.arange(10 * RATE) / RATE
    hum = np.sin(2 * np.pi * 50 * time) + np.sin(2 * np.pi * 150 * time)
    assert heard(model, (hum / 2 * 0.1 * 32767).astype(np.int16)) == []


def test_the_proof_set_says_only_known_words_in_new_sentences(model, code):
    vocabulary = {word for path in proof_set(code) for word in said(path)}
    assert [word for word in vocabulary if model.vosk_model_find_word(word) < 0] == []


def test_a_demo_caller_is_understood(model, code):
    for path in sorted(CALLERS.glob(f"{code}_*.wav")):
        assert (path.name, [word["word"] for word in heard(model, recorded(path))]) == (path.name, said(path))


def test_the_silent_caller_says_nothing(model):
    assert heard(model, recorded(CALLERS / "silence.wav")) == []


def test_a_miniature_is_small_and_says_what_it_is(code):
    folder = MODELS / code
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) <= 1_000_000
    assert "test fixture" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_miniature_knows_100_to_150_words(code):
    lines = (MODELS / code / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in lines if not re.match(r"[<\[]", line)]
    assert 100 <= len(words) <= 150
