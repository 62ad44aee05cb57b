"""The listed names (hot terms): read, added and removed by admins; what they are used for is not decided here."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import HotTerm, HotTermKind
from core.settings import Language

MACHINE = "hotline"


def active_terms(session: Session, language: Language) -> list[HotTerm]:
    """Return the terms of a language that are in use, by kind and name."""
    return list(
        session.scalars(
            select(HotTerm).where(HotTerm.language == language, HotTerm.active).order_by(HotTerm.kind, HotTerm.term)
        )
    )


def version(session: Session, language: Language) -> tuple[int, int, datetime | None]:
    """Return what changes with every change of the terms in use; far cheaper than reading them."""
    counted = select(func.count(HotTerm.id), func.sum(HotTerm.id), func.max(HotTerm.added_at))
    number, ids, newest = session.execute(counted.where(HotTerm.language == language, HotTerm.active)).one()
    return number, int(ids or 0), newest


def add_term(
    session: Session, language: Language, term: str, kind: HotTermKind, added_by: str, now: datetime
) -> HotTerm:
    """Add a term, or take one that was removed into use again; one that is there already stays as it is."""
    row = session.scalar(select(HotTerm).where(HotTerm.language == language, HotTerm.term == term))
    if row is None:
        row = HotTerm(language=language, term=term, kind=kind, added_by=added_by, added_at=now)
        session.add(row)
    elif not row.active:
        row.active, row.kind, row.added_by, row.added_at = True, kind, added_by, now
    session.flush()
    return row


def remove_term(session: Session, term_id: int) -> None:
    """Take a term out of use; nothing happens if there is none or it is out already."""
    row = session.get(HotTerm, term_id)
    if row:
        row.active = False
        session.flush()


def seed_terms(session: Session, terms: Iterable[tuple[Language, HotTermKind, str]], now: datetime) -> int:
    """Add the terms that a new installation starts with, if it has none at all; returns how many."""
    if session.scalar(select(HotTerm.id).limit(1)) is not None:
        return 0
    rows = [
        HotTerm(language=language, kind=kind, term=term, added_by=MACHINE, added_at=now)
        for language, kind, term in dict.fromkeys(terms)
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)
