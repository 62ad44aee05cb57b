"""The lexicon that this process judges by: the shipped one until a city's own is read from the database."""

from routing.triage.lexicon import Lexicon, lexicon

_IN_USE: dict[str, Lexicon] = {}


def lexicon_in_use(language: str) -> Lexicon:
    """Return the lexicon that this process judges by now."""
    return _IN_USE.get(language) or lexicon(language)


def use(words: Lexicon | None, language: str) -> None:
    """Judge by another lexicon from now on; None goes back to the shipped one."""
    if words is None:
        _IN_USE.pop(language, None)
    else:
        _IN_USE[language] = words
