"""Keeps what a city changed in the lexicon, each change with its reason, and has every process judge by it.

The shipped words stay in the house's files, so that a newer release brings better ones; a city's own words are added to
them and shipped ones are switched off. Places and the tree of categories are the city's own as soon as there are any.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.database import locked_row
from core.errors import ConflictError, HotlineError
from core.models import BranchRow, LexiconChange, LexiconWord, PlaceRow, Stamp
from core.settings import Language
from routing.triage import in_use
from routing.triage.cutting import cut
from routing.triage.entries import Entry, Kind
from routing.triage.gazetteer import Gazetteer, Place
from routing.triage.lexicon import Branch, Lexicon, make_lexicon, read_branches, read_entries, read_gazetteer
from routing.triage.lexicon import lexicon as shipped

LANGUAGES: tuple[Language, ...] = ("zh", "en")
LONGEST_PHRASE = 80
_NAME = "lexicon"
_SEEN: dict[str, str | None] = {_NAME: "never looked"}


class UnusableWordError(HotlineError):
    """A word can't be added: it is empty, too long, holds nothing of its language, or its group is not known."""


@dataclass(frozen=True)
class ListedWord:
    """A word as the editor shows it."""

    entry: Entry
    is_active: bool
    is_own: bool
    """The city added it; otherwise it was shipped."""


def refresh(session: Session) -> None:
    """Judge from now on by what is in the database; reads one small row if nothing has changed.

    Not for a caller's turn or a live stream: each process does it apart from them (`hotline.fresh_words`).
    """
    stamp = session.scalar(select(Stamp.value).where(Stamp.name == _NAME))
    if stamp == _SEEN[_NAME]:
        return
    for language in LANGUAGES:
        words = read_lexicon(session, language) if stamp else shipped(language)
        words.prepare()
        in_use.use(words, language)
    _SEEN[_NAME] = stamp


def read_lexicon(session: Session, language: Language) -> Lexicon:
    """Return the lexicon of a language as the database has it now."""
    entries = [listed.entry for listed in list_words(session, language) if listed.is_active]
    return make_lexicon(language, entries, read_places(session), read_tree(session))


def list_words(session: Session, language: Language, kind: Kind | None = None) -> list[ListedWord]:
    """Return the words of a language, the city's own last; those switched off are among them."""
    rows = session.scalars(select(LexiconWord).where(LexiconWord.language == language).order_by(LexiconWord.id))
    changed = {Entry(Kind(row.kind), row.why, row.phrase): row.is_active for row in rows}
    known = dict.fromkeys(read_entries(language))
    listed = [ListedWord(entry, changed.get(entry, True), is_own=False) for entry in known]
    listed += [ListedWord(entry, is_active, is_own=True) for entry, is_active in changed.items() if entry not in known]
    return [word for word in listed if kind is None or word.entry.kind is kind]


