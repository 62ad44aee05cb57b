"""Questions to the knowledge base."""

import time
from collections.abc import Iterator

from core.settings import Settings
from knowledge.articles import read_seed
from knowledge.index import build_index
from knowledge.search import search


def rows(_settings: Settings) -> Iterator[str]:
    articles = read_seed("zh")
    index = build_index(articles, "zh")
    times = []
    for question in [phrasing for article in articles for phrasing in article.phrasings]:
        before = time.perf_counter()
        search(index, question)
        times.append(time.perf_counter() - before)
    times.sort()
    p50, p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000
    yield f"| search in {len(articles)} articles | p50 {p50:.2f} ms, p99 {p99:.2f} ms | – | – |"
