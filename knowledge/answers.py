"""The door of the knowledge room: a question or a topic in, what may be read to the caller out; pure, keeps nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from core.settings import Language
from knowledge.articles import Article
from knowledge.index import Index, build_index
from knowledge.reach import districts, holds_in, is_city_wide
from knowledge.search import Hit, calibration_of, search
from knowledge.words import is_question

_TIE = 0.98
"""Part of the best score from which another article fits as well: then only the caller can tell which is meant."""

CHOICES = 2
"""Articles a caller is asked to choose between: more can't be kept in mind by ear."""

_IF_WORSE = {"zh": "如果病情加重，请拨打{number}，或按0转人工。", "en": " If it gets worse dial {number} or press 0."}
_KEY_0 = {"zh": "按0", "en": "press 0"}
_SENTENCE = re.compile(r"[^。！？.!?]+")

_CITY_ZONE = ZoneInfo("Asia/Shanghai")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Finding:
    """What a question leads to: speak the one article, ask which of one or two is meant, or take the words down."""

    kind: Literal["answer", "ask", "none"]
    articles: tuple[Article, ...] = ()
    """Best first: one to answer with, one or two to ask about, none at all."""
    confidence: float = 0.0
    """How sure it is that the first article is right, 0 to 1 (see knowledge.search.search)."""


NOTHING = Finding("none")


def answer_question(
    articles: Index | Iterable[Article],
    question: str,
    language: Language,
    district: str | None = None,
    *,
    now: datetime | None = None,
) -> Finding:
    """Return what to do about a question as it was heard: answer, ask back, or hand on. Danger is checked before.

    `articles` may be plain articles in any languages (indexed on first use, then remembered) or an index of this
    language. `district` None means unknown: only answers for the whole city. Articles that are not valid at `now` are
    not found; leave it out only when the articles were chosen for this moment. A greeting or a single word is no
    question.

    Raises:
        ValueError: the index is of another language.
    """
    index = articles if isinstance(articles, Index) else build_index(tuple(articles), language)
    if index.language != language:
        raise ValueError(f"the index is of {index.language!r} articles, the question is in {language!r}")
    if not is_question(question, language):
        return NOTHING
    hits = search(index, question, district=district, now=now, limit=CHOICES)
    fitted = calibration_of(language)
    if not hits or hits[0].confidence < fitted.ask_from:
        return NOTHING
    if hits[0].confidence < fitted.speak_from or _is_tie(hits):
        return Finding("ask", tuple(hit.article for hit in hits), hits[0].confidence)
    return Finding("answer", (hits[0].article,), hits[0].confidence)


def _is_tie(hits: Sequence[Hit]) -> bool:
    return len(hits) > 1 and hits[1].score > _TIE * hits[0].score


def answers_by_topic(
    articles: Iterable[Article], category: str, language: Language, district: str | None = None
) -> tuple[Article, ...]:
    """Return what is read out under a key: the caller's district's articles first, then the whole city's, by rank."""
    chosen = (a for a in articles if a.category == category and a.language == language and holds_in(a, district))
    return tuple(sorted(chosen, key=lambda article: (is_city_wide(article), article.rank, article.id)))


def spoken(article: Article, ambulance_number: str, zone: tzinfo = _CITY_ZONE) -> str:
    """Return the words to read out: the question as understood, for which place, as of which day, then the answer.

    The day is left out while the article has no date (samples); `zone` is where the city's day begins. A medical
    answer ends with what to do if it gets worse, once, whether or not its author wrote so.
    """
    words = (_spoken_zh if article.language == "zh" else _spoken_en)(article, zone)
    if article.category != "medical" or _says_what_if_worse(article, ambulance_number):
        return words
    return words + _IF_WORSE[article.language].format(number=ambulance_number)


def _says_what_if_worse(article: Article, ambulance_number: str) -> bool:
    *_, last = _SENTENCE.findall(article.answer) or [""]
    return ambulance_number in last and _KEY_0[article.language] in last


def _spoken_zh(article: Article, zone: tzinfo) -> str:
    place = "、".join(districts(article)) or "全市"
    day = _day(article.updated_at, zone)
    as_of = f"，截至{day.year}年{day.month}月{day.day}日" if day else ""
    return f"您问的是：{article.question}以下适用于{place}{as_of}：{article.answer}"


def _spoken_en(article: Article, zone: tzinfo) -> str:
    place = " and ".join(districts(article)) or "the whole city"
    day = _day(article.updated_at, zone)
    as_of = f", as of {day.day} {_MONTHS[day.month - 1]} {day.year}" if day else ""
    return f"You asked about: {article.question} In {place}{as_of}: {article.answer}"


def _day(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None
