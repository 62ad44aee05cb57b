"""The radar's job does a look once, and gives one up that fails again and again."""

from datetime import timedelta

import pytest

from core.clock import now
from core.models import RadarRun, RadarState, ToldAnswer
from hotline.radar import look
from hotline.sweep import sweep
from tests.articles import an_article
from tests.hotline.in_time import read
from tests.routing.told.telling import heard


def planned(house, **columns):
    with house.database.transaction() as session:
        row = RadarRun(until_at=now(), due_at=now(), **columns)
        session.add(row)
        session.flush()
        return row.id


def test_a_look_is_done_once_and_notices_who_rang_again(bare_house):
    with bare_house.database.transaction() as session:
        article = an_article(session, now=now() - timedelta(hours=3))
        for minutes in (90, 10):
            heard(session, article, "+8613900000001", now() - timedelta(minutes=minutes))
    run_id = planned(bare_house)
    for _ in range(2):
        look(bare_house, run_id)
    row = read(bare_house, RadarRun, run_id)
    assert (row.state, row.attempts, row.due_at) == (RadarState.DONE, 1, None)
    assert read(bare_house, ToldAnswer, 1).rang_again_at


def test_one_that_never_ends_is_given_up(bare_house):
    run_id = planned(bare_house, attempts=3)
    look(bare_house, run_id)
    assert read(bare_house, RadarRun, run_id).state is RadarState.FAILED


@pytest.mark.parametrize("times", [2])
def test_the_clock_plans_one_an_hour(bare_house, times):
    for _ in range(times):
        sweep(bare_house, "me")
    with bare_house.database.reading() as session:
        assert session.query(RadarRun).count() <= 2  # two only if the hour has just struck
