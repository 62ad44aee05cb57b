"""Holds articles ready for search: every question and phrasing weighed by BM25; pure, it decides nothing.

Our own BM25 and not bm25s: the best document of each article and the share of a question that was covered need the
weight of single terms, which that library sums up inside; and a few thousand short texts need no arrays.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from core.settings import Language
from knowledge.articles import Article
from knowledge.words import terms

# Robertson & Zaragoza (2009). Saturation and length weigh little here: questions hardly repeat a word.
_K1 = 1.2
_B = 0.4

# A word of the question that only the answer mentions is a hint, not a match.
_ANSWER_SHARE = 0.3


@dataclass(frozen=True)
class Index:
    """Articles of one language with what their terms weigh; articles and documents are known by their number."""

    language: Language
    articles: tuple[Article, ...]
    owners: tuple[int, ...]
    """Of each document (a question or a phrasing) the article."""
    vocabularies: tuple[frozenset[str], ...]
    """Of each article all its terms."""
    weights: Mapping[str, Sequence[tuple[int, float]]]
    """Of each term (document, BM25 weight)."""
    mentions: Mapping[str, Sequence[int]]
    """Of each term the articles whose answer has it."""
    rarities: Mapping[str, float]
    rarity_unseen: float

    def rarity(self, term: str) -> float:
        """Return how telling a term is; one that no article has is as telling as can be."""
        return self.rarities.get(term, self.rarity_unseen)

    def scores(self, asked: Iterable[str]) -> dict[int, float]:
        """Return the articles sharing a term with the question: their best document, and a little for the answer."""
        documents: dict[int, float] = defaultdict(float)
        hints: dict[int, float] = defaultdict(float)
        for term in asked:
            for document, weight in self.weights.get(term, ()):
                documents[document] += weight
            for article in self.mentions.get(term, ()):
                hints[article] += _ANSWER_SHARE * self.rarity(term)
        best: dict[int, float] = defaultdict(float)
        for document, score in documents.items():
            best[self.owners[document]] = max(best[self.owners[document]], score)
        return {article: best.get(article, 0.0) + hints.get(article, 0.0) for article in best.keys() | hints.keys()}


@lru_cache(maxsize=8)
def build_index(articles: tuple[Article, ...], language: Language) -> Index:
    """Return the index of those of the articles that are in this language; the same articles are indexed once."""
    chosen = tuple(article for article in articles if article.language == language)
    asked = [[Counter(terms(text, language)) for text in (a.question, *a.phrasings)] for a in chosen]
    answers = [frozenset(terms(article.answer, language)) for article in chosen]
    spread = Counter(term for documents in asked for term in frozenset().union(*documents))
    rarities = {term: _rarity(found, len(chosen)) for term, found in spread.items()}
    return Index(
        language=language,
        articles=chosen,
        owners=tuple(number for number, documents in enumerate(asked) for _ in documents),
        vocabularies=tuple(answer.union(*documents) for answer, documents in zip(answers, asked, strict=True)),
        weights=_weights([document for documents in asked for document in documents], rarities),
        mentions=_mentions(answers),
        rarities=rarities,
        rarity_unseen=_rarity(0, len(chosen)),
    )


def _rarity(found: int, article_count: int) -> float:
    """Return the inverse frequency over articles, not documents: six phrasings of one matter make no word common."""
    return log(1 + (article_count - found + 0.5) / (found + 0.5))


def _weights(documents: Sequence[Counter[str]], rarities: Mapping[str, float]) -> dict[str, list[tuple[int, float]]]:
    mean_length = sum(document.total() for document in documents) / max(len(documents), 1)
    weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        damping = _K1 * (1 - _B + _B * document.total() / max(mean_length, 1))
        for term, count in document.items():
            weights[term].append((number, rarities[term] * count * (_K1 + 1) / (count + damping)))
    return dict(weights)


def _mentions(answers: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    mentions: dict[str, list[int]] = defaultdict(list)
    for number, answer in enumerate(answers):
        for term in answer:
            mentions[term].append(number)
    return dict(mentions)
