"""Makes the training speech: sentences, word salads, foreign words and bare noise, each with its phones in time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model import espeak, line
from tools.tiny_model.language import PAUSE, UNKNOWN, Language

SILENCE, STRANGE = "SIL", "SPN"
VARIANTS = ("m1", "m2", "m3", "m5", "m7", "m8", "f1", "f2", "f4", "f5", "adam", "steph", "belinda", "david")
JOINS = frozenset({";", "r-"})
MARKS = "',.%=|"
TONES = "0123456789" + MARKS


@dataclass(frozen=True)
class Phone:
    """A phone of one word of the utterance, from a time in seconds on."""

    name: str
    word: int | None
    start: float


@dataclass(frozen=True)
class Utterance:
    """Telephone speech, the words in it (UNKNOWN for strangers) and the phones, silence included, in time order."""

    samples: NDArray[np.int16]
    words: Sequence[str]
    phones: Sequence[Phone]


def random_voice(base: str, variants: Sequence[str], rng: random.Random) -> espeak.Voice:
    return espeak.Voice(
        f"{base}+{rng.choice(variants)}",
        rng.randint(120, 220),
        rng.randint(20, 85),
        rng.randint(20, 90),
        rng.choice([0, 0, 0, 1, 3]),
    )


def text_tokens(language: Language, rng: random.Random) -> list[str]:
    """The words of the next utterance: a sentence or a salad, some with strangers mixed in."""
    dice = rng.random()
    salad = dice < 0.28 or 0.73 <= dice < 0.82
    tokens = rng.sample(list(language.spellings), rng.randint(1, 7)) if salad else language.sentence(rng)
    if dice >= 0.73:
        for _ in range(rng.randint(1, 3)):
            tokens.insert(rng.randint(0, len(tokens)), rng.choice(language.strangers))
    return tokens


def with_pauses(tokens: Sequence[str], rng: random.Random) -> list[str]:
    """The tokens with some pauses dropped and some new ones put in."""
    heard = [token for token in tokens if token != PAUSE or rng.random() < 0.75]
    return [part for token in heard for part in ([token, PAUSE] if token != PAUSE and rng.random() < 0.05 else [token])]


def recite(tokens: Sequence[str], language: Language, voice: espeak.Voice, rng: random.Random) -> Utterance | None:
    """Clean 8 kHz speech with alignment between random silences; None when espeak swallowed a word."""
    text, starts, words = "", [], []
    for token, spelling in zip(tokens, language.spell(tokens, rng), strict=True):
        if token != PAUSE:
            starts.append(len(text))
            words.append(token if token in language.spellings else UNKNOWN)
        text += spelling
    spoken = espeak.speak(text, voice)
    phones = _align(spoken, starts, words)
    if len({phone.word for phone in phones} - {None}) < len(words):
        return None
    lead, tail = (int(line.RATE * rng.uniform(0.15, 0.7)) for _ in range(2))
    samples = np.pad(line.telephone_rate(spoken.samples, espeak.RATE), (lead, tail))
    shift = lead / line.RATE
    moved = [Phone(phone.name, phone.word, phone.start + shift) for phone in phones]
    end = Phone(SILENCE, None, len(spoken.samples) / espeak.RATE + shift)
    scaled = np.asarray(samples * line.FULL_SCALE, np.int16)
    return Utterance(scaled, words, [Phone(SILENCE, None, 0.0), *moved, end])


def bare(mnemonic: str) -> str:
    """Without stress and tone; a digit in front is no tone but a vowel of its own ("0" in "not", "3:" in "her")."""
    kept = mnemonic.lstrip(MARKS)
    return kept[:1] + kept[1:].rstrip(TONES)


def _align(spoken: espeak.Spoken, starts: Sequence[int], words: Sequence[str]) -> list[Phone]:
    """The phones with the index of their word; a silence is nobody's, and a run of silences is one."""
    phones = [Phone(SILENCE, None, 0.0)]
    for mnemonic, second, character in spoken.phones:
        name = bare(mnemonic)
        if mnemonic in JOINS or (name and character not in starts):
            continue
        if not name.strip("_:|"):
            phones += [Phone(SILENCE, None, second)] if phones[-1].name != SILENCE else []
        else:
            word = starts.index(character)
            phones.append(Phone(STRANGE if words[word] == UNKNOWN else name, word, second))
    return phones


def _pitches(rng: np.random.Generator) -> list[float]:
    """The frequencies of a mains hum or of one to three tones."""
    if rng.random() < 0.3:
        mains = float(rng.choice([50.0, 60.0]))
        return [mains * overtone for overtone in (1, 3, 5)[: int(rng.integers(1, 4))]]
    return [float(pitch) for pitch in np.exp(rng.uniform(np.log(80), np.log(3400), int(rng.integers(1, 4))))]


def bare_noise(rng: np.random.Generator) -> Utterance:
    """Nothing said: noise of any kind, tones, or (almost) digital silence."""
    length = line.RATE * int(rng.integers(2, 5))
    wave = line.noise(rng, length)
    if rng.random() < 0.5:
        wave = wave * rng.choice([0.0, 0.0, 0.01, 0.1, 0.5]) + line.tones(rng, length, _pitches(rng))
    wave *= np.repeat(rng.choice([1.0, 1.0, 0.3, 0.05], length // 800), 800)[:length] if rng.random() < 0.3 else 1.0
    if rng.random() < 0.1:
        wave *= 0.0
    return Utterance(line.mu_law(line.at_level(wave, rng.uniform(-75, -12))), [], [Phone(SILENCE, None, 0.0)])


def training(language: Language, other: Language, count: int, seed: int) -> Iterator[Utterance]:
    """Yields the whole training speech of a language; the other language's sentences count as strangers."""
    rng, noises = random.Random(seed), np.random.default_rng(seed)
    made = 0
    while made < count:
        if rng.random() < 0.09:
            utterance: Utterance | None = bare_noise(noises)
        else:
            foreign = rng.random() < 0.05
            tokens = with_pauses(other.sentence(rng) if foreign else text_tokens(language, rng), rng)
            speaker = random_voice((other if foreign else language).voice, VARIANTS, rng)
            utterance = (
                recite_foreign(tokens, other, speaker, rng) if foreign else recite(tokens, language, speaker, rng)
            )
            if utterance:
                heard = line.on_the_line(utterance.samples / line.FULL_SCALE, noises)
                utterance = Utterance(heard, utterance.words, utterance.phones)
        if utterance:
            made += 1
            yield utterance


def recite_foreign(tokens: Sequence[str], other: Language, voice: espeak.Voice, rng: random.Random) -> Utterance | None:
    utterance = recite(tokens, other, voice, rng)
    if utterance is None:
        return None
    phones = [
        Phone(STRANGE if phone.word is not None else SILENCE, phone.word, phone.start) for phone in utterance.phones
    ]
    return Utterance(utterance.samples, [UNKNOWN] * len(utterance.words), phones)
