"""What the screens say, one table a language; every key is in every table."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from core.settings import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def table(language: str) -> Mapping[str, str]:
    """Return all words of a language by their dotted key, e.g. `queue.waiting`."""
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(text)))


def known_language(asked: str | None) -> Language | None:
    """Return the language that was asked for, if there is a table for it."""
    return next((language for language in LANGUAGES if language == asked), None)


def say(language: str, key: str, **values: Any) -> str:
    """Return one text with its values put in."""
    return table(language)[key].format(**values)


def say_if_known(language: str, key: str, otherwise: str) -> str:
    """Return one text, or something else when the table has no such key (words that another room made up)."""
    return table(language).get(key, otherwise)


def _flat(tree: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{before}{key}"
        pairs += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return pairs
