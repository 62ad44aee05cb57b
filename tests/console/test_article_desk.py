"""The article desk: written by one, let out by another, nothing typed lost, nothing shown as markup."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.models import ArticleVersion, PublishingState, QuestionTrial, Role, ToldAnswer, ToldBy, TrialState
from tests.articles import a_draft, a_next_version, an_article
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_staff, make_wav

FORM = {
    "question": "疫苗在哪里打？",
    "answer": "请到社区卫生服务中心。",
    "phrasings": "打疫苗去哪儿\n哪里接种",
    "category": "policy",
    "districts": "成华区、青羊区",
    "rank": "5",
    "language": "zh",
    "owner": "anna",
}
DRAFT, REVIEW, PUBLISHED, SUPERSEDED, WITHDRAWN = PublishingState


@pytest.fixture
def wang(app):
    """The supervisor 王芳."""
    return signed_in(app, "wang")


def versions(installation):
    with installation.database.reading() as session:
        return list(session.scalars(select(ArticleVersion).order_by(ArticleVersion.id)))


def in_database(installation, make, *args, **kwargs):
    with installation.database.transaction() as session:
        return make(session, *args, **kwargs)


def verb(client, version, name, **fields):
    path = f"/articles/{version.article_id}"
    return post(client, f"{path}/{name}", on=path, version=version.id, revision=version.revision, **fields)


def test_written_sent_to_review_and_published_by_another(anna, wang, installation):
    answer = post(anna, "/articles/new", on="/articles/new", action="submit", slug="vaccine", **FORM)
    assert answer.status_code == 303
    (version,) = versions(installation)
    assert (version.state, version.districts, version.phrasings) == (
        REVIEW,
        ["成华区", "青羊区"],
        ["打疫苗去哪儿", "哪里接种"],
    )
    assert version.rank == 5
    assert "somebody else" in anna.get(answer.location).text
    assert verb(anna, version, "publish").status_code == 403
    assert versions(installation)[0].state is REVIEW
    assert verb(wang, version, "publish").status_code == 303
    assert versions(installation)[0].state is PUBLISHED


def test_agents_read_and_change_nothing(li, anna, installation):
    version = in_database(installation, a_draft)
    assert li.get(f"/articles/{version.article_id}").status_code == 200
    assert li.get("/articles").status_code == 200
    for path in ("/articles/new", f"/articles/{version.article_id}/edit", "/articles/import", "/articles/export/csv"):
        assert li.get(path).status_code == 403
    for name in ("submit", "publish", "send_back", "withdraw"):
        assert verb(li, version, name, note="x").status_code == 403
    assert post(li, "/articles/several", on="/orders", verb="publish").status_code == 403
    assert li.get("/radar").status_code == 403
    assert versions(installation)[0].state is DRAFT


def test_a_supervisor_lets_out_but_does_not_write(wang, installation):
    version = in_database(installation, a_draft)
    assert wang.get(f"/articles/{version.article_id}/edit").status_code == 403
    assert verb(wang, version, "submit").status_code == 403


def test_what_is_wrong_is_told_and_what_was_typed_stays(anna, installation):
    wrong = {**FORM, "valid_from": "2030-01-02T00:00", "valid_until": "2030-01-01T00:00", "rank": "first"}
    answer = post(anna, "/articles/new", on="/articles/new", action="save", **wrong)
    assert answer.status_code == 422
    assert "must be later than the beginning" in answer.text
    assert "whole number" in answer.text
    assert 'value="first"' in answer.text
    assert "打疫苗去哪儿" in answer.text
    assert versions(installation) == []


def test_of_two_who_write_at_once_the_second_sees_both_texts(app, anna, installation):
    with installation.database.transaction() as session:
        make_staff(session, "bob", name="Bob", role=Role.ADMIN, language="en")
    bob = signed_in(app, "bob")
    version = in_database(installation, a_draft)
    path = f"/articles/{version.article_id}/edit"
    seen = {"draft": version.id, "revision": version.revision, "newest": 1, "based_on": 1}
    mine, theirs = {**FORM, "answer": "安娜写的长答复。"}, {**FORM, "answer": "鲍勃写的短答复。"}
    assert post(bob, path, on=path, action="save", **theirs, **seen).status_code == 303
    answer = post(anna, path, on=path, action="save", **mine, **seen)
    assert answer.status_code == 409
    assert "安娜写的长答复。" in answer.text
    assert "鲍勃写的短答复。" in answer.text
    assert "Bob" in answer.text
    assert "<del>" in answer.text
    assert versions(installation)[0].answer == "鲍勃写的短答复。"
    again = dict(re.findall(r'name="(draft|revision|newest|based_on)" value="(\d*)"', answer.text))
    assert post(anna, path, on=path, action="save", **mine, **again).status_code == 303
    assert versions(installation)[0].answer == "安娜写的长答复。"
    assert versions(installation)[0].authors == ["anna", "bob"]


def test_of_two_who_begin_from_the_same_version_the_second_is_told_too(anna, installation):
    published = in_database(installation, an_article)
    path = f"/articles/{published.article_id}/edit"
    seen = {"draft": "", "revision": 0, "newest": 1, "based_on": 1}
    assert post(anna, path, on=path, action="save", **FORM, **seen).status_code == 303
    assert post(anna, path, on=path, action="save", **{**FORM, "answer": "后来的。"}, **seen).status_code == 409
    assert [row.answer for row in versions(installation)] == ["请到社区卫生服务中心接种。", "请到社区卫生服务中心。"]


def test_what_was_published_while_somebody_wrote_is_not_followed_by_an_older_wording(anna, installation):
    first = in_database(installation, an_article, answer="旧。")
    path = f"/articles/{first.article_id}/edit"
    in_database(installation, lambda session: a_next_version(session, session.merge(first), answer="刚发布的。"))
    seen = {"draft": "", "revision": 0, "newest": 1, "based_on": 1}
    answer = post(anna, path, on=path, action="save", **FORM, **seen)
    assert answer.status_code == 409
    assert "刚发布的。" in answer.text
    assert len(versions(installation)) == 2


def test_going_back_starts_a_draft_with_the_old_wording(anna, wang, installation):
    first = in_database(installation, an_article, answer="旧。")
    verb(anna, first, "withdraw", note="wrong")
    page = anna.get(f"/articles/{first.article_id}/edit?from=1").text
    assert "旧。" in page
    page = anna.get(f"/articles/{first.article_id}").text
    assert "Go back to it" in page
    assert "wrong" in page


def test_what_a_caller_hears_is_shown_in_pieces_with_its_time_and_warnings(anna):
    typed = {**FORM, "answer": "<b>很长</b>。" + "这是一句话。" * 100, "phrasings": ""}
    page = post(anna, "/articles/preview", on="/articles/new", **typed).text
    assert "您问的是：疫苗在哪里打？" in page
    assert page.count("<li>") == 2
    assert re.search(r"about 1\d\d s", page)
    assert "&lt;b&gt;很长&lt;/b&gt;" in page
    assert "spoken in 2 pieces" in page
    assert "read out as they are" in page
    assert "found only by its own question" in page


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<speak>慢</speak>"])
def test_markup_is_shown_as_it_is_written(anna, installation, evil):
    version = in_database(installation, an_article, question=evil, answer=evil, long_text=evil, phrasings=(evil,))
    for path in (f"/articles/{version.article_id}", "/articles", f"/articles/{version.article_id}/edit"):
        page = anna.get(path).text
        assert evil not in page
        assert "&lt;" in page


def test_without_a_preview_by_script_there_is_one_by_button(anna, installation):
    answer = post(anna, "/articles/new", on="/articles/new", action="preview", **FORM)
    assert answer.status_code == 200
    assert "您问的是：疫苗在哪里打？" in answer.text
    assert versions(installation) == []


def test_a_question_is_tried_with_what_is_in_the_form(anna, installation):
    in_database(installation, an_article, slug="pool", question="游泳池几点开门？", phrasings=("游泳馆时间",))
    answer = post(
        anna,
        "/articles/new",
        on="/articles/new",
        action="try",
        try_question="打疫苗去哪儿",
        try_district="成华区",
        **FORM,
    )
    assert "“疫苗在哪里打？”" in answer.text
    assert "words in common" in answer.text


def test_the_box_alone_tells_what_a_caller_would_get(li, installation):
    in_database(installation, an_article)
    assert "直接播出" in li.get("/articles/try?try_question=疫苗在哪里打&language=zh").text
    assert "不播答复" in li.get("/articles/try?try_question=帮我推荐一部电影吧&language=zh").text


def test_a_reviewer_gives_it_back_with_a_note(anna, wang, installation):
    version = in_database(installation, a_draft)
    verb(anna, version, "submit")
    version = versions(installation)[0]
    assert verb(wang, version, "send_back").status_code == 422
    assert verb(wang, version, "send_back", note="哪个社区？").status_code == 303
    assert "哪个社区？" in anna.get(f"/articles/{version.article_id}").text


def test_withdrawing_needs_a_reason_and_one_person(wang, installation):
    version = in_database(installation, an_article)
    assert verb(wang, version, "withdraw").status_code == 422
    assert verb(wang, version, "withdraw", note="地址错了").status_code == 303
    assert versions(installation)[0].state is WITHDRAWN


def test_a_stale_page_changes_nothing(anna, wang, installation):
    version = in_database(installation, a_draft)
    verb(anna, version, "submit")
    assert verb(wang, version, "publish").status_code == 409
    assert versions(installation)[0].state is REVIEW


def test_several_are_sent_and_published_at_once_but_not_ones_own(anna, wang, installation):
    in_database(installation, a_draft, slug="a", question="甲？")
    in_database(installation, a_draft, slug="b", question="乙？", author="wang")
    page = anna.get("/articles?tab=drafts").text
    chosen = re.findall(r'name="version" value="(\d+:\d+)"', page)
    assert len(chosen) == 2
    assert post(anna, "/articles/several", on="/articles?tab=drafts", verb="submit", version=chosen).status_code == 303
    page = wang.get("/articles?tab=review").text
    offered = re.findall(r'name="version" value="(\d+:\d+)"', page)
    assert len(offered) == 1
    every = [f"{row.id}:{row.revision}" for row in versions(installation)]
    answer = post(wang, "/articles/several", on="/articles?tab=review", verb="publish", version=every)
    assert "完成1条。 1条没有完成" in wang.get(answer.location).text
    assert [row.state for row in versions(installation)] == [PUBLISHED, REVIEW]


def test_the_tabs_show_what_needs_somebody(anna, installation):
    day, soon = timedelta(days=1), now() + timedelta(days=2)
    in_database(installation, an_article, slug="soon", question="快到期的？", valid_until=soon)
    in_database(
        installation,
        an_article,
        slug="over",
        question="过期的？",
        valid_until=now() - day,
        now=now() - 2 * day,
    )
    told = in_database(installation, an_article, slug="told", question="常问的？")
    with installation.database.transaction() as session:
        for _ in range(3):
            order = make_order(session, make_caller(session, installation, None))
            row = ToldAnswer(call_id=order.call_id, version_id=told.id, told_at=now(), how=ToldBy.KEY, helped=False)
            session.add(row)

    def shown(tab):
        return re.findall(r'title="(\w+的？)"', anna.get(f"/articles?tab={tab}").text)

    assert sorted(shown("all")) == sorted(["快到期的？", "过期的？", "常问的？"])
    assert shown("expiring") == ["快到期的？"]
    assert shown("asked") == shown("unhelpful") == ["常问的？"]
    assert shown("never") == ["快到期的？"]
    assert re.findall(r'title="(\w+的？)"', anna.get("/articles?q=常问").text) == ["常问的？"]


def test_the_other_language_is_a_click_away(anna, installation):
    zh = in_database(installation, an_article)
    assert f"like={zh.article_id}" in anna.get(f"/articles/{zh.article_id}").text
    en = in_database(installation, an_article, language="en", question="Where?", answer="There.")
    assert f'/articles/{en.article_id}">English' in anna.get(f"/articles/{zh.article_id}").text


def sound(client, audio):
    token = client.get("/articles/try").text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "language": "zh", "sound": (io.BytesIO(audio), "q.wav")}
    return client.post("/articles/try", data=data)


def test_a_played_question_waits_for_the_speech_worker_and_then_tells_what_was_found(anna, app, installation):
    in_database(installation, an_article)
    answer = sound(anna, make_wav(1))
    assert "Being recognised" in anna.get(answer.location).text
    with installation.database.transaction() as session:
        trial = session.scalars(select(QuestionTrial)).one()
        assert (trial.asked_by, trial.language, trial.state) == ("anna", "zh", TrialState.WAITING)
        trial.state, trial.heard = TrialState.HEARD, "疫苗在哪里打"
    page = anna.get(answer.location).text
    assert "Being recognised" not in page
    assert "Spoken at once" in page
    assert signed_in(app, "wang").get(answer.location).status_code == 404


def test_a_sound_without_words_and_one_that_failed_are_told(anna, installation):
    page = sound(anna, make_wav(1)).location
    for state, sentence in ((TrialState.HEARD, "No word was heard"), (TrialState.FAILED, "could not be recognised")):
        with installation.database.transaction() as session:
            session.scalars(select(QuestionTrial)).one().state = state
        assert sentence in anna.get(page).text
