"""A correction on the telephone: nothing of the matter before key 1, everything after it, a person and help at hand."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import (
    ArticleVersion,
    CorrectionRecipient,
    Outgoing,
    OutgoingState,
    RecipientState,
    ToldAnswer,
    ToldBy,
    Urgency,
)
from ivr.correcting import correction_message
from ivr.prompts import LANGUAGES
from knowledge.editing import withdraw
from routing.told.corrections import queue_corrections
from tests.articles import a_next_version, an_article
from tests.ivr.telephone import WANG, said, verbs
from tests.routing.told.telling import heard

HOUR = timedelta(hours=1)
QUESTION, NEW = "疫苗在哪里打？", "请去体育馆。"


@pytest.fixture
def rung(telephone):
    """Somebody who heard a wrong answer picks up; `path` is where the carrier asks."""
    return ring(telephone)


def ring(telephone, *, corrected=True):
    with telephone.house.database.transaction() as session:
        first = an_article(session, slug="vaccine-test", now=now() - 2 * HOUR, question=QUESTION, answer="请去社区。")
        heard(session, first, WANG, now() - HOUR)
        if corrected:
            a_next_version(session, first, answer=NEW, now=now() - HOUR / 2)
        else:
            withdraw(session, first, "anna", now(), "wrong", first.revision)
        queue_corrections(session, first, "anna", now(), 24, telephone.house.settings, by_sms=False)
        sent = session.scalars(select(Outgoing)).one()
        sent.attempt_id, sent.state = secrets.token_hex(16), OutgoingState.SENT
        telephone.path = f"corrections/{sent.attempt_id}"
    return telephone


def post(telephone, what="", **fields):
    place = f"{telephone.path}/{what}" if what else telephone.path
    return telephone.post(place, **{"From": "+8657100000000", "To": WANG, **fields})


def recipient(telephone):
    (row,) = telephone.rows(CorrectionRecipient)
    return row


def test_a_voicemail_hears_nothing_but_to_call(rung):
    answer = post(rung)
    words = said(answer)
    assert "请您致电8 6 5 7 1 0 0 0 0 0 0 0 0" in words
    assert QUESTION not in words
    assert NEW not in words
    assert verbs(answer) == ["Gather", "Hangup"]
    assert recipient(rung).state is RecipientState.WAITING


@pytest.mark.parametrize("digits", ["0", "2", "9", "", None])
def test_nothing_but_key_one_tells_the_matter(rung, digits):
    assert verbs(post(rung, "keys", Digits=digits)) == ["Hangup"]
    assert recipient(rung).state is RecipientState.WAITING
    assert len(rung.rows(ToldAnswer)) == 1


def test_who_presses_one_hears_the_question_and_the_new_answer(rung):
    words = said(post(rung, "keys", Digits="1"))
    assert QUESTION in words
    assert NEW in words
    assert "请去社区" not in words
    assert recipient(rung).state is RecipientState.HEARD
    told = rung.rows(ToldAnswer)[-1]
    assert told.how is ToldBy.CORRECTION
    assert told.call_id == rung.call().id


def test_it_is_said_again_with_key_one(rung):
    first = said(post(rung, "keys", Digits="1"))
    assert said(post(rung, "answer", Digits="1")) == first
    assert len(rung.rows(ToldAnswer)) == 2


def test_key_zero_leads_to_a_person_like_any_call(make_telephone):
    from tests.ivr.telephone import DUTY  # noqa: PLC0415

    rung = ring(make_telephone(duty_phones=(DUTY,)))
    post(rung, "keys", Digits="1")
    answer = post(rung, "answer", Digits="0")
    assert "Dial" in verbs(answer)
    assert rung.order().wants_person
    assert rung.call().caller.number == WANG
    rung.post("turns/1/rang", From="+8657100000000", To=WANG)
    assert rung.call().caller.number == WANG


def test_key_nine_is_a_danger_there_too(rung):
    post(rung, "keys", Digits="1")
    assert "Record" in verbs(post(rung, "answer", Digits="9"))
    assert rung.order().urgency is Urgency.RED


def test_who_says_nothing_is_let_go(rung):
    post(rung, "keys", Digits="1")
    assert verbs(post(rung, "answer", Digits="")) == ["Say", "Hangup"]


@pytest.mark.parametrize("status", ["completed", "busy", "no-answer", "failed", "canceled"])
def test_who_was_not_told_is_rung_again_later_once_however_often_it_is_told(rung, status):
    for _ in range(2):
        assert post(rung, "status", CallStatus=status).status_code == 204
    sent = rung.rows(Outgoing)
    assert len(sent) == 2
    assert sent[-1].due_at > now() + HOUR


def test_a_call_that_goes_on_is_not_over(rung):
    post(rung, "status", CallStatus="ringing")
    assert len(rung.rows(Outgoing)) == 1


def test_who_was_told_is_not_rung_again(rung):
    post(rung, "keys", Digits="1")
    post(rung, "status", CallStatus="completed")
    assert len(rung.rows(Outgoing)) == 1
    assert rung.call().ended_at


def test_what_was_corrected_once_more_in_the_meantime_is_what_is_told(rung):
    with rung.house.database.transaction() as session:
        newest = session.scalars(select(ArticleVersion).where(ArticleVersion.answer == NEW)).one()
        a_next_version(session, newest, answer="请去图书馆。", now=now())
    assert "请去图书馆。" in said(post(rung, "keys", Digits="1"))


def test_an_answer_that_was_withdrawn_is_told_to_hold_no_more(telephone):
    rung = ring(telephone, corrected=False)
    words = said(post(rung, "keys", Digits="1"))
    assert "已经不适用" in words
    assert "请去社区" not in words


@pytest.mark.parametrize("what", ["", "keys", "answer"])
def test_an_attempt_that_nobody_knows_is_ended(telephone, what):
    telephone.path = "corrections/nothing"
    assert verbs(post(telephone, what, Digits="1")) == ["Hangup"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_message_names_no_matter(telephone, language):
    text = correction_message(telephone.house.settings, language)
    assert "+8657100000000" in text
    assert len(text) < 160
    assert "http" not in text
