"""The words that decide, as data beside this file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from core.models import Category


@dataclass(frozen=True)
class Lexicon:
    """One language's words; each group has the name that is shown as the reason."""

    red: dict[str, tuple[str, ...]]
    yellow: dict[str, tuple[str, ...]]
    categories: dict[Category, tuple[str, ...]]
    negations: tuple[str, ...]
    districts: dict[str, tuple[str, ...]]


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language, `zh` or `en`."""
    words = _read(f"{language}.toml")
    return Lexicon(
        red={why: tuple(group) for why, group in words["red"].items()},
        yellow={why: tuple(group) for why, group in words["yellow"].items()},
        categories={Category(name): tuple(entry["words"]) for name, entry in words["category"].items()},
        negations=tuple(words["negations"]),
        districts={entry["name"]: tuple(entry[language]) for entry in _read("places.toml")["district"]},
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))
