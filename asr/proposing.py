"""Proposes the listed names of this installation for what was heard; reads the list, writes nothing."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files

from sqlalchemy.orm import Session

from asr.hot_terms import HotTerms, Proposal, Term
from core import hot_terms
from core.models import HotTermKind
from core.settings import Language


def propose(session: Session, words: Sequence[str], language: Language) -> Proposal | None:
    """Return the text with listed names in place of what sounds like them and was written otherwise.

    None if there is nothing of the kind. It stands beside the text as heard, never instead of it: precision was
    measured (docs/speech.md), but a name that only sounds like a listed one remains possible.
    """
    return _listed(session, language).propose(words)


def seed() -> Iterator[tuple[Language, HotTermKind, str]]:
    """Yield common medicines, wards and departments: what a new installation starts with."""
    lines = files("asr").joinpath("seed/hot_terms.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        language: Language = "zh" if row["language"] == "zh" else "en"
        yield language, HotTermKind(row["kind"]), row["term"]


_Version = tuple[int, int, datetime | None]
_ready: dict[Language, tuple[_Version, HotTerms]] = {}


def _listed(session: Session, language: Language) -> HotTerms:
    """Return the terms made ready, anew only when the list has changed."""
    known, version = _ready.get(language), hot_terms.version(session, language)
    if known is None or known[0] != version:
        terms = (Term(row.term, row.kind.value) for row in hot_terms.active_terms(session, language))
        known = _ready[language] = version, HotTerms(terms, language)
    return known[1]
