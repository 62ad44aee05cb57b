"""What nobody could answer comes together in real wordings without personal data; one click makes a draft of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import RadarRun, RadarState, RadarTopic, ToldBy, Urgency, Utterance
from knowledge.editing import save_draft
from routing.radar import draft_from, look_around, plan_looks
from routing.radar.effect import effect_of
from routing.radar.questions import unanswered
from routing.radar.reading import read_radar
from routing.told import take, tell
from tests.articles import a_content, an_article, let_out
from tests.rows import NOON, a_call, a_recording, an_order

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SCHOOL = ("学校几号开学", "请问学校几号开学啊", "孩子的学校到底几号开学")


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


def asked(session, text, at=NOON - 30 * MINUTE, *, order=True, language="zh", **options):
    """A call in which somebody left words that nobody could answer."""
    call = a_call(session, language=language)
    call.started_at = at
    a_recording(session, call, text=text)
    if order:
        an_order(session, call, **options)
    return call


def said_live(session, text, at=NOON - 30 * MINUTE, *, danger=False):
    call = a_call(session)
    call.started_at = at
    values = {"words": {}, "model": "m", "started_seconds": 0, "ended_seconds": 1, "said_at": at}
    session.add(Utterance(call_id=call.id, turn=1, position=0, text=text, is_danger=danger, **values))
    session.flush()
    return call


def look(session, until=NOON):
    run = RadarRun(until_at=until, due_at=until)
    session.add(run)
    session.flush()
    look_around(session, run)
    return session.scalars(select(RadarTopic).where(RadarTopic.run_id == run.id).order_by(RadarTopic.id)).all()


def texts(session, until=NOON):
    return [one.text for one in unanswered(session, until - 24 * HOUR, until)]


def test_what_ended_in_an_order_was_not_answered(session):
    asked(session, "学校几号开学")
    asked(session, "早就过去的", NOON - 24 * HOUR)
    asked(session, "还没到的", NOON + MINUTE)
    asked(session, "没有工单的", order=False)
    assert texts(session) == ["学校几号开学"]


def test_a_danger_is_no_question(session):
    asked(session, "我胸口疼", urgency=Urgency.RED)
    said_live(session, "我胸口疼", danger=True)
    assert texts(session) == []


def test_live_words_that_got_no_answer_or_did_not_help_are_questions(session):
    article = an_article(session)
    said_live(session, "没有答案的问题")
    answered, in_vain = said_live(session, "有答案的"), said_live(session, "答了没用的")
    for call in (answered, in_vain):
        tell(session, call, article.id, ToldBy.VOICE, NOON)
    take(session, in_vain, helped=False)
    assert texts(session) == ["没有答案的问题", "答了没用的"]


def test_they_come_together_with_counts_and_trend(session):
    asked(session, SCHOOL[0], NOON - 90 * MINUTE)
    asked(session, SCHOOL[1])
    asked(session, SCHOOL[2])
    asked(session, "家里停水了")
    (topic,) = look(session)
    assert topic.phrase in SCHOOL
    assert (topic.asked, topic.asked_last_hour, topic.asked_hour_before) == (3, 2, 1)
    assert set(topic.phrasings) == set(SCHOOL)
    assert topic.last_asked_at == NOON - 30 * MINUTE


def test_languages_are_kept_apart(session):
    for _ in range(2):
        asked(session, "when does the school open again", language="en")
        asked(session, SCHOOL[0])
    assert {(topic.language, topic.asked) for topic in look(session)} == {("zh", 2), ("en", 2)}


def test_personal_data_is_in_no_wording(session):
    for text in ("学校几号开学，我电话13800138000", "我叫李小明，学校几号开学"):
        asked(session, text)
    (topic,) = look(session)
    kept = topic.phrase + "".join(topic.phrasings)
    assert "138" not in kept
    assert "小明" not in kept


def test_a_look_done_twice_writes_the_same(session):
    for text in SCHOOL:
        asked(session, text)
    look(session)
    run = session.scalars(select(RadarRun)).one()
    look_around(session, run)
    assert len(session.scalars(select(RadarTopic)).all()) == 1
    assert (run.state, run.due_at, run.unanswered) == (RadarState.DONE, None, 3)


def test_a_look_is_planned_once_an_hour(session):
    for minutes in (1, 2, 59):
        plan_looks(session, NOON + minutes * MINUTE)
    plan_looks(session, NOON + HOUR)
    assert session.scalars(select(RadarRun.until_at).order_by(RadarRun.id)).all() == [NOON, NOON + HOUR]


def test_one_click_makes_a_draft_in_real_words_without_an_answer(session):
    for text in SCHOOL:
        asked(session, text)
    (topic,) = look(session)
    draft = draft_from(session, topic, "anna", NOON)
    assert draft.question == topic.phrase
    assert set(draft.phrasings) == set(SCHOOL)
    assert (draft.answer, draft.authors, topic.article_id) == ("", ["anna"], draft.article_id)


def test_the_next_look_knows_that_an_article_was_written(session):
    for text in SCHOOL:
        asked(session, text)
    (topic,) = look(session)
    article_id = draft_from(session, topic, "anna", NOON).article_id
    asked(session, SCHOOL[0], NOON + 30 * MINUTE)
    (later,) = look(session, NOON + HOUR)
    assert (later.asked, later.article_id) == (4, article_id)


def test_calls_before_and_after_it_was_published(session):
    for text in SCHOOL:
        asked(session, text)
    (topic,) = look(session)
    draft = draft_from(session, topic, "anna", NOON)
    assert effect_of(session, draft.article_id).before == 3
    save_draft(session, draft, a_content(question="学校几号开学？"), "anna", NOON, draft.revision)
    let_out(session, draft, NOON)
    asked(session, SCHOOL[0], NOON + 30 * MINUTE)
    look(session, NOON + HOUR)
    effect = effect_of(session, draft.article_id)
    assert (effect.published_at, effect.before, effect.since) == (NOON, 3, 1)
    assert effect_of(session, an_article(session).article_id) is None


def test_the_page_reads_the_newest_finished_look(session):
    for text in SCHOOL:
        asked(session, text)
    look(session, NOON - 10 * MINUTE)
    look(session)
    session.add(RadarRun(until_at=NOON + HOUR, due_at=NOON + HOUR))
    session.flush()
    radar = read_radar(session)
    assert (radar.run.until_at, len(radar.topics), radar.is_looking) == (NOON, 1, True)


def test_topics_of_last_week_are_forgotten_unless_an_article_came_of_them(session):
    for text in SCHOOL:
        asked(session, text)
    (kept,) = look(session)
    draft_from(session, kept, "anna", NOON)
    look(session, NOON + MINUTE)
    look(session, NOON + timedelta(days=8))
    assert {topic.article_id for topic in session.scalars(select(RadarTopic))} == {kept.article_id}
