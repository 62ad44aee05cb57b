"""The way of an article: written, seen by a second person, heard; nothing that was published is ever changed."""

from datetime import timedelta

import pytest

from core.errors import ConflictError
from core.models import PublishingState
from knowledge.content import ContentError
from knowledge.editing import (
    SecondPersonError,
    SlugTakenError,
    begin_draft,
    content_of,
    publish,
    save_draft,
    send_back,
    submit,
    withdraw,
)
from knowledge.store import published_articles
from tests.articles import a_content, a_draft, a_next_version, an_article, let_out
from tests.rows import NOON

DAY = timedelta(days=1)
DRAFT, REVIEW, PUBLISHED, SUPERSEDED, WITHDRAWN = PublishingState


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


def heard(session, at=NOON, language="zh"):
    return [article.answer for article in published_articles(session, language, at)]


def test_a_draft_is_not_heard_and_a_review_is_not_either(session):
    draft = a_draft(session)
    assert (draft.state, draft.number, draft.authors, draft.article.owner) == (DRAFT, 1, ["anna"], "anna")
    submit(session, draft, NOON, draft.revision)
    assert draft.state is REVIEW
    assert heard(session) == []


def test_a_second_person_publishes_and_it_is_heard(session):
    version = an_article(session, answer="请去社区。")
    assert (version.state, version.reviewer, version.published_at) == (PUBLISHED, "wang", NOON)
    assert heard(session) == ["请去社区。"]


def test_nobody_who_wrote_in_it_publishes_it(session):
    draft = a_draft(session, author="anna")
    save_draft(session, draft, a_content(answer="改过。"), "wang", NOON, draft.revision)
    assert draft.authors == ["anna", "wang"]
    submit(session, draft, NOON, draft.revision)
    for author in ("anna", "wang"):
        with pytest.raises(SecondPersonError):
            publish(session, draft, author, NOON, draft.revision)
    assert heard(session) == []
    publish(session, draft, "li", NOON, draft.revision)
    assert heard(session) == ["改过。"]


@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
def test_only_what_waits_for_review_is_published(session, state):
    version = a_draft(session) if state == "draft" else an_article(session)
    if state == "withdrawn":
        withdraw(session, version, "anna", NOON, "wrong", version.revision)
    with pytest.raises(ConflictError):
        publish(session, version, "wang", NOON, version.revision)


def test_what_is_written_after_the_review_began_is_a_draft_again(session):
    draft = a_draft(session)
    submit(session, draft, NOON, draft.revision)
    seen = draft.revision
    save_draft(session, draft, a_content(answer="趁人不备。"), "anna", NOON, seen)
    assert draft.state is DRAFT
    with pytest.raises(ConflictError):
        publish(session, draft, "wang", NOON, seen)


def test_a_reviewer_gives_it_back_with_a_note(session):
    draft = a_draft(session)
    submit(session, draft, NOON, draft.revision)
    send_back(session, draft, "wang", NOON, "哪个社区？", draft.revision)
    assert (draft.state, draft.review_note, draft.reviewer) == (DRAFT, "哪个社区？", "wang")
    submit(session, draft, NOON, draft.revision)
    assert draft.review_note == ""


def test_a_new_version_takes_the_place_of_the_old_which_stays_as_it_was(session):
    first = an_article(session, answer="旧。")
    before = content_of(first)
    second = a_next_version(session, first, answer="新。", now=NOON + DAY)
    assert (second.number, second.based_on) == (2, 1)
    assert (first.state, first.ended_at, first.ended_by) == (SUPERSEDED, NOON + DAY, "wang")
    assert content_of(first) == before
    assert heard(session, NOON + DAY) == ["新。"]


def test_going_back_is_a_new_version_under_the_same_rule(session):
    first = an_article(session, answer="旧。")
    second = a_next_version(session, first, answer="新。")
    back = begin_draft(session, first.article, content_of(first), "anna", NOON, based_on=first.number)
    assert heard(session) == ["新。"]
    let_out(session, back)
    assert [row.number for row in (first, second, back)] == [1, 2, 3]
    assert heard(session) == ["旧。"]


