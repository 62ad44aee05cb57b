"""The sentences a caller hears, as data: one file a language, the same names in each."""

import tomllib
from functools import cache
from importlib import resources

from core.settings import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def prompt(name: str, language: Language, /, **values: str) -> str:
    """Return a sentence with its {names} filled in."""
    return sentences(language)[name].format(**values)


@cache
def sentences(language: Language) -> dict[str, str]:
    """Return all sentences of a language by name."""
    return tomllib.loads(resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
