"""What a caller was told is in the state of record with the answer, and what they made of it with their next key."""

from datetime import timedelta

import pytest

from core.clock import now
from core.models import Announcement, ArticleVersion, PublishingState, ToldAnswer, ToldBy
from tests.articles import a_next_version
from tests.ivr.telephone import said


@pytest.fixture
def answered(telephone):
    """A caller who has just been read the first article of the first topic."""
    telephone.post("incoming")
    for turn in (1, 2, 3):
        telephone.key(turn, "1")
    return telephone


def told(telephone):
    return [(row.how, row.helped, row.played_to_end) for row in telephone.rows(ToldAnswer)]


def test_the_version_that_was_read_is_kept_on_the_call(answered):
    (row,) = answered.rows(ToldAnswer)
    (version,) = [one for one in answered.rows(ArticleVersion) if one.id == row.version_id]
    assert row.call_id == answered.call().id
    assert version.answer in said(answered.key(4, "3"))  # read again
    assert told(answered) == [(ToldBy.KEY, None, False)]


@pytest.mark.parametrize(("key", "helped"), [("1", True), ("2", False)])
def test_whether_it_helped(answered, key, helped):
    answered.key(4, key)
    answered.key(4, key)
    assert told(answered) == [(ToldBy.KEY, helped, False)]


def test_silence_after_an_answer_means_that_it_was_heard_out(answered):
    answered.post("turns/4/keys")
    assert told(answered) == [(ToldBy.KEY, None, True)]


def test_hanging_up_at_once_is_not_hearing_it_out(answered):
    answered.post("status", CallStatus="completed")
    assert told(answered) == [(ToldBy.KEY, None, False)]


def test_a_retried_webhook_tells_it_once(answered):
    answered.key(3, "1")
    assert len(told(answered)) == 1


def test_a_correction_is_heard_in_the_very_next_turn(answered):
    """Published by another process while the caller is choosing."""
    version_id = answered.rows(ToldAnswer)[0].version_id
    with answered.house.database.transaction() as session:
        a_next_version(session, session.get_one(ArticleVersion, version_id), answer="刚刚改过的答复。", now=now())
    assert "刚刚改过的答复。" in said(answered.key(4, "3"))
    assert len(told(answered)) == 2


def announce(telephone, **changes):
    values = {
        "state": PublishingState.PUBLISHED,
        "text_zh": "今晚全城停水。",
        "text_en": "No water tonight.",
        "valid_until": now() + timedelta(hours=1),
        "authors": ["anna"],
        "written_at": now(),
        "published_at": now(),
        **changes,
    }
    with telephone.house.database.transaction() as session:
        session.add(Announcement(**values))


def test_an_announcement_is_said_in_the_greeting_after_the_danger_key(telephone):
    announce(telephone)
    greeting = said(telephone.post("incoming"))
    assert greeting.index("请按9") < greeting.index("今晚全城停水。")


def test_it_is_said_in_the_language_that_is_chosen(telephone):
    announce(telephone)
    telephone.post("incoming")
    english = said(telephone.key(1, "8"))
    assert "No water tonight." in english
    assert "今晚全城停水。" not in english


@pytest.mark.parametrize("change", [{"valid_until": now()}, {"state": PublishingState.REVIEW}])
def test_one_that_is_over_or_not_let_out_is_not_said(telephone, change):
    announce(telephone, **change)
    assert "今晚全城停水。" not in said(telephone.post("incoming"))
