"""One row of a table of articles: what its cells say as a wording, and a version as a row; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

from core.models import ArticleVersion
from core.settings import Language
from knowledge.articles import divided
from knowledge.content import Content, Problem, problems
from knowledge.tables import Formula

COLUMNS = (
    "id",
    "language",
    "category",
    "rank",
    "districts",
    "question",
    "phrasings",
    "answer",
    "long_text",
    "valid_from",
    "valid_until",
    "source_url",
    "owner",
)
NEEDED = ("id", "language", "category", "question", "answer")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def read_row(cells: Mapping[str, str], zone: ZoneInfo) -> tuple[Content, list[Problem]]:
    """Return the wording of a row, and everything that is wrong with it; moments are of the city's `zone`."""
    wrong = [Problem(name, "formula") for name, cell in cells.items() if isinstance(cell, Formula)]
    if "" in cells:
        wrong.append(Problem("row", "beyond"))
    if not _SLUG.fullmatch(cells.get("id", "")):
        wrong.append(Problem("slug", "no_slug"))
    if cells.get("language") not in get_args(Language):
        wrong.append(Problem("language", "no_language", {"given": cells.get("language", "")[:20]}))
    rank = cells.get("rank", "").strip() or "100"
    if not (rank.isascii() and rank.isdecimal() and len(rank) < 9):  # noqa: PLR2004
        wrong.append(Problem("rank", "no_rank", {"most": 100_000}))
        rank = "100"
    content = Content(
        category=cells.get("category", ""),
        question=" ".join(cells.get("question", "").split()),
        answer=cells.get("answer", ""),
        phrasings=divided(cells.get("phrasings", "")),
        long_text=cells.get("long_text", ""),
        districts=divided(cells.get("districts", "")),
        rank=int(rank),
        valid_from=_moment(cells, "valid_from", zone, wrong),
        valid_until=_moment(cells, "valid_until", zone, wrong),
        source_url=cells.get("source_url", ""),
    )
    wrong += problems(content, complete=True)
    return content, wrong


def _moment(cells: Mapping[str, str], name: str, zone: ZoneInfo, wrong: list[Problem]) -> datetime | None:
    text = cells.get(name, "").strip()
    for pattern in _MOMENTS if text else ():
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    if text:
        wrong.append(Problem(name, "no_moment", {"given": text[:40]}))
    return None


def written_row(version: ArticleVersion, zone: ZoneInfo) -> tuple[str, ...]:
    """Return a version as a row of `COLUMNS`."""
    article = version.article
    return (
        article.slug,
        article.language,
        version.category,
        str(version.rank),
        " | ".join(version.districts),
        version.question,
        " | ".join(version.phrasings),
        version.answer,
        version.long_text,
        _written(version.valid_from, zone),
        _written(version.valid_until, zone),
        version.source_url,
        article.owner or "",
    )


def _written(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime(_MOMENTS[0]) if at else ""
