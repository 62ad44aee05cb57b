"""Speaks the proof set and the demo's callers, each a WAV with its text beside it, and checks what vosk hears."""

import random
import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.tiny_model import espeak, language, line, listen, wav
from tools.tiny_model.language import Language, words_of

LEVEL, NOISE, QUIET_SECONDS = -20.0, -55.0, 5
PROOF_SIZE = 20
SPEED, PITCHES = 165, {"f3": 55, "m4": 45, "m6": 40, "klatt": 45}


def recording(lang: Language, text: str, variant: str, pause: float, seed: int) -> NDArray[np.int16]:
    """The text in a calm voice over a faint hiss, silence before and after; without a text only the hiss."""
    rng, hiss = random.Random(seed), np.random.default_rng(seed)
    speech = np.zeros(QUIET_SECONDS * line.RATE)
    if text:
        voice = espeak.Voice(f"{lang.voice}+{variant}", SPEED, PITCHES[variant])
        clean = line.telephone_rate(espeak.speak("".join(lang.spell(text.split(), rng)), voice).samples, espeak.RATE)
        speech = np.pad(line.at_level(clean, LEVEL), int(pause * line.RATE))
    return line.mu_law(speech + line.at_level(line.noise(hiss, len(speech)), NOISE))


def save(path: Path, samples: NDArray[np.int16], text: str) -> None:
    wav.write(path, samples)
    path.with_suffix(".txt").write_text(" ".join(words_of(text.split())) + "\n", encoding="utf-8")


def speak_proof(out: Path) -> None:
    """The first kept-back sentences of each language, the kept-back voices taking turns."""
    for lang in map(language.load, language.CODES):
        for number, text in enumerate(lang.held_out[:PROOF_SIZE]):
            variant = lang.held_out_voices[number % len(lang.held_out_voices)]
            save(out / lang.code / f"{number:02}.wav", recording(lang, text, variant, 0.25, number), text)


def speak_callers(out: Path) -> None:
    languages = {code: language.load(code) for code in language.CODES}
    for number, (name, caller) in enumerate(_callers().items()):
        samples = recording(languages[caller["language"]], caller["says"], caller["variant"], 0.5, number)
        save(out / f"{name}.wav", samples, caller["says"])


def check(folder: Path, models: Path) -> None:
    """Prints a table of what was said, what vosk hears and how sure it is of its least sure word."""
    loaded = {code: listen.load(models / code) for code in language.CODES}
    for path in sorted(folder.rglob("*.wav")):
        said = path.with_suffix(".txt").read_text(encoding="utf-8").split()
        codes = [code for code in language.CODES if code in (path.stem[:2], path.parent.name)] or language.CODES
        for code in codes:
            heard = listen.transcribe(loaded[code], wav.read(path))
            words, least = [word["word"] for word in heard], min((word["conf"] for word in heard), default=1.0)
            verdict = "right" if words == said else f"said: {' '.join(said)}"
            print(f"| {path.relative_to(folder)} | {code} | {' '.join(words)} | {least:.2f} | {verdict} |")


def _callers() -> dict[str, dict[str, str]]:
    return tomllib.loads((language.HERE / "callers.toml").read_text(encoding="utf-8"))
