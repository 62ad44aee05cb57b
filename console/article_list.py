"""The list of articles: tabs for what needs somebody, a search box, and how each article serves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from console.parts import house, now
from core.models import PublishingState
from knowledge.desk import EXPIRES_SOON, ArticleLine, article_lines
from routing.told.helpfulness import NEVER_TOLD, Helpfulness, by_article

SERVED_SINCE = timedelta(days=30)
_ROWS = 50
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Row:
    """One article with how it has served."""

    line: ArticleLine
    served: Helpfulness


@dataclass(frozen=True)
class ArticleList:
    """What the page shows."""

    tab: str
    words: str
    page: int
    total: int
    rows: tuple[Row, ...]
    counts: Mapping[str, int]

    @property
    def number_of_pages(self) -> int:
        """At least one."""
        return max(1, -(-self.total // _ROWS))

    @property
    def first(self) -> int:
        """Number of the first row, from 1."""
        return (self.page - 1) * _ROWS + 1

    def address(self, **changes: str | int) -> str:
        """Return the address of this list with some of it changed; page 1 unless that is named."""
        wanted = {"tab": self.tab, "q": self.words, **changes}
        query = urlencode({name: value for name, value in wanted.items() if value not in ("", "all", 1)})
        return f"{url_for('console.articles')}?{query}" if query else url_for("console.articles")


_Chosen = Callable[[Row, datetime], bool]
_CHOSEN: Mapping[str, _Chosen] = {
    "all": lambda _row, _at: True,
    "drafts": lambda row, _at: row.line.open_state is PublishingState.DRAFT,
    "review": lambda row, _at: row.line.open_state is PublishingState.REVIEW,
    "expiring": lambda row, at: row.line.expires_within(at, EXPIRES_SOON),
    "asked": lambda row, _at: row.served.told > 0,
    "never": lambda row, at: row.line.is_heard(at) and not row.served.told,
    "unhelpful": lambda row, _at: row.served.is_not_helping,
}
TABS = tuple(_CHOSEN)
_ORDER: Mapping[str, Callable[[Row], object]] = {
    "expiring": lambda row: row.line.valid_until,
    "asked": lambda row: -row.served.told,
    "unhelpful": lambda row: (row.served.containment or 0, -row.served.told),
}


def articles() -> str:
    """Show the list."""
    with house().database.reading() as session:
        view = _read(session)
    return render_template("console/articles.html", listing=view, tabs=TABS)


def _read(session: Session) -> ArticleList:
    asked = request.args
    tab = asked.get("tab", "all") if asked.get("tab") in TABS else "all"
    words = asked.get("q", "").strip()[:_LONGEST_SEARCH]
    served = by_article(session, now() - SERVED_SINCE)
    rows = [Row(line, served.get(line.article_id, NEVER_TOLD)) for line in article_lines(session)]
    counts = {name: sum(chosen(row, now()) for row in rows) for name, chosen in _CHOSEN.items()}
    found = [row for row in rows if _CHOSEN[tab](row, now()) and words.casefold() in row.line.search_text]
    if tab in _ORDER:
        found.sort(key=_ORDER[tab])  # type: ignore[arg-type]  # each tab's keys are of one kind
    page = min(max(asked.get("page", 1, type=int), 1), max(1, -(-len(found) // _ROWS)))
    return ArticleList(tab, words, page, len(found), tuple(found[(page - 1) * _ROWS : page * _ROWS]), counts)
