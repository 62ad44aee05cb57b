"""Holds articles ready for search: every question and phrasing weighed by BM25; pure, it decides nothing.

Our own BM25 and not bm25s: the best document per article, the district filter and the share of a question that was
covered all need the weight of each term, which that library sums up inside; a city's few thousand short texts need no arrays.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log

from knowledge.articles import Article, Language
from knowledge.words import terms

# Robertson & Zaragoza (2009). Saturation and length weigh little here: questions hardly repeat a word.
_K1 = 1.2
_B = 0.4


@dataclass(frozen=True)
class Index:
    """Articles of one language with the weight of every term in each of their documents."""

    language: Language
    articles: tuple[Article, ...]
    owners: tuple[int, ...]
    """Document number → number of the article it belongs to."""
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    """Term → (document number, BM25 weight)."""
    rarity: Mapping[str, float]
    """Term → how telling it is (inverse frequency over articles, not over their phrasings)."""
    rarity_unseen: float


@lru_cache(maxsize=8)
def build_index(articles: tuple[Article, ...], language: Language) -> Index:
    """Return the index of those of the articles that are in this language; the same articles are indexed once."""
    chosen = tuple(article for article in articles if article.language == language)
    documents = [(owner, Counter(terms(text, language))) for owner, article in enumerate(chosen) for text in _texts(article)]
    rarity = _rarity(documents, len(chosen))
    return Index(
        language=language,
        articles=chosen,
        owners=tuple(owner for owner, _ in documents),
        weights=_weights([counts for _, counts in documents], rarity),
        rarity=rarity,
        rarity_unseen=_inverse_frequency(0, len(chosen)),
    )


def _texts(article: Article) -> Iterable[str]:
    return (article.question, *article.phrasings)


def _rarity(documents: list[tuple[int, Counter[str]]], article_count: int) -> dict[str, float]:
    spread = Counter(term for term, _ in {(term, owner) for owner, counts in documents for term in counts})
    return {term: _inverse_frequency(found, article_count) for term, found in spread.items()}


def _inverse_frequency(found: int, total: int) -> float:
    return log(1 + (total - found + 0.5) / (found + 0.5))


def _weights(documents: list[Counter[str]], rarity: Mapping[str, float]) -> dict[str, tuple[tuple[int, float], ...]]:
    mean_length = sum(counts.total() for counts in documents) / max(len(documents), 1)
    weights: dict[str, list[tuple[int, float]]] = {}
    for number, counts in enumerate(documents):
        damping = _K1 * (1 - _B + _B * counts.total() / max(mean_length, 1))
        for term, count in counts.items():
            weights.setdefault(term, []).append((number, rarity[term] * count * (_K1 + 1) / (count + damping)))
    return {term: tuple(pairs) for term, pairs in weights.items()}
