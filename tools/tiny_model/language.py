"""Reads a language's vocabulary and sentence templates and makes random sentences of them."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CODES = ("zh", "en")
PAUSE = ","
APART = " | "
UNKNOWN = "[unk]"
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Language:
    """A miniature's world: its words with their spellings for espeak, what callers say, and the voices kept back."""

    code: str
    voice: str
    spellings: Mapping[str, Sequence[str]]
    slots: Mapping[str, Sequence[str]]
    templates: Mapping[str, Sequence[str]]
    strangers: Sequence[str]
    held_out: Sequence[str]
    held_out_voices: Sequence[str]

    def sentence(self, rng: random.Random) -> list[str]:
        """A random sentence, pauses included, that is none of those kept back."""
        while True:
            group = self.templates[rng.choice(list(self.templates))]
            tokens = tidy(self._expand(rng.choice(group), rng).split())
            if words_of(tokens) not in [words_of(sentence.split()) for sentence in self.held_out]:
                return tokens

    def spell(self, tokens: Sequence[str], rng: random.Random) -> list[str]:
        """Each token as espeak is to read it, ending so that espeak reads it apart ("out of" would become one word)."""
        return [rng.choice(self.spellings.get(token, [token])) + (" " if token == PAUSE else APART) for token in tokens]

    def _expand(self, template: str, rng: random.Random) -> str:
        return SLOT.sub(lambda match: self._expand(rng.choice(self.slots[match[1]]), rng), template)

    def unknown_words(self) -> set[str]:
        """Words of the templates and kept-back sentences which the vocabulary lacks; must be empty."""
        texts = [
            *self.held_out,
            *(text for part in (self.slots, self.templates) for group in part.values() for text in group),
        ]
        return {word for text in texts for word in SLOT.sub("", text).split()} - set(self.spellings) - {PAUSE}


def words_of(tokens: Sequence[str]) -> list[str]:
    return [token for token in tokens if token != PAUSE]


def tidy(tokens: Sequence[str]) -> list[str]:
    """Without pauses at either end or one after another."""
    kept: list[str] = []
    for token in tokens:
        if token != PAUSE or (kept and kept[-1] != PAUSE):
            kept.append(token)
    return kept[:-1] if kept and kept[-1] == PAUSE else kept


def load(code: str) -> Language:
    data = tomllib.loads((HERE / f"{code}.toml").read_text(encoding="utf-8"))
    spellings = {word: [word] for word in data.get("plain_words", "").split()}
    spellings |= {word: spelling.split("/") for word, spelling in data.get("words", {}).items()}
    language = Language(
        code,
        data["voice"],
        spellings,
        data["slots"],
        data["sentences"],
        data["strangers"]["words"],
        data["held_out"]["sentences"],
        data["held_out_voices"],
    )
    if missing := language.unknown_words():
        raise ValueError(f"{code}.toml uses words it does not define: {' '.join(sorted(missing))}")
    return language
