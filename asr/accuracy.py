"""How far a recognised text is from what was said: alignments, error rates, and which sounds are mistaken; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from core.phonetics import english_code, syllables
from core.settings import Language

Pair = tuple[str | None, str | None]
"""What was said and what was heard for it; None where one of them is nothing."""

_UNITS = {"zh": re.compile(r"[\u3400-\u9fff]|[a-z0-9]+"), "en": re.compile(r"[a-z0-9']+")}


@dataclass(frozen=True)
class Errors:
    """Counts of one or many texts, in the language's units: characters of Mandarin (CER), words of English (WER)."""

    said: int = 0
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(
            self.said + other.said,
            self.substituted + other.substituted,
            self.deleted + other.deleted,
            self.inserted + other.inserted,
        )

    @property
    def rate(self) -> float:
        """Errors for each unit said: 0 is perfect, and it may be over 1; of nothing said, 1 if anything was heard."""
        wrong = self.substituted + self.deleted + self.inserted
        return wrong / self.said if self.said else float(wrong > 0)


def units(text: str, language: Language) -> list[str]:
    """Return what is counted: Mandarin by characters, English by words; case and punctuation don't count."""
    return _UNITS[language].findall(text.lower().replace("’", "'"))


def align(said: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return the cheapest alignment, in order; substitution, deletion and insertion cost 1 each."""
    pairs: list[Pair] = []
    for step in Levenshtein.opcodes(said, heard):
        of_said: Sequence[str | None] = said[step.src_start : step.src_end]
        of_heard: Sequence[str | None] = heard[step.dest_start : step.dest_end]
        nothing = [None] * abs(len(of_said) - len(of_heard))
        pairs += zip([*of_said, *nothing], [*of_heard, *nothing], strict=False)
    return pairs


def count(pairs: Iterable[Pair]) -> Errors:
    """Count the errors of an alignment."""
    kinds = Counter(
        "inserted" if said is None else "deleted" if heard is None else "right" if said == heard else "substituted"
        for said, heard in pairs
    )
    return Errors(
        said=kinds["right"] + kinds["substituted"] + kinds["deleted"],
        substituted=kinds["substituted"],
        deleted=kinds["deleted"],
        inserted=kinds["inserted"],
    )


def confusions(pairs: Iterable[Pair], language: Language) -> Counter[tuple[str, str]]:
    """Count which sound was taken for which other; a wrong character with the right sound is no confusion of sounds."""
    sounds = Counter((_sound(said, language), _sound(heard, language)) for said, heard in pairs if said and heard)
    return Counter({pair: times for pair, times in sounds.items() if pair[0] != pair[1]})


def _sound(unit: str, language: Language) -> str:
    sound = "".join(syllables(unit)) if language == "zh" else english_code(unit)
    return sound or unit
