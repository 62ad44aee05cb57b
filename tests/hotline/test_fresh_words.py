"""A process judges by the city's own words soon after they change, and by the last ones while they can't be read."""

import threading

import pytest

from core.clock import now
from core.models import Urgency
from hotline.fresh_words import keep_words_fresh, look
from routing.triage import in_use, triage
from routing.triage.entries import Entry, Kind
from routing.triage.store import change_word
from tests.house import until

OURS = Entry(Kind.RED, "fire", "冒绿烟")
SAID = "窗户里冒绿烟"


def change(database, *, is_active):
    with database.transaction() as session:
        change_word(session, "zh", OURS, is_active=is_active, actor="anna", reason="消防队说的", now=now())


@pytest.fixture(autouse=True)
def _shipped_words_afterwards(database):
    yield
    change(database, is_active=False)
    look(database)
    in_use.use(None, "zh")
    in_use.use(None, "en")


def test_a_changed_word_counts_without_anybody_asking_for_it(database):
    stop = keep_words_fresh(database)
    change(database, is_active=True)
    until(lambda: triage(SAID, "zh").urgency is Urgency.RED)
    stop.set()
    until(lambda: "words" not in {thread.name for thread in threading.enumerate()})


def test_words_that_can_not_be_read_change_nothing(database):
    change(database, is_active=True)
    assert look(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE stamps RENAME TO away")
    try:
        assert not look(database)
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO stamps")
    assert triage(SAID, "zh").urgency is Urgency.RED
