"""The radar's page and the corrections': one click makes a draft, one click tells those who heard something wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import ArticleVersion, CorrectionRecipient, Outgoing, RadarRun, RadarState, RadarTopic
from tests.articles import a_next_version, an_article
from tests.console.conftest import post, signed_in
from tests.routing.told.telling import heard


@pytest.fixture
def topic(installation):
    at = now()
    with installation.database.transaction() as session:
        run = RadarRun(until_at=at, state=RadarState.DONE, unanswered=5)
        session.add(run)
        session.flush()
        row = RadarTopic(
            run_id=run.id,
            language="zh",
            phrase="学校几号<开学>",
            asked=5,
            asked_last_hour=3,
            asked_hour_before=1,
            last_asked_at=at,
            phrasings=["学校几号<开学>", "什么时候开学"],
            calls={"asked": {"1": at.isoformat()}},
        )
        session.add(row)
        session.flush()
        return row


def test_a_topic_becomes_one_draft_in_the_editor(anna, topic, installation):
    page = anna.get("/radar").text
    assert "学校几号&lt;开学&gt;" in page
    assert "↑" in page
    for _ in range(2):
        answer = post(anna, f"/radar/{topic.id}/draft", on="/radar")
        assert answer.location.endswith("/edit")
    with installation.database.reading() as session:
        draft = session.scalars(select(ArticleVersion)).one()
        assert draft.phrasings == ["学校几号<开学>", "什么时候开学"]
    assert "什么时候开学" in anna.get(answer.location).text
    assert "See the article" in anna.get("/radar").text


def test_a_look_at_once_is_asked_for(anna, installation):
    assert "No questions come together" in anna.get("/radar").text
    post(anna, "/radar/look", on="/radar")
    with installation.database.reading() as session:
        assert session.scalars(select(RadarRun)).one().state is RadarState.WAITING
    assert "looking" in anna.get("/radar").text


def test_a_supervisor_looks_but_does_not_write(app, topic):
    wang = signed_in(app, "wang")
    assert post(wang, f"/radar/{topic.id}/draft", on="/radar").status_code == 403
    assert post(wang, "/radar/look", on="/radar").status_code == 303


def test_those_who_heard_a_wrong_version_are_told_by_one_click(anna, li, installation):
    with installation.database.transaction() as session:
        first = an_article(session, now=now() - timedelta(hours=2))
        for number in ("+8613900000001", "+8613900000002", None):
            heard(session, first, number, now() - timedelta(hours=1))
        a_next_version(session, first, answer="新。", now=now())
    path = f"/articles/{first.article_id}/corrections"
    assert "3 callers heard version 1" in anna.get(f"/articles/{first.article_id}").text
    page = anna.get(path).text
    assert "Can be told: 2" in page
    assert "be reached: 1" in page
    assert post(li, path, on="/orders", version=first.id).status_code == 403
    answer = post(anna, path, on=path, version=first.id, hours=24, by="call")
    assert "2 callers will be told" in anna.get(answer.location).text
    assert "2 to come" in anna.get(path).text
    post(anna, path, on="/orders", version=first.id, hours=24, by="call")
    with installation.database.reading() as session:
        assert len(session.scalars(select(Outgoing)).all()) == 2
        assert len(session.scalars(select(CorrectionRecipient)).all()) == 2
