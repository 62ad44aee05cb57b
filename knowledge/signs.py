"""What speaks for an article being the answer, as numbers from 0 to 1; pure, it draws no conclusion.

A score alone tells an answerable question from an unanswerable one hardly better than chance: rare words make it high
for either. So these look at what was left unexplained, on both sides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.channels import TELLING, Unit, told
from knowledge.index import Index
from knowledge.ranking import Question, Ranked
from knowledge.reach import is_city_wide
from knowledge.section import attainable

_BY_SOUND_ONLY = 0.8
"""What a word counts that was found by its sound but not as it is written."""

_BY_CHANCE = 0.3
"""The part of what the question itself would score that an article may reach with no bearing on it.

So an article that has no rivals, as in a small collection, is not ahead of nothing.
"""

_NEXT = 2
"""Articles after the first that are compared word by word."""

_MUCH = 10
"""Telling units from which a question is long enough."""


@dataclass(frozen=True)
class Signs:
    """What speaks for one article."""

    attained: float
    """Its score as a part of what the question itself would score."""
    lead: float
    """The part of its score by which the next article of its reach, or chance, falls behind; below 0 if none does."""
    covered: float
    """The share of what the question tells, rare words counting more, that the article has, as written or as heard."""
    mirrored: float
    """The share of what the article's best question or phrasing tells that the caller said."""
    same: float
    """How near it comes to telling just what the question tells, no less and no more."""
    apart: float
    """How much nearer it comes to that than the next articles."""
    length: float
    """How much the question tells: few words fit many articles by chance."""
    meant: float
    """How near the two are in meaning, where a sentence model is installed; else 0."""


def signs_of(hit: Ranked, ranked: Sequence[Ranked], question: Question, index: Index) -> Signs:
    """Return the signs for one of the articles ranked; `ranked` are the first ten or so."""
    said = told(question.text, question.language)
    whole = attainable(question.terms, question.language, index.statistics)
    same = _same(hit, said, index)
    return Signs(
        attained=_part(hit.by_words, whole),
        lead=max(min(_lead(hit, ranked), 1 - _BY_CHANCE * whole / hit.by_words), -1),
        covered=_covered(hit, said, index),
        mirrored=max(_mirrored(text, said, index) for text in _texts(hit)),
        same=same,
        apart=same - max((_same(one, said, index) for one in _rivals(hit, ranked)[:_NEXT]), default=0),
        length=min(len(said) / _MUCH, 1),
        meant=hit.meant,
    )


def _part(some: float, whole: float) -> float:
    return min(some / whole, 1) if whole else 0


def _texts(hit: Ranked) -> list[tuple[Unit, ...]]:
    return [told(text, hit.article.language) for text in (hit.article.question, *hit.article.phrasings)]


def _rivals(hit: Ranked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the other articles; a district's version of a city's article is no rival of it."""
    city_wide = is_city_wide(hit.article)
    return [one for one in ranked if one is not hit and is_city_wide(one.article) == city_wide]


def _lead(hit: Ranked, ranked: Sequence[Ranked]) -> float:
    return 1 - max((one.score for one in _rivals(hit, ranked)), default=0) / hit.score


def _same(hit: Ranked, said: tuple[Unit, ...], index: Index) -> float:
    return max(_mirrored(text, said, index) * _mirrored(said, text, index) for text in _texts(hit))


def _covered(hit: Ranked, said: tuple[Unit, ...], index: Index) -> float:
    rows = hit.section.rows(hit.number)
    as_written, as_heard = (hit.section.postings[kind] for kind in TELLING[index.language])
    found = whole = 0.0
    for (written, heard), weight in zip(said, _rarities(said, index), strict=True):
        whole += weight
        if as_written.has(written, rows):
            found += weight
        elif as_heard.has(heard, rows):
            found += weight * _BY_SOUND_ONLY
    return _part(found, whole)


def _mirrored(text: tuple[Unit, ...], said: tuple[Unit, ...], index: Index) -> float:
    all_written, all_heard = ({unit[side] for unit in said} for side in (0, 1))
    found = whole = 0.0
    for (written, heard), weight in zip(text, _rarities(text, index), strict=True):
        whole += weight
        found += weight * (1 if written in all_written else _BY_SOUND_ONLY if heard and heard in all_heard else 0)
    return _part(found, whole)


def _rarities(said: tuple[Unit, ...], index: Index) -> Iterator[float]:
    """Yield how telling each unit is; a misheard character may be rare, its sound is not."""
    as_written, as_heard = (index.statistics[kind] for kind in TELLING[index.language])
    for written, heard in said:
        yield min(as_written.rarity(written), as_heard.rarity(heard))