def change_word(
    session: Session,
    language: Language,
    entry: Entry,
    *,
    is_active: bool,
    actor: str,
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Add a word or switch it on again, or switch it off; every process judges by it at its next text.

    Args:
        session, language, entry, is_active, actor, reason, now: what is changed, by whom, why and when.
        seen: the newest change of all that the person had seen; None where nobody looked before.

    Raises:
        UnusableWordError: the word or its group can't be used; nothing was changed.
        ConflictError: somebody else has changed this word since; nothing was overwritten.
    """
    _check(language, entry, reason)
    locked_row(session, Stamp, _NAME, value="")  # of two who change a word at once the second sees the first
    if seen is not None and last_change(session, language, entry.phrase, after=seen):
        raise ConflictError(f"“{entry.phrase}” was changed by somebody else in the meantime.")
    wanted = (LexiconWord.language, LexiconWord.kind, LexiconWord.why, LexiconWord.phrase)
    values = (language, entry.kind.value, entry.why, entry.phrase)
    row = session.scalar(
        select(LexiconWord).where(*(column == value for column, value in zip(wanted, values, strict=True)))
    )
    if row is None:
        row = LexiconWord(
            language=language, kind=entry.kind.value, why=entry.why, phrase=entry.phrase, is_active=is_active
        )
        session.add(row)
    row.is_active = is_active
    session.add(
        LexiconChange(
            language=language,
            kind=entry.kind.value,
            why=entry.why,
            phrase=entry.phrase,
            is_active=is_active,
            actor=actor,
            reason=reason.strip(),
            changed_at=now,
        )
    )
    _draw_stamp(session)


def changes(session: Session, language: Language, number: int = 50) -> list[LexiconChange]:
    """Return the newest changes of a language's words, newest first."""
    wanted = select(LexiconChange).where(LexiconChange.language == language)
    return list(session.scalars(wanted.order_by(LexiconChange.id.desc()).limit(number)))


def newest_change(session: Session) -> int:
    """Return the number of the newest change of any word; 0 while there is none."""
    return session.scalar(select(func.max(LexiconChange.id))) or 0


def last_change(session: Session, language: Language, phrase: str, *, after: int) -> LexiconChange | None:
    """Return the newest change of a word, of whatever kind and group, after one that was seen."""
    wanted = select(LexiconChange).where(LexiconChange.language == language, LexiconChange.phrase == phrase)
    return session.scalar(wanted.where(LexiconChange.id > after).order_by(LexiconChange.id.desc()).limit(1))


def read_places(session: Session) -> Gazetteer:
    """Return the city's places, or the sample city's while there are none."""
    rows = session.scalars(select(PlaceRow)).all()
    if not rows:
        return read_gazetteer()
    return Gazetteer(
        {
            row.key: Place(
                row.key, row.level, row.name, row.within, {"zh": tuple(row.said_zh), "en": tuple(row.said_en)}
            )
            for row in rows
        }
    )


def replace_places(session: Session, places: Iterable[Place]) -> None:
    """Put these places in the stead of all that are there."""
    session.execute(delete(PlaceRow))
    for place in places:
        session.add(
            PlaceRow(
                key=place.key,
                level=place.level,
                name=place.name,
                within=place.within,
                said_zh=list(place.said["zh"]),
                said_en=list(place.said["en"]),
            )
        )
    _draw_stamp(session)


def use_tree(session: Session, branches: Iterable[Branch]) -> None:
    """Sort by another tree of categories from now on, e.g. `read_branches("zhoukou")` or a city's own."""
    session.execute(delete(BranchRow))
    for position, branch in enumerate(branches):
        session.add(
            BranchRow(
                key=branch.key,
                position=position,
                category=branch.category,
                name_zh=branch.names["zh"],
                name_en=branch.names["en"],
                said_zh=list(branch.said["zh"]),
                said_en=list(branch.said["en"]),
            )
        )
    _draw_stamp(session)


def read_tree(session: Session) -> tuple[Branch, ...]:
    """Return the city's own tree of categories, or the shipped one while there is none."""
    rows = session.scalars(select(BranchRow).order_by(BranchRow.position)).all()
    own = tuple(
        Branch(
            row.key,
            row.category,
            {"zh": row.name_zh, "en": row.name_en},
            {"zh": tuple(row.said_zh), "en": tuple(row.said_en)},
        )
        for row in rows
    )
    return own or tuple(read_branches())


def _check(language: Language, entry: Entry, reason: str) -> None:
    if not reason.strip():
        raise UnusableWordError("Say why the word is changed: whoever reads the history needs it.")
    if len(entry.phrase) > LONGEST_PHRASE or not cut(entry.phrase, language).units:
        raise UnusableWordError(f"“{entry.phrase}” is no word of this language that could be heard.")
    if entry.why not in shipped(language).groups(entry.kind):
        raise UnusableWordError(f"There is no group “{entry.why}” of this kind.")


def _draw_stamp(session: Session) -> None:
    locked_row(session, Stamp, _NAME, value="").value = secrets.token_hex(8)
    session.flush()
