"""What every caller hears in the greeting for a while: written, reviewed by a second person, published, withdrawn.

The same rule as for articles: who wrote in it can't let it out, and anybody who may review can stop it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import get_args

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.database import UtcDateTime
from core.errors import ConflictError
from core.models import Announcement, PublishingState
from core.settings import Language
from core.speaking import seconds_to_speak
from knowledge.content import ContentError, Problem
from knowledge.editing import OPEN, SecondPersonError

LONGEST: Mapping[str, int] = MappingProxyType({"text_zh": 130, "text_en": 400})
"""Characters: about half a minute of a greeting in which somebody may be waiting to say that a life is in danger."""
LONGEST_SECONDS = 45
"""All announcements together; a longer greeting drives callers away, so an older one must be withdrawn first."""
_DISTRICT = {"zh": "{places}：", "en": "In {places}: "}


@dataclass(frozen=True)
class Wording:
    """What an announcement says, where, and until when it is said."""

    text_zh: str
    text_en: str
    valid_until: datetime
    districts: tuple[str, ...] = ()


def problems(wording: Wording, now: datetime) -> tuple[Problem, ...]:
    """Return what must be mended before an announcement is kept."""
    found = [Problem(name, "missing") for name in ("text_zh", "text_en") if not getattr(wording, name)]
    for name, most in LONGEST.items():
        length = len(getattr(wording, name))
        if length > most:
            found.append(Problem(name, "too_long", {"length": length, "most": most}))
    if wording.valid_until <= now:
        found.append(Problem("valid_until", "expired"))
    return tuple(found)


def write_announcement(
    session: Session, wording: Wording, author: str, now: datetime, announcement: Announcement | None, revision: int
) -> Announcement:
    """Keep an announcement as a draft, a new one unless `announcement` is given; in review it becomes a draft again.

    Raises:
        ContentError: see `problems`.
        ConflictError: it was changed, published or withdrawn since the author saw it.
    """
    wrong = problems(wording, now)
    if wrong:
        raise ContentError(wrong)
    if announcement is None:
        announcement = Announcement(authors=[])
        session.add(announcement)
    else:
        _expect(announcement, revision, *OPEN)
    announcement.text_zh, announcement.text_en = wording.text_zh, wording.text_en
    announcement.districts, announcement.valid_until = list(wording.districts), wording.valid_until
    announcement.authors = list(dict.fromkeys([*announcement.authors, author]))
    announcement.state, announcement.written_at = PublishingState.DRAFT, now
    _write(session)
    return announcement


def submit_announcement(session: Session, announcement: Announcement, now: datetime, revision: int) -> None:
    """Ask a second person to look at it; raises ConflictError when it was changed in the meantime."""
    _expect(announcement, revision, PublishingState.DRAFT)
    announcement.state, announcement.submitted_at, announcement.review_note = PublishingState.REVIEW, now, ""
    _write(session)


def send_back_announcement(session: Session, announcement: Announcement, note: str, revision: int) -> None:
    """Give it back to its authors; raises ConflictError when it was changed in the meantime."""
    _expect(announcement, revision, PublishingState.REVIEW)
    announcement.state, announcement.review_note = PublishingState.DRAFT, note
    _write(session)


def publish_announcement(
    session: Session, announcement: Announcement, reviewer: str, now: datetime, revision: int
) -> None:
    """Let it out: every call that is greeted from now on hears it, until its end.

    Raises:
        SecondPersonError: the reviewer wrote in it.
        ConflictError: it was changed in the meantime.
        ContentError: its end is over, or the greeting would take too long with it.
    """
    _expect(announcement, revision, PublishingState.REVIEW)
    if reviewer in announcement.authors:
        raise SecondPersonError("Somebody who did not write it must publish it.")
    if announcement.valid_until <= now:
        raise ContentError((Problem("valid_until", "expired"),))
    together = seconds_to_speak(in_words((*current_announcements(session, now), announcement), "zh"))
    if together > LONGEST_SECONDS:
        raise ContentError((Problem("text_zh", "greeting_full", {"seconds": together, "most": LONGEST_SECONDS}),))
    announcement.state, announcement.reviewer, announcement.published_at = PublishingState.PUBLISHED, reviewer, now
    _write(session)


def withdraw_announcement(
    session: Session, announcement: Announcement, actor: str, now: datetime, revision: int
) -> None:
    """Stop it at once; raises ConflictError when it was changed in the meantime."""
    _expect(announcement, revision, *OPEN, PublishingState.PUBLISHED)
    announcement.state, announcement.ended_at, announcement.ended_by = PublishingState.WITHDRAWN, now, actor
    _write(session)


IS_ANNOUNCED: ColumnElement[bool] = exists().where(
    Announcement.state == PublishingState.PUBLISHED, Announcement.valid_until > bindparam("now", type_=UtcDateTime())
)
"""Whether there is anything to announce at the moment `now`, as a column of a larger question."""


def current_announcements(session: Session, now: datetime) -> tuple[Announcement, ...]:
    """Return what is said in the greeting now: for the whole city first, the newest before older ones."""
    rows = session.scalars(
        select(Announcement)
        .where(Announcement.state == PublishingState.PUBLISHED, Announcement.valid_until > now)
        .order_by(Announcement.published_at.desc())
    )
    return tuple(sorted(rows, key=lambda row: bool(row.districts)))


def spoken_announcements(session: Session, now: datetime) -> dict[Language, str]:
    """Return the words for the greeting in each language; empty when there is nothing to announce.

    Where a caller is, nobody knows yet: all are said, those of districts with the district's name first.
    """
    rows = current_announcements(session, now)
    return {language: in_words(rows, language) for language in get_args(Language)} if rows else {}


def in_words(rows: Sequence[Announcement], language: Language) -> str:
    """Return announcements as they are spoken one after the other."""
    gap = "" if language == "zh" else " "
    return gap.join(_place(row, language) + (row.text_zh if language == "zh" else row.text_en) for row in rows)


def _place(row: Announcement, language: Language) -> str:
    joined = ("、" if language == "zh" else " and ").join(row.districts)
    return _DISTRICT[language].format(places=joined) if joined else ""


def _expect(announcement: Announcement, revision: int, *states: PublishingState) -> None:
    if announcement.revision != revision or announcement.state not in states:
        raise ConflictError("The announcement was changed by somebody else while you were looking at it.")


def _write(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise ConflictError("The announcement was changed by somebody else in the same moment.") from error
