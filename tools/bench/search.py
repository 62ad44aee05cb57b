"""Questions to the knowledge base: few articles and many, against bare bm25s, and how soon a change is found."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import bm25s
import numpy as np

from core.settings import Settings
from knowledge.articles import Article, read_seed
from knowledge.channels import KINDS, sounded, terms
from knowledge.index import Index, build_index, new_index
from knowledge.search import search

_MANY = 5_000
_WORDS = 3
"""Phrasings of an article."""
_RUNS = 1_000
_PUBLISHED = 20


def rows(_settings: Settings) -> Iterator[str]:
    few = read_seed("zh")
    index = new_index(few, "zh")
    p50, p99 = _milliseconds(lambda text: search(index, text), _questions(few))
    yield f"| search in {len(few)} articles, by writing and sound | p50 {p50:.2f} ms, p99 {p99:.2f} ms CPU | – | – |"
    many = _many(few)
    index = new_index(many, "zh")
    asked = _questions(many)
    p50, p99 = _milliseconds(lambda text: search(index, text), asked)
    bare50, bare99 = _milliseconds(_bare(many), asked)
    yield (
        f"| search in {len(many):,} articles, by writing and sound | p50 {p50:.2f} ms, p99 {p99:.2f} ms CPU | "
        f"bare bm25s, same terms: p50 {bare50:.2f} ms, p99 {bare99:.2f} ms | {p50 / bare50:.1f}× |"
    )
    one, whole = _refresh(many)
    yield (
        f"| {len(many):,} articles after one was published | found in {one:.0f} ms CPU | "
        f"all indexed anew: {whole:.0f} ms | {one / whole:.3f}× |"
    )


def _many(few: Sequence[Article]) -> tuple[Article, ...]:
    """Return articles made of the starter ones: each asks two of their phrasings about a place of its own."""
    chance = random.Random(1)
    said = [text for article in few for text in article.phrasings]
    return tuple(
        replace(
            chance.choice(few),
            id=f"made-{number}",
            districts=(),
            question=f"{chance.choice(said)}，{chance.choice(said)}",
            phrasings=tuple(f"{number % 97}号楼{chance.choice(said)}" for _ in range(_WORDS)),
        )
        for number in range(_MANY)
    )


def _questions(articles: Sequence[Article]) -> list[str]:
    chance = random.Random(2)
    return [chance.choice(chance.choice(articles).phrasings) for _ in range(_RUNS)]


def _milliseconds(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Return the middle and the 99th of a hundred times, on one core, in CPU time."""
    times = []
    for question in questions:
        before = time.process_time()
        ask(question)
        times.append(1000 * (time.process_time() - before))
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def _bare(articles: Sequence[Article]) -> Callable[[str], object]:
    """Return a search by bm25s over the same texts, cut into the same terms of every kind."""
    texts = [text for article in articles for text in (article.question, *article.phrasings, article.answer)]
    found = bm25s.BM25()
    found.index([_all_terms(text) for text in texts], show_progress=False)
    return lambda question: found.retrieve([_all_terms(question)], k=10, show_progress=False, n_threads=0)


def _all_terms(text: str) -> list[str]:
    told = terms(sounded(text, "zh"), "zh")
    return list(chain.from_iterable([f"{kind.name} {term}" for term in told[kind.name]] for kind in KINDS["zh"]))


def _refresh(articles: tuple[Article, ...]) -> tuple[float, float]:
    """Return the milliseconds until an article just published is found, and those of indexing all anew."""
    build_index(articles, "zh")
    times = []
    for number in range(_PUBLISHED):
        fresh = replace(articles[number], id=f"fresh-{number}", question=f"第{number}批疫苗什么时候到")
        articles = (*articles, fresh)
        before = time.process_time()
        found = search(build_index(articles, "zh"), fresh.question)
        times.append(1000 * (time.process_time() - before))
        assert found[0].article is fresh
    before = time.process_time()
    index: Index = new_index(articles, "zh")
    whole = 1000 * (time.process_time() - before)
    assert len(index.articles) == _MANY + _PUBLISHED
    return float(np.median(times)), whole
