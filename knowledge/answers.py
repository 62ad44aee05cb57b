"""The door of the knowledge room: a question or a topic in, what may be read to the caller out; pure, keeps nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from core.settings import Language
from knowledge.articles import Article
from knowledge.index import Index, build_index
from knowledge.search import holds_in, search

SURE_ENOUGH = 0.25
"""Confidence from which an article is offered. On the starter articles 86 % (Chinese) and 89 % (English) of phrasings
left out of the index then get their answer and 3 % a wrong one; with the whole article left out three in five are
rightly refused. The caller hears the question as understood before the answer, and can say no."""

_CITY_ZONE = ZoneInfo("Asia/Shanghai")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Answer:
    """The article that answers a question, and how sure that is (0 to 1, see knowledge.search.search)."""

    article: Article
    confidence: float


def best_answer(
    articles: Index | Iterable[Article],
    question: str,
    language: Language,
    district: str | None = None,
    *,
    at_least: float = SURE_ENOUGH,
) -> Answer | None:
    """Return the one answer to offer, or None when none is sure enough: then take the caller's words down.

    `articles` may be plain articles in any languages (indexed on first use, then remembered) or an index of this
    language. `district` None means unknown: only answers for the whole city.

    Raises:
        ValueError: the index is of another language.
    """
    index = articles if isinstance(articles, Index) else build_index(tuple(articles), language)
    if index.language != language:
        raise ValueError(f"the index is of {index.language!r} articles, the question is in {language!r}")
    hits = search(index, question, district=district, limit=1)
    if not hits or hits[0].confidence < at_least:
        return None
    return Answer(hits[0].article, hits[0].confidence)


def answers_by_topic(
    articles: Iterable[Article], category: str, language: Language, district: str | None = None
) -> tuple[Article, ...]:
    """Return what is read out under a key: the caller's district's articles first, then the whole city's, by rank."""
    chosen = (a for a in articles if a.category == category and a.language == language and holds_in(a, district))
    return tuple(sorted(chosen, key=lambda article: (not article.districts, article.rank, article.id)))


def spoken(answer: Answer | Article, zone: tzinfo = _CITY_ZONE) -> str:
    """Return the words to read out: the question as understood, for which place, as of which day, then the answer.

    The day is left out while the article has no date (samples); `zone` is where the city's day begins.
    """
    article = answer.article if isinstance(answer, Answer) else answer
    return (_spoken_zh if article.language == "zh" else _spoken_en)(article, zone)


def _spoken_zh(article: Article, zone: tzinfo) -> str:
    place = "、".join(article.districts) or "全市"
    day = _day(article.updated_at, zone)
    as_of = f"，截至{day.year}年{day.month}月{day.day}日" if day else ""
    return f"您问的是：{article.question}以下适用于{place}{as_of}：{article.answer}"


def _spoken_en(article: Article, zone: tzinfo) -> str:
    place = " and ".join(article.districts) or "the whole city"
    day = _day(article.updated_at, zone)
    as_of = f", as of {day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""
    return f"You asked about: {article.question} In {place}{as_of}: {article.answer}"


def _day(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