@pytest.mark.parametrize("verb", [save_draft, submit, withdraw])
def test_what_was_published_can_not_be_written_in(session, verb):
    first = an_article(session)
    a_next_version(session, first)
    arguments = {
        save_draft: (a_content(), "anna", NOON),
        submit: (NOON,),
        withdraw: ("anna", NOON, "no"),
    }[verb]
    with pytest.raises(ConflictError):
        verb(session, first, *arguments, first.revision)


def test_one_person_withdraws_and_it_is_heard_no_more(session):
    version = an_article(session)
    withdraw(session, version, "anna", NOON, "wrong address", version.revision)
    assert (version.state, version.ended_by, version.end_reason) == (WITHDRAWN, "anna", "wrong address")
    assert heard(session) == []


def test_a_version_that_starts_later_lets_the_older_one_be_heard_until_then(session):
    first = an_article(session, answer="旧。")
    later = a_next_version(session, first, answer="新。", valid_from=NOON + DAY)
    assert (later.state, first.state) == (PUBLISHED, SUPERSEDED)
    assert heard(session, NOON + DAY / 2) == ["旧。"]
    assert heard(session, NOON + DAY) == ["新。"]


def test_withdrawing_what_has_not_started_lets_the_older_one_go_on(session):
    first = an_article(session, answer="旧。")
    later = a_next_version(session, first, answer="新。", valid_from=NOON + DAY)
    withdraw(session, later, "anna", NOON, "", later.revision)
    assert (first.state, first.ended_at) == (PUBLISHED, None)
    assert heard(session, NOON + 2 * DAY) == ["旧。"]


def test_what_is_published_now_also_ends_what_was_still_to_start(session):
    first = an_article(session, answer="一。")
    second = a_next_version(session, first, answer="二。", valid_from=NOON + DAY)
    a_next_version(session, second, answer="三。")
    assert [heard(session, NOON + days * DAY) for days in (0, 1, 2)] == [["三。"]] * 3


def test_withdrawing_a_running_version_brings_nothing_old_back(session):
    first = an_article(session, answer="旧。")
    second = a_next_version(session, first, answer="新。", valid_from=NOON)
    withdraw(session, second, "anna", NOON + DAY, "", second.revision)
    assert heard(session, NOON + DAY) == []


def test_what_has_ended_already_is_not_published(session):
    draft = a_draft(session, valid_until=NOON)
    submit(session, draft, NOON, draft.revision)
    with pytest.raises(ContentError, match="valid_until: expired"):
        publish(session, draft, "wang", NOON, draft.revision)


def test_a_name_is_given_once_in_a_language(session):
    a_draft(session, slug="vaccine")
    a_draft(session, slug="vaccine", language="en")
    with pytest.raises(SlugTakenError, match="vaccine"):
        a_draft(session, slug="vaccine")


def test_an_incomplete_draft_is_kept_but_nobody_is_asked_to_review_it(session):
    draft = a_draft(session, answer="")
    with pytest.raises(ContentError, match="answer: missing"):
        submit(session, draft, NOON, draft.revision)
    assert draft.state is DRAFT


def test_who_is_slower_overwrites_nothing(session):
    draft = a_draft(session)
    seen = draft.revision
    save_draft(session, draft, a_content(answer="快。"), "wang", NOON, seen)
    with pytest.raises(ConflictError, match="vaccine"):
        save_draft(session, draft, a_content(answer="慢。"), "anna", NOON, seen)
    assert draft.answer == "快。"


def test_there_is_one_open_draft_of_an_article(session):
    first = an_article(session)
    begin_draft(session, first.article, a_content(), "anna", NOON, based_on=1)
    with pytest.raises(ConflictError):
        begin_draft(session, first.article, a_content(), "wang", NOON, based_on=1)
