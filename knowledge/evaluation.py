"""Measures the search on files of articles and questions, on an index that is thrown away; touches no database."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import HotlineError
from core.settings import Language
from knowledge.answers import answer_question
from knowledge.articles import Article
from knowledge.index import Index, new_index
from knowledge.ranking import rank, read_question

_ARTICLE_COLUMNS = ("id", "question", "answer", "phrasings", "category", "district")
_QUESTION_COLUMNS = ("question", "article_id", "district")
_RANKS = 100
"""Hits looked at for the reciprocal rank; what comes after adds less than a hundredth."""


_TOP = 3
_LONGEST_CELL = 1_000_000


class EvaluationError(HotlineError):
    """A file can't be measured with; the message names the file, the row and what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    """A question, and the ids of the articles that answer it; none if no article does."""

    text: str
    accepted: frozenset[str]
    district: str | None = None


@dataclass(frozen=True)
class Measures:
    """How well the questions were answered; shares are of all questions where nothing else is said."""

    questions: int
    answerable: int
    top1: float
    """Of the answerable: the first article is right."""
    top3: float
    mrr: float
    """Mean over the answerable of 1 / the rank of the first right article, 0 if it was not found."""
    spoken: float
    asked: float
    handed_on: float
    wrong_among_spoken: float
    """An answer to an unanswerable question is wrong too."""
    spoken_right_among_answerable: float
    offered_among_other_answerable: float
    """Of the answerable not rightly spoken: the right article is one of the two the caller is asked about."""


def read_articles(path: Path, language: Language) -> tuple[Article, ...]:
    """Return the articles of a CSV file with id, question and, if there, answer, phrasings (|), category, district (|).

    Raises:
        EvaluationError: the file can't be read, a column is missing, an id or a question is, an id comes twice.
    """
    articles: dict[str, Article] = {}
    for where, row in _rows(path, required=("id", "question"), known=_ARTICLE_COLUMNS):
        if row["id"] in articles:
            raise EvaluationError(f"{where}: the id {row['id']!r} is already taken by an earlier row")
        if "|" in row["id"]:
            raise EvaluationError(f"{where}: the id {row['id']!r} has a | in it, which divides ids")
        articles[row["id"]] = Article(
            id=row["id"],
            language=language,
            category=row["category"] or "other",
            districts=_parts(row["district"]),
            question=row["question"],
            phrasings=_parts(row["phrasings"]),
            answer=row["answer"],
            rank=1,
        )
    if not articles:
        raise EvaluationError(f"{path.name}: there are no articles in it")
    return tuple(articles.values())


def read_questions(path: Path, articles: Iterable[Article]) -> tuple[Asked, ...]:
    """Return the questions of a CSV file with question, article_id (several divided by |, none if empty), district.

    Raises:
        EvaluationError: the file can't be read, a column is missing, a question is empty, an id is of no article.
    """
    known = {article.id for article in articles}
    questions = []
    for where, row in _rows(path, required=("question",), known=_QUESTION_COLUMNS, columns=("article_id",)):
        accepted = frozenset(_parts(row["article_id"]))
        if accepted - known:
            raise EvaluationError(f"{where}: no article has the id {min(accepted - known)!r}")
        questions.append(Asked(row["question"], accepted, row["district"] or None))
    if not questions:
        raise EvaluationError(f"{path.name}: there are no questions in it")
    return tuple(questions)


def evaluate(articles: tuple[Article, ...], questions: Sequence[Asked], language: Language) -> Measures:
    """Return how well the search answers these questions from these articles.

    Districts count only if a question names one; else every article is looked at, as if for the whole city.
    """
    if not any(question.district for question in questions):
        articles = tuple(replace(article, districts=()) for article in articles)
    index = new_index(articles, language)
    return _summed_up([_outcome(index, question) for question in questions])


@dataclass(frozen=True)
class _Outcome:
    """What came of one question."""

    answerable: bool
    rank: int | None
    """Of the first right article, from 1."""
    kind: str
    is_right: bool
    """The right article was spoken, or was among those asked about."""


def _outcome(index: Index, question: Asked) -> _Outcome:
    ranked = rank(index, read_question(question.text, index.language), district=question.district, limit=_RANKS)
    finding = answer_question(index, question.text, index.language, question.district)
    return _Outcome(
        answerable=bool(question.accepted),
        rank=next((place for place, one in enumerate(ranked, 1) if one.article.id in question.accepted), None),
        kind=finding.kind,
        is_right=any(article.id in question.accepted for article in finding.articles),
    )


def _summed_up(outcomes: Sequence[_Outcome]) -> Measures:
    answerable = [one for one in outcomes if one.answerable]
    spoken = [one for one in outcomes if one.kind == "answer"]
    others = [one for one in answerable if not (one.kind == "answer" and one.is_right)]
    return Measures(
        questions=len(outcomes),
        answerable=len(answerable),
        top1=_mean(one.rank == 1 for one in answerable),
        top3=_mean(one.rank is not None and one.rank <= _TOP for one in answerable),
        mrr=_mean(1 / one.rank if one.rank else 0 for one in answerable),
        spoken=_mean(one.kind == "answer" for one in outcomes),
        asked=_mean(one.kind == "ask" for one in outcomes),
        handed_on=_mean(one.kind == "none" for one in outcomes),
        wrong_among_spoken=_mean(not one.is_right for one in spoken),
        spoken_right_among_answerable=_mean(one.kind == "answer" and one.is_right for one in answerable),
        offered_among_other_answerable=_mean(one.kind == "ask" and one.is_right for one in others),
    )


def _mean(values: Iterable[float]) -> float:
    """Return the mean, 0 of nothing, in a form that reads well."""
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for piece in cell.split("|") if (part := piece.strip()))


def _rows(
    path: Path, *, required: tuple[str, ...], known: tuple[str, ...], columns: tuple[str, ...] = ()
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (file and row for errors, row with every known column); rows are counted as a spreadsheet shows them."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path, reader.fieldnames or (), (*required, *columns))
            for number, row in enumerate(reader, 2):
                yield f"{path.name} row {number}", _cells(row, f"{path.name} row {number}", required, known)
    except OSError as error:
        raise EvaluationError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path.name}: is not UTF-8 text: save it as “CSV UTF-8”") from error
    except csv.Error as error:
        raise EvaluationError(f"{path.name} line {reader.line_num + 1}: is not CSV: {error}") from error


def _check_columns(path: Path, found: Sequence[str], needed: tuple[str, ...]) -> None:
    missing = [column for column in needed if column not in found]
    if missing:
        raise EvaluationError(f"{path.name} row 1: there is no column {', '.join(missing)}; found: {', '.join(found)}")


def _cells(row: dict[str, str], where: str, required: tuple[str, ...], known: tuple[str, ...]) -> dict[str, str]:
    if None in row or None in row.values():
        raise EvaluationError(f"{where}: has more or fewer cells than the first row; is a comma unquoted?")
    for column in required:
        if not row[column].strip():
            raise EvaluationError(f"{where}: {column} is empty")
    return {column: row.get(column, "").strip() for column in known}
