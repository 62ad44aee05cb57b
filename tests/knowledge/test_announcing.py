"""What every caller hears in the greeting: let out by a second person, over at its end, stopped by anybody at once."""

from datetime import timedelta

import pytest

from core.errors import ConflictError
from core.models import PublishingState
from knowledge.announcing import (
    Wording,
    publish_announcement,
    send_back_announcement,
    spoken_announcements,
    submit_announcement,
    withdraw_announcement,
    write_announcement,
)
from knowledge.content import ContentError
from knowledge.editing import SecondPersonError
from tests.rows import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


def written(session, zh="今晚八点停水。", en="No water from 8 tonight.", author="anna", **changes):
    wording = Wording(zh, en, changes.pop("valid_until", NOON + HOUR), **changes)
    row = write_announcement(session, wording, author, NOON, None, 0)
    submit_announcement(session, row, NOON, row.revision)
    return row


def let_out(session, row, at=NOON):
    publish_announcement(session, row, "wang", at, row.revision)
    return row


def test_it_is_said_in_both_languages_from_its_publication_to_its_end(session):
    row = written(session)
    assert spoken_announcements(session, NOON) == {}
    let_out(session, row)
    assert spoken_announcements(session, NOON) == {"zh": "今晚八点停水。", "en": "No water from 8 tonight."}
    assert spoken_announcements(session, NOON + HOUR) == {}


def test_its_author_can_not_let_it_out(session):
    row = written(session, author="wang")
    with pytest.raises(SecondPersonError):
        let_out(session, row)
    assert spoken_announcements(session, NOON) == {}


def test_the_whole_city_comes_first_and_a_district_is_named(session):
    let_out(session, written(session, districts=("成华区", "青羊区")))
    let_out(session, written(session, zh="请留在家中。", en="Stay at home."))
    assert spoken_announcements(session, NOON) == {
        "zh": "请留在家中。成华区、青羊区：今晚八点停水。",
        "en": "Stay at home. In 成华区 and 青羊区: No water from 8 tonight.",
    }


def test_anybody_stops_it_at_once(session):
    row = let_out(session, written(session))
    withdraw_announcement(session, row, "anna", NOON, row.revision)
    assert (row.state, row.ended_by) == (PublishingState.WITHDRAWN, "anna")
    assert spoken_announcements(session, NOON) == {}


def test_what_is_out_can_not_be_written_in(session):
    row = let_out(session, written(session))
    with pytest.raises(ConflictError):
        write_announcement(session, Wording("改", "changed", NOON + HOUR), "anna", NOON, row, row.revision)


def test_what_was_changed_after_the_review_began_is_a_draft_again(session):
    row = written(session)
    seen = row.revision
    write_announcement(session, Wording("改", "changed", NOON + HOUR), "anna", NOON, row, seen)
    assert row.state is PublishingState.DRAFT
    with pytest.raises(ConflictError):
        publish_announcement(session, row, "wang", NOON, seen)


def test_a_reviewer_gives_it_back(session):
    row = written(session)
    send_back_announcement(session, row, "几点？", row.revision)
    assert (row.state, row.review_note) == (PublishingState.DRAFT, "几点？")


@pytest.mark.parametrize(
    ("wording", "complaint"),
    [
        (Wording("", "x", NOON + HOUR), "text_zh: missing"),
        (Wording("x", "", NOON + HOUR), "text_en: missing"),
        (Wording("长" * 131, "x", NOON + HOUR), "text_zh: too_long"),
        (Wording("x", "x", NOON), "valid_until: expired"),
    ],
)
def test_what_can_not_be_said_is_refused(session, wording, complaint):
    with pytest.raises(ContentError, match=complaint):
        write_announcement(session, wording, "anna", NOON, None, 0)


def test_one_that_has_ended_while_it_waited_is_not_let_out(session):
    row = written(session)
    with pytest.raises(ContentError, match="expired"):
        let_out(session, row, NOON + HOUR)


def test_the_greeting_stays_short(session):
    for _ in range(2):
        let_out(session, written(session, zh="长" * 100))
    with pytest.raises(ContentError, match="greeting_full"):
        let_out(session, written(session, zh="一条很短的通知。"))
