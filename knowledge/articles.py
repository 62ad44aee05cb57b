"""What an article is, and the starter articles a new city begins with; reads files of this room only, no database."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from core.errors import HotlineError
from core.settings import Language

CATEGORIES = (
    "policy",
    "travel",
    "health_code",
    "medical",
    "education",
    "food_supply",
    "finance",
    "tip_off",
    "information",
    "other",
)
"""The ten classes of the Zhoukou citizens' channel (2022), most asked first where it published figures."""

LONGEST_ANSWER = 300
"""Characters: about a minute of Chinese speech, and well inside what one spoken block of a call may hold."""

_COLUMNS = ("id", "category", "rank", "district", "question", "phrasings", "answer")


class SeedError(HotlineError):
    """A starter file cannot be used; the message names the file, the row and what is wrong with it."""


@dataclass(frozen=True)
class Article:
    """One question with its spoken answer, in one language, for some districts or (none named) the whole city."""

    id: str
    language: Language
    category: str
    districts: tuple[str, ...]
    question: str
    phrasings: tuple[str, ...]
    answer: str
    rank: int
    is_sample: bool = False
    updated_at: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    """The first moment at which it holds no more."""
    version_id: int | None = None
    """The row of `article_versions` it was read from; None while it is only a line of a file."""


def read_seed(language: Language) -> tuple[Article, ...]:
    """Return the starter articles of a language in file order, each marked as a sample.

    Raises:
        SeedError: a row is incomplete, an answer is too long, an id comes twice.
    """
    name = f"articles_{language}.csv"
    text = (files("knowledge") / "seed" / name).read_text(encoding="utf-8")
    return parse_articles(text.splitlines(), language, source=name)


def parse_articles(lines: Iterable[str], language: Language, *, source: str) -> tuple[Article, ...]:
    """Return the articles of CSV lines; `source` names them in errors, rows are lines of the file from 1.

    Raises:
        SeedError: see `read_seed`.
    """
    articles: dict[str, Article] = {}
    for number, row in seed_rows(lines, _COLUMNS, source=source):
        where = f"{source} row {number}"
        article = _article(row, language, where)
        if article.id in articles:
            raise SeedError(f"{where}: the id {article.id!r} is already taken by an earlier row")
        articles[article.id] = article
    return tuple(articles.values())


def seed_rows(lines: Iterable[str], columns: tuple[str, ...], *, source: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (row number, row) of CSV lines with exactly these columns.

    Raises:
        SeedError: a column or a cell is missing or too many.
    """
    reader = csv.DictReader(lines, strict=True)
    if set(reader.fieldnames or ()) != set(columns):
        raise SeedError(f"{source} row 1: the columns must be {', '.join(columns)}")
    try:
        for row in reader:
            if None in row or None in row.values():
                raise SeedError(f"{source} row {reader.line_num}: must have {len(columns)} cells; is a comma unquoted?")
            yield reader.line_num, {column: cell.strip() for column, cell in row.items()}
    except csv.Error as error:
        raise SeedError(f"{source} row {reader.line_num + 1}: cannot be read: {error}") from error


def _article(row: Mapping[str, str], language: Language, where: str) -> Article:
    for column in ("id", "question", "phrasings", "answer"):
        if not row[column]:
            raise SeedError(f"{where}: {column} is empty")
    phrasings = divided(row["phrasings"])
    if not phrasings:
        raise SeedError(f"{where}: phrasings has nothing but dividers")
    if len(row["answer"]) > LONGEST_ANSWER:
        raise SeedError(
            f"{where}: the answer has {len(row['answer'])} characters, at most {LONGEST_ANSWER} can be read out"
        )
    return Article(
        id=row["id"],
        language=language,
        category=checked_category(row["category"], where),
        districts=divided(row["district"]),
        question=row["question"],
        phrasings=phrasings,
        answer=row["answer"],
        rank=positive_number(row["rank"], "rank", where),
        is_sample=True,
    )


def divided(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several, divided by `|`."""
    return tuple(part for each in cell.split("|") if (part := each.strip()))


def checked_category(category: str, where: str) -> str:
    if category not in CATEGORIES:
        raise SeedError(f"{where}: {category!r} is no category; use one of {', '.join(CATEGORIES)}")
    return category


def positive_number(text: str, column: str, where: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SeedError(f"{where}: {column} must be a whole number from 1 up, not {text!r}")
    return int(text)
