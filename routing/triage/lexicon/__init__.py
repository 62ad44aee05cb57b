"""The words that decide, as data beside this file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from core.models import Category


@dataclass(frozen=True)
class Negations:
    """What denies the word that it stands right before."""

    words: tuple[str, ...] = ()
    not_at_the_end_of: tuple[str, ...] = ()
    between: frozenset[str] = frozenset()
    """Words (of a language that has spaces) that may stand between the two."""


@dataclass(frozen=True)
class Lexicon:
    """One language's words; each group has the name that is shown as the reason."""

    red: dict[str, tuple[str, ...]]
    yellow: dict[str, tuple[str, ...]]
    categories: dict[Category, tuple[str, ...]]
    negations: Negations
    needs: frozenset[str]
    """Groups of which to have none is the danger itself (“no insulin”): nothing denies them."""
    districts: dict[str, tuple[str, ...]]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language, `zh` or `en`."""
    words = _read(f"{language}.toml")
    return Lexicon(
        red={why: tuple(group) for why, group in words["red"].items()},
        yellow={why: tuple(group) for why, group in words["yellow"].items()},
        categories={Category(name): tuple(entry["words"]) for name, entry in words["category"].items()},
        negations=Negations(
            words=tuple(words["negations"]),
            not_at_the_end_of=tuple(words["not_negations"]),
            between=frozenset(words.get("between", ())),
        ),
        needs=frozenset(words["needs"]),
        districts={entry["name"]: tuple(entry[language]) for entry in _read("places.toml")["district"]},
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))
