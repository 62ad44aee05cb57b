"""Holds the articles of a language ready for search, and takes in what changed without reading the rest again."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.settings import Language
from knowledge.articles import Article
from knowledge.postings import Statistics
from knowledge.section import Section, build_section

_FEW = 20
"""One in so many articles may change before all are weighed anew."""


@dataclass(frozen=True)
class Index:
    """Articles of one language: a large section, and a small one of what changed since that was built."""

    language: Language
    articles: tuple[Article, ...]
    statistics: Mapping[str, Statistics]
    """By the kind of term."""
    base: Section
    changed: Section
    replaced: frozenset[int]
    """Numbers in `base` of articles that are no longer as they were."""


_newest: dict[Language, tuple[tuple[Article, ...], Index]] = {}


def build_index(articles: tuple[Article, ...], language: Language) -> Index:
    """Return the index of those of the articles that are in this language.

    The newest index of a language is remembered: for the same articles it is given again, for a few others it is
    brought up to date. Terms are then weighed as they were among the articles before.
    """
    given, newest = _newest.get(language, ((), None))
    if newest is not None and given is articles:
        return newest
    chosen = tuple(article for article in articles if article.language == language)
    if newest is None or newest.articles != chosen:
        newest = (newest and _brought_up_to_date(newest, chosen)) or new_index(chosen, language)
    _newest[language] = (articles, newest)
    return newest


def new_index(articles: tuple[Article, ...], language: Language) -> Index:
    """Return the index of articles that are all in this language, weighed among themselves."""
    base, statistics = build_section(articles, language)
    nothing, _ = build_section((), language, statistics)
    return Index(language, articles, statistics, base, nothing, frozenset())


def _brought_up_to_date(old: Index, articles: tuple[Article, ...]) -> Index | None:
    """Return the old index with what changed, or None if that is too much (or an article came twice)."""
    known: Mapping[str, Article] = {article.id: article for article in old.base.articles}
    now = {article.id: article for article in articles}
    fresh = tuple(article for article in articles if known.get(article.id) != article)
    replaced = frozenset(n for n, article in enumerate(old.base.articles) if now.get(article.id) != article)
    if (
        len(fresh) + len(replaced) > len(known) // _FEW
        or len(now) < len(articles)
        or len(known) < len(old.base.articles)
    ):
        return None
    changed, _ = build_section(fresh, old.language, old.statistics)
    return Index(old.language, articles, old.statistics, old.base, changed, replaced)
