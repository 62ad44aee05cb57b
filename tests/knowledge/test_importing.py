"""A table is checked row by row and compared before anything is written; what others changed since is left alone."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.models import ArticleVersion, PublishingState
from knowledge.editing import save_draft
from knowledge.importing import apply_rows, as_json, check_rows, export_rows, from_json
from knowledge.table_rows import COLUMNS, NEEDED
from knowledge.tables import read_table, write_csv
from tests.articles import a_content, a_draft, an_article
from tests.rows import NOON

ZONE = ZoneInfo("Asia/Shanghai")
ROW = {"id": "pool", "language": "zh", "category": "information", "question": "游泳池几点开门？", "answer": "九点。"}


@pytest.fixture
def session(database):
    with database.transaction() as opened:
        yield opened


def table(*rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    return read_table(write_csv(names, [[row.get(name, "") for name in names] for row in rows]), COLUMNS, NEEDED, 100)


def check(session, *rows):
    return from_json(as_json(check_rows(session, table(*rows), ZONE)))


def outcomes(session, *rows):
    return [(row.number, row.outcome) for row in check(session, *rows)]


def complaints(session, *rows):
    return [[(one.where, one.what) for one in row.problems] for row in check(session, *rows)]


def test_what_each_row_would_do_is_told_before_anything_is_done(session):
    an_article(session, slug="pool", category="information", question="游泳池几点开门？", phrasings=(), answer="九点。")
    an_article(session, slug="gate", question="门呢？", phrasings=(), answer="旧。")
    rows = check(
        session,
        ROW,
        {**ROW, "id": "gate", "category": "policy", "question": "门呢？", "answer": "新。"},
        {**ROW, "id": "new", "question": "新的？"},
        {**ROW, "id": "bad", "question": "", "category": "gossip"},
    )
    assert [(row.number, row.outcome) for row in rows] == [(2, "same"), (3, "changed"), (4, "new"), (5, "wrong")]
    assert rows[1].changed == ("answer",)
    assert {(one.where, one.what) for one in rows[3].problems} == {("question", "missing"), ("category", "no_category")}
    assert len(session.scalars(select(ArticleVersion)).all()) == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"answer": ""}, ("answer", "missing")),
        ({"language": "fr"}, ("language", "no_language")),
        ({"id": "Bad Id"}, ("slug", "no_slug")),
        ({"rank": "first"}, ("rank", "no_rank")),
        ({"valid_until": "soon"}, ("valid_until", "no_moment")),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, ("valid_until", "upside_down")),
        ({"source_url": "javascript:x"}, ("source_url", "no_address")),
        ({"answer": "答" * 3001}, ("answer", "too_long")),
    ],
)
def test_what_is_wrong_with_a_row(session, change, complaint):
    assert complaints(session, {**ROW, **change}) == [[complaint]]


def test_a_formula_is_refused_with_its_row(session):
    content = b"id,language,category,question,answer\npool,zh,information,=cmd(),x"
    (row,) = check_rows(session, read_table(content, COLUMNS, NEEDED, 10), ZONE)
    assert (row.number, row.outcome) == (2, "wrong")
    assert [(one.where, one.what) for one in row.problems] == [("question", "formula")]


def test_what_comes_twice_is_told_with_the_other_row(session):
    an_article(session, slug="known", question="已有的问题？")
    same = complaints(
        session,
        ROW,
        {**ROW, "question": "另一个？"},
        {**ROW, "id": "other"},
        {**ROW, "id": "third", "question": "已有的问题？"},
        {**ROW, "id": "english", "language": "en"},
    )
    assert same == [
        [],
        [("id", "twice_in_file")],
        [("question", "same_question_row")],
        [("question", "same_question")],
        [],
    ]


def test_right_rows_become_drafts_and_wrong_ones_nothing(session):
    rows = check(
        session,
        {**ROW, "phrasings": "几点开 | 开门时间", "districts": "城北区|城南区", "valid_until": "2026-12-31 18:00"},
        {**ROW, "id": "bad", "answer": ""},
    )
    assert apply_rows(session, rows, "anna", NOON, ZONE) == (1, 0)
    version = session.scalars(select(ArticleVersion)).one()
    assert (version.state, version.authors) == (PublishingState.DRAFT, ["anna"])
    assert (version.phrasings, version.districts) == (["几点开", "开门时间"], ["城北区", "城南区"])
    assert version.valid_until.isoformat() == "2026-12-31T10:00:00+00:00"


def test_a_changed_row_is_a_draft_beside_what_callers_hear(session):
    before = an_article(session, slug="pool", answer="旧。")
    apply_rows(session, check(session, ROW), "anna", NOON, ZONE)
    draft, heard = session.scalars(select(ArticleVersion).order_by(ArticleVersion.number.desc())).all()
    assert (draft.number, draft.based_on, draft.answer) == (2, 1, "九点。")
    assert (heard.id, heard.state, heard.answer) == (before.id, PublishingState.PUBLISHED, "旧。")


def test_an_open_draft_is_written_on(session):
    draft = a_draft(session, slug="pool", author="wang")
    apply_rows(session, check(session, ROW), "anna", NOON, ZONE)
    assert (draft.answer, draft.authors) == ("九点。", ["wang", "anna"])


def test_what_somebody_changed_since_the_check_is_left_alone(session):
    draft = a_draft(session, slug="pool", author="wang")
    rows = check(session, ROW, {**ROW, "id": "fresh", "question": "新？"})
    save_draft(session, draft, a_content(answer="别人刚写的。"), "wang", NOON, draft.revision)
    a_draft(session, slug="fresh")
    assert apply_rows(session, rows, "anna", NOON, ZONE) == (0, 2)
    assert draft.answer == "别人刚写的。"


def test_what_is_exported_changes_nothing_when_it_is_imported(session):
    an_article(session, slug="a", answer="=cmd()", districts=("甲区", "乙区"), valid_until=NOON.replace(year=2030))
    a_draft(session, slug="b", question="另一个？")
    rows = export_rows(session, ZONE)
    content = write_csv(COLUMNS, rows)
    assert b"'=cmd()" in content
    checked = check_rows(session, read_table(content, COLUMNS, NEEDED, 100), ZONE)
    assert [row.outcome for row in checked] == ["same", "same"]
