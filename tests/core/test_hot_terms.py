"""The list of hot terms: added once, removed, taken back, and its version tells every change."""

from datetime import timedelta

from core.hot_terms import active_terms, add_term, remove_term, seed_terms, version
from core.models import HotTerm, HotTermKind
from tests.rows import NOON

MEDICINE, PLACE = HotTermKind.MEDICINE, HotTermKind.PLACE


def shown(session, language="zh"):
    return [(row.term, row.kind, row.added_by) for row in active_terms(session, language)]


def test_a_term_is_added_once(database):
    with database.transaction() as session:
        first = add_term(session, "zh", "布洛芬", MEDICINE, "anna", NOON)
        assert add_term(session, "zh", "布洛芬", PLACE, "li", NOON).id == first.id
        add_term(session, "en", "ibuprofen", MEDICINE, "anna", NOON)
        assert shown(session) == [("布洛芬", MEDICINE, "anna")]


def test_a_removed_term_is_kept_out_of_use_and_can_come_back(database):
    with database.transaction() as session:
        row = add_term(session, "zh", "布洛芬", MEDICINE, "anna", NOON)
        remove_term(session, row.id)
        remove_term(session, 4711)
        assert shown(session) == []
        assert session.get(HotTerm, row.id).active is False
        add_term(session, "zh", "布洛芬", PLACE, "li", NOON)
        assert shown(session) == [("布洛芬", PLACE, "li")]


def test_the_version_tells_every_change(database):
    with database.transaction() as session:
        versions = [version(session, "zh")]
        for term in ("布洛芬", "胰岛素"):
            row = add_term(session, "zh", term, MEDICINE, "anna", NOON)
            versions.append(version(session, "zh"))
        remove_term(session, row.id)
        versions.append(version(session, "zh"))
        add_term(session, "zh", "胰岛素", MEDICINE, "anna", NOON + timedelta(seconds=1))
        versions.append(version(session, "zh"))
        assert versions[1] == versions[3]
        assert len(set(versions)) == 4
        add_term(session, "en", "insulin", MEDICINE, "anna", NOON)
        assert version(session, "zh") == versions[4]


def test_the_version_tells_which_of_several_was_removed(database):
    with database.transaction() as session:
        rows = [add_term(session, "zh", term, MEDICINE, "anna", NOON) for term in ("布洛芬", "胰岛素", "华法林")]
        versions = set()
        for row in rows:
            remove_term(session, row.id)
            versions.add(version(session, "zh"))
            add_term(session, "zh", row.term, MEDICINE, "anna", NOON)
        assert len(versions) == 3


def test_only_an_empty_list_is_filled(database):
    terms = [("zh", MEDICINE, "布洛芬"), ("zh", MEDICINE, "布洛芬"), ("zh", PLACE, "东城区")]
    with database.transaction() as session:
        assert seed_terms(session, terms, NOON) == 2
        assert shown(session) == [("布洛芬", MEDICINE, "hotline"), ("东城区", PLACE, "hotline")]
        for row in active_terms(session, "zh"):
            remove_term(session, row.id)
        assert seed_terms(session, terms, NOON) == 0
