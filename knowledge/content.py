"""What an author writes of an article, and what may be wrong with it; pure, it neither stores nor publishes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from core.errors import HotlineError
from core.speaking import pieces
from knowledge.articles import CATEGORIES, LONGEST_ANSWER

LONGEST: Mapping[str, int] = MappingProxyType(
    {"question": 300, "answer": 3000, "long_text": 20_000, "source_url": 500, "phrasing": 200, "district": 40}
)
"""Characters. An answer of more than `LONGEST_ANSWER` is warned about, far more than anybody listens to is refused."""
MOST: Mapping[str, int] = MappingProxyType({"phrasings": 50, "districts": 60})
_HIGHEST_RANK = 100_000
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_MARKUP = re.compile(r"</?[A-Za-z!?][^<>]*>|&[A-Za-z#]\w*;")


@dataclass(frozen=True)
class Content:
    """The wording of one version; `districts` empty is the whole city, `valid_until` the first moment it is not."""

    category: str
    question: str
    answer: str
    phrasings: tuple[str, ...] = ()
    long_text: str = ""
    districts: tuple[str, ...] = ()
    rank: int = 100
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    source_url: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field: the name of a sentence that every screen has in its language, and its values."""

    where: str
    what: str
    values: Mapping[str, str | int] = field(default_factory=dict)


class ContentError(HotlineError):
    """A wording can't be kept or published as it is; `problems` has one entry for each thing wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.where}: {one.what}" for one in problems))
        self.problems = problems


def problems(content: Content, *, complete: bool) -> tuple[Problem, ...]:
    """Return what must be mended before the wording is kept, or (`complete`) before a second person sees it."""
    return tuple(_problems(content, complete=complete))


def warnings(content: Content, spoken: str, now: datetime) -> tuple[Problem, ...]:
    """Return what an author should know of a wording that may be published as it is; `spoken` is its spoken form."""
    return tuple(_warnings(content, spoken, now))


def _problems(content: Content, *, complete: bool) -> Iterator[Problem]:
    if not content.question:
        yield Problem("question", "missing")
    if complete and not content.answer:
        yield Problem("answer", "missing")
    if content.category not in CATEGORIES:
        yield Problem("category", "no_category", {"given": content.category[:40]})
    if not 1 <= content.rank <= _HIGHEST_RANK:
        yield Problem("rank", "no_rank", {"most": _HIGHEST_RANK})
    if content.valid_from and content.valid_until and content.valid_from >= content.valid_until:
        yield Problem("valid_until", "upside_down")
    if content.source_url and not _ADDRESS.fullmatch(content.source_url):
        yield Problem("source_url", "no_address")
    yield from _too_long(content)


def _too_long(content: Content) -> Iterator[Problem]:
    for name in ("question", "answer", "long_text", "source_url"):
        length = len(getattr(content, name))
        if length > LONGEST[name]:
            yield Problem(name, "too_long", {"length": length, "most": LONGEST[name]})
    for name, one in (("phrasings", "phrasing"), ("districts", "district")):
        values = getattr(content, name)
        if len(values) > MOST[name]:
            yield Problem(name, "too_many", {"count": len(values), "most": MOST[name]})
        longest = max(map(len, values), default=0)
        if longest > LONGEST[one]:
            yield Problem(name, "too_long", {"length": longest, "most": LONGEST[one]})


def _warnings(content: Content, spoken: str, now: datetime) -> Iterator[Problem]:
    if len(content.answer) > LONGEST_ANSWER:
        yield Problem("answer", "long_answer", {"length": len(content.answer), "most": LONGEST_ANSWER})
    count = len(pieces(spoken))
    if count > 1:
        yield Problem("answer", "in_pieces", {"length": len(spoken), "count": count})
    if _MARKUP.search(content.answer) or _MARKUP.search(content.question):
        yield Problem("answer", "markup")
    if not content.phrasings:
        yield Problem("phrasings", "no_phrasings")
    if content.valid_until and content.valid_until <= now:
        yield Problem("valid_until", "expired")
