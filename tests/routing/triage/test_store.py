"""What a city changes in the lexicon counts for the next text, in every process, and its history stays."""

import pytest

from core.clock import now
from core.models import PlaceRow, Urgency
from routing.triage import triage
from routing.triage.entries import Entry, Kind
from routing.triage.gazetteer import Place
from routing.triage.lexicon import read_branches
from routing.triage.store import (
    UnusableWordError,
    change_word,
    changes,
    list_words,
    read_lexicon,
    refresh,
    replace_places,
    use_tree,
)

OURS = Entry(Kind.RED, "fire", "冒绿烟")
SHIPPED = Entry(Kind.RED, "fire", "着火了")


def change(session, entry, *, is_active, reason="消防队说的", language="zh"):
    change_word(session, language, entry, is_active=is_active, actor="anna", reason=reason, now=now())


@pytest.fixture
def kept(database):
    yield database
    with database.transaction() as session:
        for entry, is_active in ((OURS, False), (SHIPPED, True)):
            change(session, entry, is_active=is_active)
        replace_places(session, ())
        use_tree(session, ())
        refresh(session)


def test_a_word_of_the_citys_own_decides_once_it_is_there(kept):
    with kept.transaction() as session:
        refresh(session)
        assert triage("窗户里冒绿烟", "zh").urgency is not Urgency.RED
        change(session, OURS, is_active=True)
        assert triage("窗户里冒绿烟", "zh").urgency is not Urgency.RED
        refresh(session)
        assert triage("窗户里冒绿烟", "zh").urgency is Urgency.RED
        assert [word.is_own for word in list_words(session, "zh", Kind.RED) if word.entry == OURS] == [True]


def test_a_shipped_word_can_be_switched_off_and_on_again(kept):
    with kept.transaction() as session:
        change(session, SHIPPED, is_active=False)
        assert SHIPPED not in read_lexicon(session, "zh").entries
        change(session, SHIPPED, is_active=True)
        assert SHIPPED in read_lexicon(session, "zh").entries


def test_every_change_is_kept_with_who_and_why(kept):
    with kept.transaction() as session:
        change(session, OURS, is_active=True, reason=" 演习后 ")
        change(session, OURS, is_active=False, reason="误报太多")
        newest, before = changes(session, "zh", 2)
        assert (newest.phrase, newest.is_active, newest.reason, newest.actor) == ("冒绿烟", False, "误报太多", "anna")
        assert (before.is_active, before.reason) == (True, "演习后")
        assert changes(session, "en") == []


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (OURS, " "),
        (Entry(Kind.RED, "fire", ""), "x"),
        (Entry(Kind.RED, "fire", "fire"), "x"),
        (Entry(Kind.RED, "fire", "火" * 81), "x"),
        (Entry(Kind.RED, "weather", "下雨"), "x"),
    ],
)
def test_what_can_not_be_a_word_is_refused_and_nothing_changes(kept, entry, reason):
    with kept.transaction() as session:
        before = len(changes(session, "zh"))
        with pytest.raises(UnusableWordError):
            change(session, entry, is_active=True, reason=reason)
        assert len(changes(session, "zh")) == before


def test_a_citys_own_places_take_the_sample_citys_place(kept):
    with kept.transaction() as session:
        replace_places(session, [Place("上城区", "district", "上城区", None, {"zh": ("上城区",), "en": ()})])
        refresh(session)
        assert triage("我在上城区", "zh").district == "上城区"
        assert triage("我在东城区", "zh").district is None
        assert session.get(PlaceRow, "上城区").said_zh == ["上城区"]


def test_another_tree_of_categories(kept):
    with kept.transaction() as session:
        use_tree(session, read_branches("zhoukou"))
        refresh(session)
        assert triage("贷款还不上了", "zh").branch == "zhoukou_finance"


def test_a_database_without_changes_judges_by_what_is_shipped(database):
    with database.reading() as session:
        refresh(session)
    assert triage("楼下着火了", "zh").urgency is Urgency.RED
