"""Exactly those who heard the wrong version are told, once a number, at decent hours, and nobody is dropped."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import (
    Category,
    CorrectionRecipient,
    OrderEvent,
    Outgoing,
    OutgoingKind,
    OutgoingState,
    RecipientState,
    Urgency,
    WorkOrder,
)
from core.settings import Settings
from knowledge.editing import withdraw
from routing.told.corrections import (
    follow_up_corrections,
    heard_correction,
    missed_correction,
    progress,
    queue_corrections,
    told_wrongly,
)
from tests.articles import a_next_version, an_article
from tests.routing.told.telling import HOUR, heard
from tests.rows import NOON, an_order

SETTINGS = Settings()
A, B, C = (f"+861390000000{n}" for n in (1, 2, 3))


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def wrong(session):
    """The first version of an article, which was heard and then replaced."""
    first = an_article(session, answer="旧。")
    heard(session, first, A, NOON)
    heard(session, first, B, NOON + HOUR)
    a_next_version(session, first, answer="新。", now=NOON + 2 * HOUR)
    return first


def queue(session, version, at=NOON + 3 * HOUR, hours=24, **options):
    return queue_corrections(
        session, version, "anna", at, hours, options.pop("settings", SETTINGS), by_sms=options.pop("by_sms", False)
    )


def outbox(session):
    return session.scalars(select(Outgoing).order_by(Outgoing.id)).all()


def recipients(session):
    return session.scalars(select(CorrectionRecipient).order_by(CorrectionRecipient.id)).all()


def counted(session, version, since=NOON):
    (one,) = told_wrongly(session, version.article_id, since)
    return one.callers, one.reachable, one.withheld, one.secret, one.queued


def test_who_heard_it_is_counted_by_caller_and_way(session, wrong):
    heard(session, wrong, A, NOON + HOUR)
    heard(session, wrong, None)
    heard(session, wrong, C, secrecy_asked=True)
    assert counted(session, wrong) == (4, 2, 1, 1, 0)
    assert counted(session, wrong, NOON + HOUR) == (2, 2, 0, 0, 0)


def test_what_holds_still_and_what_nobody_heard_is_not_listed(session, wrong):
    assert [one.number for one in told_wrongly(session, wrong.article_id, NOON)] == [1]
    assert told_wrongly(session, wrong.article_id, NOON + 2 * HOUR) == ()


def test_exactly_those_are_rung_once_each(session, wrong):
    other = an_article(session, slug="other", question="另一个？")
    heard(session, other, C)
    heard(session, wrong, A, NOON + HOUR)
    heard(session, wrong, None)
    correction = queue(session, wrong)
    assert {row.payload["to"] for row in outbox(session)} == {A, B}
    assert {row.kind for row in outbox(session)} == {OutgoingKind.CORRECTION_CALL}
    assert correction.asked_by == "anna"
    assert counted(session, wrong) == (3, 0, 1, 0, 2)
    assert queue(session, wrong, hours=168) is None
    assert len(outbox(session)) == 2


def test_only_those_of_the_last_hours(session, wrong):
    queue(session, wrong, hours=2)
    assert [row.payload["to"] for row in outbox(session)] == [B]


def test_nobody_is_corrected_about_what_holds(session):
    current = an_article(session)
    heard(session, current, A)
    assert queue(session, current) is None
    assert outbox(session) == []


def test_they_go_out_one_after_the_other_so_that_nothing_urgent_waits(session, wrong):
    queue(session, wrong, settings=Settings(corrections_a_minute=6))
    first, second = outbox(session)
    assert (first.due_at, second.due_at) == (NOON + 3 * HOUR, NOON + 3 * HOUR + timedelta(seconds=10))


def test_nobody_is_rung_at_night(session, wrong):
    night = NOON + 10 * HOUR  # 22:00 in Shanghai
    queue(session, wrong, at=night)
    assert {row.due_at for row in outbox(session)} == {NOON + 20 * HOUR}


@pytest.mark.parametrize(
    ("agreed", "category", "reasons", "kind"),
    [
        (True, "policy", {}, OutgoingKind.CORRECTION_SMS),
        (False, "policy", {}, OutgoingKind.CORRECTION_CALL),
        (True, "tip_off", {}, OutgoingKind.CORRECTION_CALL),
        (True, "policy", {"words": [["刀", "violence"]]}, OutgoingKind.CORRECTION_CALL),
        (True, "policy", {"words": [["打我", "domestic"]]}, OutgoingKind.CORRECTION_CALL),
        (True, "policy", {"words": [["x", "fever"]]}, OutgoingKind.CORRECTION_SMS),
    ],
)
def test_a_message_goes_only_to_who_agreed_and_never_about_some_matters(session, agreed, category, reasons, kind):
    first = an_article(session, category=category)
    call = heard(session, first, A, sms_agreed=agreed)
    order = an_order(session, call)
    order.reasons, order.category = reasons, Category.OTHER
    a_next_version(session, first, category=category)
    queue(session, first, by_sms=True)
    assert [row.kind for row in outbox(session)] == [kind]


def test_a_message_is_sent_only_if_that_was_asked_for(session):
    first = an_article(session)
    heard(session, first, A, sms_agreed=True)
    a_next_version(session, first)
    queue(session, first)
    assert [row.kind for row in outbox(session)] == [OutgoingKind.CORRECTION_CALL]


def test_what_was_withdrawn_is_corrected_too(session):
    only = an_article(session)
    heard(session, only, A)
    withdraw(session, only, "anna", NOON + HOUR, "wrong", only.revision)
    assert queue(session, only).right_version_id is None
    assert len(outbox(session)) == 1


def test_who_was_not_reached_is_tried_again_hours_later_and_then_left_to_a_person(session, wrong):
    queue(session, wrong, hours=2)
    (one,) = recipients(session)
    at = NOON + 3 * HOUR
    for attempt in (2, 3):
        missed_correction(session, one, SETTINGS, at)
        assert (one.state, one.attempts, len(outbox(session))) == (RecipientState.WAITING, attempt, attempt)
        assert outbox(session)[-1].due_at == at + 2 * HOUR
        assert one.outgoing_id == outbox(session)[-1].id
    missed_correction(session, one, SETTINGS, at)
    assert (one.state, one.attempts, len(outbox(session))) == (RecipientState.TO_PERSON, 3, 3)
    order = session.scalars(select(WorkOrder)).one()
    assert (order.call_id, order.urgency) == (one.call_id, Urgency.UNKNOWN)
    assert "correction_by_hand" in session.scalars(select(OrderEvent.event)).all()


def test_who_was_told_is_not_rung_again(session, wrong):
    queue(session, wrong, hours=2)
    (one,) = recipients(session)
    heard_correction(session, one, NOON + 4 * HOUR)
    missed_correction(session, one, SETTINGS, NOON + 4 * HOUR)
    assert (one.state, one.heard_at, len(outbox(session))) == (RecipientState.HEARD, NOON + 4 * HOUR, 1)
    assert progress(session, wrong.article_id) == {wrong.id: {RecipientState.HEARD: 1}}


@pytest.mark.parametrize(
    ("kind", "state", "hours_later", "became"),
    [
        (OutgoingKind.CORRECTION_CALL, OutgoingState.SENT, 0, RecipientState.WAITING),
        (OutgoingKind.CORRECTION_CALL, OutgoingState.BY_HAND, 0, RecipientState.TO_PERSON),
        (OutgoingKind.CORRECTION_CALL, OutgoingState.WAITING, 99, RecipientState.WAITING),
        (OutgoingKind.CORRECTION_SMS, OutgoingState.SENT, 0, RecipientState.TEXTED),
    ],
)
def test_what_the_carrier_never_told_is_looked_after(session, wrong, kind, state, hours_later, became):
    queue(session, wrong, hours=2)
    (row,) = outbox(session)
    row.kind, row.state = kind, state
    session.flush()
    follow_up_corrections(session, SETTINGS, NOON + (3 + hours_later) * HOUR)
    assert recipients(session)[0].state is became
    assert len(outbox(session)) == 1


def test_a_call_of_which_nothing_was_heard_for_an_hour_counts_as_missed(session, wrong):
    queue(session, wrong, hours=2)
    outbox(session)[0].state = OutgoingState.SENT
    session.flush()
    follow_up_corrections(session, SETTINGS, NOON + 4 * HOUR)
    assert recipients(session)[0].attempts == 2
    follow_up_corrections(session, SETTINGS, NOON + 4 * HOUR)
    assert len(outbox(session)) == 2
