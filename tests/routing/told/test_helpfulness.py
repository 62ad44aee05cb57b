"""An article served whoever said yes, or heard it out, asked nothing further and did not ring about it again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import Call, Caller, ToldAnswer, ToldBy
from routing.told import settle, take, tell
from routing.told.again import notice_repeats
from routing.told.helpfulness import by_article
from tests.articles import a_next_version, an_article
from tests.routing.told.telling import HOUR, heard
from tests.rows import NOON, a_call, a_recording, an_order

A = "+8613900000001"


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def article(session):
    return an_article(session)


def told(session):
    return session.scalars(select(ToldAnswer).order_by(ToldAnswer.id)).all()


def test_an_answer_is_told_once_a_call_however_often_it_is_read(session, article):
    call = a_call(session)
    for minutes in (0, 1):
        tell(session, call, article.id, ToldBy.VOICE, NOON + timedelta(minutes=minutes))
    (row,) = told(session)
    assert (row.told_at, row.how, row.helped, row.played_to_end) == (NOON, ToldBy.VOICE, None, False)


def test_what_a_caller_makes_of_it_belongs_to_the_newest_answer(session, article):
    other = an_article(session, slug="other", question="另一个？")
    call = a_call(session)
    tell(session, call, article.id, ToldBy.KEY, NOON)
    tell(session, call, other.id, ToldBy.KEY, NOON + timedelta(minutes=1))
    take(session, call, helped=True)
    assert [row.helped for row in told(session)] == [None, True]
    take(session, call, helped=None)
    assert [row.played_to_end for row in told(session)] == [False, True]
    take(session, a_call(session), helped=True)  # nothing was told there
    assert [row.helped for row in told(session)] == [None, True]


@pytest.mark.parametrize(("seconds", "heard_out"), [(1, False), (600, True)])
def test_who_hangs_up_after_the_time_it_takes_has_heard_it_out(session, article, seconds, heard_out):
    call = a_call(session)
    tell(session, call, article.id, ToldBy.KEY, NOON)
    settle(session, call, NOON + timedelta(seconds=seconds))
    assert told(session)[0].played_to_end is heard_out


@pytest.mark.parametrize(
    ("helped", "played", "order", "again", "served"),
    [
        (True, False, False, False, 1),
        (None, True, False, False, 1),
        (None, False, False, False, 0),
        (False, True, False, False, 0),
        (None, True, True, False, 0),
        (True, True, False, True, 0),
    ],
)
def test_who_counts_as_served(session, article, helped, played, order, again, served):
    call = heard(session, article)
    row = told(session)[0]
    row.helped, row.played_to_end, row.rang_again_at = helped, played, NOON if again else None
    if order:
        an_order(session, call)
    session.flush()
    found = by_article(session, NOON)[article.article_id]
    assert (found.told, found.served, found.rang_again) == (1, served, int(again))


def test_it_is_counted_by_article_over_its_versions_and_since_a_moment(session, article):
    heard(session, article, A, NOON)
    second = a_next_version(session, article, now=NOON + HOUR)
    heard(session, second, A, NOON + HOUR)
    assert by_article(session, NOON)[article.article_id].told == 2
    assert by_article(session, NOON + HOUR)[article.article_id].told == 1
    assert by_article(session, NOON + 2 * HOUR) == {}


def test_it_is_judged_only_when_enough_have_heard_it(session, article):
    for place in range(3):
        assert (
            not by_article(session, NOON).get(article.article_id)
            or not by_article(session, NOON)[article.article_id].is_not_helping
        )
        heard(session, article, f"+861390000001{place}")
    assert by_article(session, NOON)[article.article_id].is_not_helping


def ring(session, number, at, text=None):
    """Somebody rings, and perhaps leaves words."""
    caller_id = session.scalar(select(Caller.id).where(Caller.number == number))
    call = Call(call_sid=f"CA-{at}", caller_id=caller_id, dialogue={"language": "zh"}, started_at=at)
    session.add(call)
    session.flush()
    if text:
        a_recording(session, call, text=text)
    return call


def marked(session, until):
    notice_repeats(session, NOON, until)
    return [row.rang_again_at for row in told(session)]


def test_ringing_again_and_being_told_the_same_is_noticed(session, article):
    heard(session, article, A, NOON)
    heard(session, article, A, NOON + 5 * HOUR)
    assert marked(session, NOON + 6 * HOUR) == [NOON + 5 * HOUR, None]


def test_ringing_again_with_words_about_the_same_is_noticed(session, article):
    an_article(session, slug="pool", question="游泳池几点开门？", phrasings=("游泳馆时间",))
    heard(session, article, A, NOON)
    ring(session, A, NOON + HOUR, "我想问疫苗到底在哪里打")
    assert marked(session, NOON + 2 * HOUR) == [NOON + HOUR]


@pytest.mark.parametrize(("hours", "text"), [(1, "游泳池几点开门"), (1, None), (25, "疫苗在哪里打")])
def test_another_matter_nothing_said_or_another_day_is_no_repeat(session, article, hours, text):
    an_article(session, slug="pool", question="游泳池几点开门？", phrasings=("游泳馆时间",))
    heard(session, article, A, NOON)
    ring(session, A, NOON + hours * HOUR, text)
    assert marked(session, NOON + 30 * HOUR) == [None]


def test_withheld_numbers_are_nobodys(session, article):
    heard(session, article, None, NOON)
    heard(session, article, None, NOON + HOUR)
    assert marked(session, NOON + 2 * HOUR) == [None, None]
