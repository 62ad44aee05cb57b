"""Tells why an article was found: what a question has in common with it; pure, for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from core.settings import Language
from knowledge.articles import Article
from knowledge.channels import Unit, told


@dataclass(frozen=True)
class Shared:
    """What a question has in common with an article."""

    written: tuple[str, ...]
    heard: tuple[str, ...]
    """What only sounds alike, as it is written in the question."""


def in_common(article: Article, question: str, language: Language) -> Shared:
    """Return what the telling part of a question has in common with an article's question, phrasings and answer."""
    known = [unit for text in (article.question, *article.phrasings, article.answer) for unit in told(text, language)]
    written = {unit[0] for unit in known}
    heard = {unit[1] for unit in known if unit[1]}
    asked = told(question, language)
    return Shared(
        written=_runs(asked, {unit for unit in asked if unit[0] in written}, language),
        heard=_runs(asked, {unit for unit in asked if unit[0] not in written and unit[1] in heard}, language),
    )


def _runs(asked: tuple[Unit, ...], chosen: set[Unit], language: Language) -> tuple[str, ...]:
    """Return the chosen units, each once; Chinese characters that follow each other as one."""
    return tuple(dict.fromkeys(_run(asked, chosen, language)))


def _run(asked: tuple[Unit, ...], chosen: set[Unit], language: Language) -> Iterator[str]:
    for is_chosen, run in groupby(asked, lambda unit: unit in chosen):
        if is_chosen:
            words = [unit[0] for unit in run]
            yield from ["".join(words)] if language == "zh" else words
