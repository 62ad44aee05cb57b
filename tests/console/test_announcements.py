"""The announcements' page: written by one, said after another let it out, stopped by anybody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import Announcement, PublishingState
from knowledge.announcing import spoken_announcements
from tests.console.conftest import post, signed_in

FORM = {
    "text_zh": "今晚停水。",
    "text_en": "No water tonight.",
    "districts": "成华区",
    "valid_until": "2090-01-01T08:00",
}


@pytest.fixture
def wang(app):
    return signed_in(app, "wang")


def row(installation):
    with installation.database.reading() as session:
        return session.scalars(select(Announcement).order_by(Announcement.id.desc())).first()


def said(installation):
    with installation.database.reading() as session:
        return spoken_announcements(session, now()).get("zh")


def write(client, **fields):
    return post(client, "/announcements", on="/announcements", **{**FORM, "action": "submit", **fields})


def do(client, verb, one, **fields):
    return post(
        client, f"/announcements/{one.id}/{verb}", on="/announcements", revision=one.revision, **fields
    )  # fmt: skip


def test_said_after_a_second_person_let_it_out_until_somebody_stops_it(anna, wang, installation):
    assert write(anna).status_code == 303
    assert said(installation) is None
    assert do(anna, "publish", row(installation)).status_code == 403
    assert said(installation) is None
    assert do(wang, "publish", row(installation)).status_code == 303
    assert said(installation) == "成华区：今晚停水。"
    assert "about" in anna.get("/announcements").text
    assert do(wang, "withdraw", row(installation)).status_code == 303
    assert said(installation) is None


def test_what_is_wrong_is_told_and_what_was_typed_stays(anna, installation):
    answer = write(anna, text_zh="长" * 131, valid_until="")
    assert answer.status_code == 422
    assert "长" * 131 in answer.text
    assert row(installation) is None
    over = (now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert "is over already" in write(anna, valid_until=over).text


def test_an_agent_sees_it_and_changes_nothing(li, anna, installation):
    write(anna)
    assert "今晚停水。" in li.get("/announcements").text
    assert write(li).status_code == 403
    for verb in ("submit", "publish", "send_back", "withdraw"):
        assert do(li, verb, row(installation)).status_code == 403
    assert do(li, "nothing", row(installation)).status_code == 404


def test_given_back_and_written_again(anna, wang, installation):
    write(anna)
    do(wang, "send_back", row(installation), note="几点？")
    assert row(installation).state is PublishingState.DRAFT
    assert "几点？" in anna.get("/announcements").text
    one = row(installation)
    write(anna, row=one.id, revision=one.revision, text_zh="今晚八点停水。")
    assert (row(installation).id, row(installation).text_zh) == (one.id, "今晚八点停水。")
    answer = write(anna, row=one.id, revision=one.revision, text_zh="迟到的修改。")
    assert answer.status_code == 409
    assert "迟到的修改。" in answer.text
    assert row(installation).text_zh == "今晚八点停水。"
