"""Tells everybody who heard a wrong answer what is right: whom, by which way, and what became of it.

A call is placed unless the caller has agreed to short messages and nothing speaks against one; neither names the
matter to anybody who has not pressed 1. Whoever can't be reached in three calls, hours apart, is left to a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import outbox
from core.models import (
    ArticleVersion,
    Call,
    Caller,
    Correction,
    CorrectionRecipient,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    PublishingState,
    RecipientState,
    ToldAnswer,
)
from core.quiet_hours import out_of_quiet_hours, read_quiet_hours
from core.settings import Settings
from routing.orders import MACHINE, add_event, open_work_order
from routing.orders.wishes import may_write_to

MOST_ATTEMPTS = 3
_BETWEEN_ATTEMPTS = timedelta(hours=2)
_COUNTS_AS_MISSED = timedelta(hours=1)
_WRONG = (PublishingState.SUPERSEDED, PublishingState.WITHDRAWN)


@dataclass(frozen=True)
class ToldWrongly:
    """How many callers heard a version that holds no more, and how many of them can be told."""

    version_id: int
    number: int
    state: PublishingState
    callers: int
    reachable: int
    withheld: int
    secret: int
    """Asked that nobody knows of their call, or said when it is safe: for a person to call."""
    queued: int
    """A correction to them is under way or done."""


@dataclass(frozen=True)
class _Heard:
    caller: Caller
    call_id: int
    is_queued: bool

    @property
    def is_reachable(self) -> bool:
        return self.caller.may_be_rung and not self.is_queued


def told_wrongly(session: Session, article_id: int, since: datetime) -> tuple[ToldWrongly, ...]:
    """Return the versions of an article that hold no more and were heard since a moment, the newest first."""
    versions = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article_id, ArticleVersion.state.in_(_WRONG))
        .order_by(ArticleVersion.number.desc())
    )
    counted = (_counted(version, tuple(_heard(session, version.id, since))) for version in versions)
    return tuple(one for one in counted if one.callers)


def queue_corrections(
    session: Session,
    version: ArticleVersion,
    actor: str,
    now: datetime,
    hours: int,
    settings: Settings,
    *,
    by_sms: bool,
) -> Correction | None:
    """Queue a call or a short message to everybody who heard a version in the last `hours`; None if there is nobody.

    Each number once, however often it rang and however often this is asked for. In quiet hours nobody is rung, and
    not more at a time than the settings allow, so that an alert never waits behind corrections.
    """
    callers = [one for one in _heard(session, version.id, now - timedelta(hours=hours)) if one.is_reachable]
    if version.state not in _WRONG or not callers:
        return None
    correction = Correction(
        wrong_version_id=version.id,
        right_version_id=_right(session, version),
        asked_by=actor,
        asked_at=now,
        hours=hours,
    )
    session.add(correction)
    session.flush()
    spacing = timedelta(minutes=1) / settings.corrections_a_minute
    for place, one in enumerate(callers):
        recipient = CorrectionRecipient(
            correction=correction, wrong_version_id=version.id, caller=one.caller, call_id=one.call_id
        )
        session.add(recipient)
        session.flush()
        in_writing = by_sms and version.category != "tip_off" and may_write_to(session, one.caller)
        kind = OutgoingKind.CORRECTION_SMS if in_writing else OutgoingKind.CORRECTION_CALL
        _attempt(session, recipient, kind, now, now + place * spacing, settings)
    return correction


def correction_of(session: Session, attempt_id: str) -> CorrectionRecipient | None:
    """Return the caller to whom an attempt is on its way."""
    return session.scalar(
        select(CorrectionRecipient)
        .join(Outgoing, Outgoing.id == CorrectionRecipient.outgoing_id)
        .where(Outgoing.attempt_id == attempt_id)
        .with_for_update(of=CorrectionRecipient)
    )


def heard_correction(session: Session, recipient: CorrectionRecipient, now: datetime) -> None:
    """Note that the right person was told: they pressed 1."""
    recipient.state, recipient.heard_at, recipient.due_at = RecipientState.HEARD, now, None
    session.flush()


def missed_correction(session: Session, recipient: CorrectionRecipient, settings: Settings, now: datetime) -> None:
    """Try again hours later, or leave it to a person after the last try: nobody is dropped."""
    if recipient.state is not RecipientState.WAITING:
        return
    if recipient.attempts < MOST_ATTEMPTS:
        _attempt(session, recipient, OutgoingKind.CORRECTION_CALL, now, now + _BETWEEN_ATTEMPTS, settings)
    else:
        _leave_to_person(session, recipient, settings, now)


def follow_up_corrections(session: Session, settings: Settings, now: datetime) -> None:
    """Go on with corrections of which the carrier told nothing, that it refused, or that are written."""
    rows = session.execute(
        select(CorrectionRecipient, Outgoing)
        .join(Outgoing, Outgoing.id == CorrectionRecipient.outgoing_id)
        .where(
            CorrectionRecipient.state == RecipientState.WAITING,
            Outgoing.state.in_((OutgoingState.SENT, OutgoingState.BY_HAND)),
        )
        .with_for_update(of=CorrectionRecipient, skip_locked=True)
    ).all()
    for recipient, sent in rows:
        if sent.state is OutgoingState.BY_HAND:
            _leave_to_person(session, recipient, settings, now)
        elif sent.kind is OutgoingKind.CORRECTION_SMS:
            recipient.state, recipient.due_at = RecipientState.TEXTED, None
        elif recipient.due_at and recipient.due_at <= now:
            missed_correction(session, recipient, settings, now)
    session.flush()


def count_of(session: Session, correction: Correction) -> int:
    """Return how many callers a correction goes to."""
    wanted = select(func.count(CorrectionRecipient.id)).where(CorrectionRecipient.correction_id == correction.id)
    return session.scalar(wanted) or 0


def progress(session: Session, article_id: int) -> dict[int, dict[RecipientState, int]]:
    """Return how far the corrections of an article's versions have come, by the wrong version's id."""
    rows = session.execute(
        select(CorrectionRecipient.wrong_version_id, CorrectionRecipient.state, func.count(CorrectionRecipient.id))
        .join(ArticleVersion, ArticleVersion.id == CorrectionRecipient.wrong_version_id)
        .where(ArticleVersion.article_id == article_id)
        .group_by(CorrectionRecipient.wrong_version_id, CorrectionRecipient.state)
    )
    found: dict[int, dict[RecipientState, int]] = {}
    for version_id, state, count in rows:
        found.setdefault(version_id, {})[state] = count
    return found


def _heard(session: Session, version_id: int, since: datetime) -> Iterator[_Heard]:
    """Return everybody who heard a version, each once, with the last call in which they did, the earliest first."""
    last = (
        select(Call.caller_id, func.max(Call.id).label("call_id"))
        .join(ToldAnswer, ToldAnswer.call_id == Call.id)
        .where(ToldAnswer.version_id == version_id, ToldAnswer.told_at >= since)
        .group_by(Call.caller_id)
        .subquery()
    )
    rows = session.execute(
        select(Caller, last.c.call_id, CorrectionRecipient.id)
        .join(last, last.c.caller_id == Caller.id)
        .outerjoin(
            CorrectionRecipient,
            (CorrectionRecipient.caller_id == Caller.id) & (CorrectionRecipient.wrong_version_id == version_id),
        )
        .order_by(last.c.call_id)
    )
    return (_Heard(caller, call_id, recipient is not None) for caller, call_id, recipient in rows)


def _counted(version: ArticleVersion, heard: tuple[_Heard, ...]) -> ToldWrongly:
    return ToldWrongly(
        version_id=version.id,
        number=version.number,
        state=version.state,
        callers=len(heard),
        reachable=sum(one.is_reachable for one in heard),
        withheld=sum(one.caller.number is None for one in heard),
        secret=sum(one.caller.number is not None and not one.caller.may_be_rung for one in heard),
        queued=sum(one.is_queued for one in heard),
    )


def _right(session: Session, wrong: ArticleVersion) -> int | None:
    return session.scalar(
        select(ArticleVersion.id).where(
            ArticleVersion.article_id == wrong.article_id, ArticleVersion.state == PublishingState.PUBLISHED
        )
    )


def _attempt(
    session: Session,
    recipient: CorrectionRecipient,
    kind: OutgoingKind,
    now: datetime,
    wanted_at: datetime,
    settings: Settings,
) -> None:
    due_at = out_of_quiet_hours(wanted_at, read_quiet_hours(settings.quiet_hours), ZoneInfo(settings.time_zone))
    recipient.attempts += 1
    language = session.get_one(ArticleVersion, recipient.wrong_version_id).article.language
    payload = {"to": recipient.caller.number, "recipient_id": recipient.id, "language": language}
    row = outbox.send(session, kind, f"correction:{recipient.id}:{recipient.attempts}", payload, now, due_at=due_at)
    recipient.outgoing_id, recipient.due_at = row.id, due_at + _COUNTS_AS_MISSED
    session.flush()


def _leave_to_person(session: Session, recipient: CorrectionRecipient, settings: Settings, now: datetime) -> None:
    recipient.state, recipient.due_at = RecipientState.TO_PERSON, None
    version = session.get_one(ArticleVersion, recipient.wrong_version_id)
    order = open_work_order(session, recipient.call, language=version.article.language, settings=settings, now=now)
    add_event(session, order, "correction_by_hand", MACHINE, now, question=version.question)
