"""Measures a miniature through vosk on voices and sentences that it was never trained on."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model import corpus, language, line, listen
from tools.tiny_model.language import Language, words_of

SEED, TRIES = 7, 20
Sample = tuple[Sequence[str], NDArray[np.int16]]


def spoken(lang: Language, tokens: Sequence[str], variants: Sequence[str], rng: random.Random) -> corpus.Utterance:
    """One utterance in a random voice of the variants; tries again where espeak swallowed a word."""
    for _ in range(TRIES):
        voice = corpus.random_voice(lang.voice, variants, rng)
        if utterance := corpus.recite(tokens, lang, voice, rng):
            return utterance
    raise ValueError(f"espeak never says all words of: {' '.join(tokens)}")


def on_the_line(lang: Language, texts: Iterator[Sequence[str]], variants: Sequence[str]) -> Iterator[Sample]:
    rng, noises = random.Random(SEED), np.random.default_rng(SEED)
    for tokens in texts:
        utterance = spoken(lang, tokens, variants, rng)
        yield words_of(tokens), line.on_the_line(utterance.samples / line.FULL_SCALE, noises)


def held_out(lang: Language, rounds: int) -> Iterator[Sequence[str]]:
    return (sentence.split() for _ in range(rounds) for sentence in lang.held_out)


def sentences(lang: Language, count: int) -> Iterator[Sequence[str]]:
    rng = random.Random(SEED)
    return (lang.sentence(rng) for _ in range(count))


def salads(lang: Language, count: int) -> Iterator[Sequence[str]]:
    rng = random.Random(SEED)
    return (rng.sample(list(lang.spellings), 5) for _ in range(count))


def right(model: Any, samples: Iterator[Sample], show: Callable[[str], None] | None = None) -> tuple[float, int]:
    """The share of words right (1 - word error rate), and how many words were said."""
    wrong = total = 0
    for said, wave in samples:
        heard = [word["word"] for word in listen.transcribe(model, wave)]
        missed = listen.errors(said, heard)
        wrong, total = wrong + missed, total + len(said)
        if missed and show:
            show(f"    said  {' '.join(said)}\n    heard {' '.join(heard)}")
    return 1 - wrong / total, total


def nothing_said(model: Any) -> int:
    """Words heard in ten seconds each of silence, noises and tones at several levels; there should be none."""
    rng, length, heard = np.random.default_rng(SEED), 10 * line.RATE, 0
    waves = [np.zeros(length), *(line.noise(rng, length) for _ in range(8))]
    waves += [
        line.tones(rng, length, list(frequencies)) for frequencies in ((440.0,), (350.0, 440.0), (425.0,), (1000.0,))
    ]
    for wave in waves:
        for level in (-60, -40, -20):
            heard += len(listen.transcribe(model, line.mu_law(line.at_level(wave, level))))
    return heard


def report(code: str, models: Path, show: Callable[[str], None] | None) -> None:
    lang, model = language.load(code), listen.load(models / code)
    kept, known = lang.held_out_voices, corpus.VARIANTS
    for title, texts, variants in (
        ("held-out voices, held-out sentences", held_out(lang, 8), kept),
        ("held-out voices, template sentences", sentences(lang, 200), kept),
        ("held-out voices, random words", salads(lang, 100), kept),
        ("training voices, held-out sentences", held_out(lang, 4), known),
    ):
        share, total = right(model, on_the_line(lang, texts, variants), show)
        print(f"| {code} | {title} | {total} | {100 * share:.1f} % |", flush=True)
    for variant in kept:
        share, total = right(model, on_the_line(lang, held_out(lang, 3), [variant]))
        print(f"| {code} | voice {variant} alone, held-out sentences | {total} | {100 * share:.1f} % |", flush=True)
    print(f"| {code} | words heard in 390 s of noise, tones and silence | 0 | {nothing_said(model)} |", flush=True)
