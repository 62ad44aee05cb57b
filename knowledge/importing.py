"""Turns a table into drafts: every row is checked and compared first, nothing is written until somebody says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import ArticleVersion, PublishingState
from core.settings import Language
from knowledge.content import Content, Problem
from knowledge.desk import article_lines
from knowledge.differences import differences
from knowledge.editing import OPEN, begin_draft, content_of, save_draft, start_article
from knowledge.table_rows import read_row, written_row
from knowledge.tables import Row


@dataclass(frozen=True)
class CheckedRow:
    """What a row would do: `new`, `changed`, `same`, or `wrong` and then why."""

    number: int
    outcome: str
    slug: str
    language: str
    question: str
    changed: tuple[str, ...] = ()
    """Fields that would differ from what is there."""
    problems: tuple[Problem, ...] = ()
    cells: Mapping[str, str] | None = None
    seen: int = 0
    """The version it was compared with; 0 for none."""
    seen_revision: int = 0


@dataclass(frozen=True)
class _There:
    version: ArticleVersion
    content: Content


def check_rows(session: Session, rows: Iterable[Row], zone: ZoneInfo) -> tuple[CheckedRow, ...]:
    """Return what each row would do, and everything that is wrong with it; moments in it are of the city's `zone`."""
    there = _there(session)
    owners = _questions(session)
    checked, slugs, asked = [], set(), dict[tuple[str, str], int]()
    for number, cells in rows:
        content, wrong = read_row(cells, zone)
        slug, language = cells.get("id", ""), cells.get("language", "")
        question = (language, content.question.casefold())
        if (slug, language) in slugs:
            wrong.append(Problem("id", "twice_in_file"))
        if question in asked:
            wrong.append(Problem("question", "same_question_row", {"row": asked[question]}))
        elif owners.get(question, slug) != slug:
            wrong.append(Problem("question", "same_question", {"id": owners[question]}))
        slugs.add((slug, language))
        asked.setdefault(question, number)
        checked.append(_checked(number, cells, content, tuple(wrong), there.get((slug, language)), zone))
    return tuple(checked)


def apply_rows(
    session: Session, rows: Iterable[CheckedRow], author: str, now: datetime, zone: ZoneInfo
) -> tuple[int, int]:
    """Make drafts of the right rows; returns how many were made, and how many had been changed by others since."""
    there = _there(session)
    made = overtaken = 0
    for row in rows:
        if row.outcome not in {"new", "changed"} or row.cells is None:
            continue
        content, _ = read_row(row.cells, zone)
        known = there.get((row.slug, row.language))
        seen = (known.version.id, known.version.revision) if known else (0, 0)
        if seen != (row.seen, row.seen_revision):
            overtaken += 1
        else:
            _make_draft(session, row, content, known, author, now)
            made += 1
    return made, overtaken


def export_rows(session: Session, zone: ZoneInfo) -> list[tuple[str, ...]]:
    """Return every article as a row of `COLUMNS`, as the desk shows it."""
    versions = session.scalars(
        select(ArticleVersion).where(ArticleVersion.state.in_((*OPEN, PublishingState.PUBLISHED)))
    ).all()
    by_place = {(row.article_id, row.number): row for row in versions}
    lines = (by_place.get((line.article_id, line.number)) for line in article_lines(session))
    return [written_row(version, zone) for version in lines if version]


def as_json(rows: Sequence[CheckedRow]) -> dict[str, Any]:
    """Return checked rows as they are kept until somebody decides."""
    return {
        "rows": [
            {
                "number": row.number,
                "outcome": row.outcome,
                "slug": row.slug,
                "language": row.language,
                "question": row.question,
                "changed": list(row.changed),
                "problems": [[one.where, one.what, dict(one.values)] for one in row.problems],
                "cells": dict(row.cells) if row.cells else None,
                "seen": row.seen,
                "seen_revision": row.seen_revision,
            }
            for row in rows
        ]
    }


def from_json(kept: Mapping[str, Any]) -> tuple[CheckedRow, ...]:
    """Return checked rows as they were kept."""
    return tuple(
        CheckedRow(
            **{
                **row,
                "changed": tuple(row["changed"]),
                "problems": tuple(Problem(where, what, values) for where, what, values in row["problems"]),
            }
        )
        for row in kept["rows"]
    )


def _checked(
    number: int,
    cells: Mapping[str, str],
    content: Content,
    wrong: tuple[Problem, ...],
    there: _There | None,
    zone: ZoneInfo,
) -> CheckedRow:
    slug, language = cells.get("id", "")[:80], cells.get("language", "")[:8]
    if wrong:
        return CheckedRow(number, "wrong", slug, language, content.question[:300], problems=wrong)
    changed = tuple(one.field for one in differences(there.content, content, zone)) if there else ()
    outcome = "new" if there is None else "changed" if changed else "same"
    return CheckedRow(
        number,
        outcome,
        slug,
        language,
        content.question,
        changed,
        cells=dict(cells),
        seen=there.version.id if there else 0,
        seen_revision=there.version.revision if there else 0,
    )


def _there(session: Session) -> dict[tuple[str, str], _There]:
    """Return what a row is compared with: the open draft of an article, else its newest version."""
    rows = session.scalars(select(ArticleVersion).order_by(ArticleVersion.article_id, ArticleVersion.number)).all()
    found: dict[tuple[str, str], _There] = {}
    for version in rows:
        key = (version.article.slug, version.article.language)
        known = found.get(key)
        if version.state in OPEN or known is None or known.version.state not in OPEN:
            found[key] = _There(version, content_of(version))
    return found


def _questions(session: Session) -> dict[tuple[str, str], str]:
    """Return which article asks what."""
    return {(line.language, line.question.casefold()): line.slug for line in article_lines(session)}


def _make_draft(
    session: Session, row: CheckedRow, content: Content, known: _There | None, author: str, now: datetime
) -> None:
    owner = (row.cells or {}).get("owner") or None
    if known is None:
        language: Language = "en" if row.language == "en" else "zh"
        start_article(session, row.slug, language, content, author, now, owner)
    elif known.version.state in OPEN:
        save_draft(session, known.version, content, author, now, known.version.revision)
    else:
        begin_draft(session, known.version.article, content, author, now, based_on=known.version.number)
