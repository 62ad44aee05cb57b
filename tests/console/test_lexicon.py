"""Admins read, change and try out the words of triage; others can't change them."""

import re

import pytest

from core.models import LexiconChange, LexiconWord, Role
from routing.triage import in_use
from tests.console.conftest import post, signed_in
from tests.factories import make_staff

PAGE = "/lexicon?language=zh&kind=red"


@pytest.fixture(autouse=True)
def _shipped_words_afterwards():
    yield
    in_use.use(None, "zh")


def add(client, **fields):
    known = {
        "language": "zh",
        "kind": "red",
        "why": "fire",
        "phrase": "冒绿烟",
        "reason": "消防队说的",
        "do": "add",
        "seen": "999",
    }
    return post(client, "/lexicon", on=PAGE, **(known | fields))


def test_the_words_are_listed_by_kind_and_group(anna):
    html = anna.get(PAGE).text
    assert "喘不上气" in html
    assert anna.get("/lexicon?language=en&kind=calm").status_code == 200
    assert anna.get("/lexicon?kind=place").status_code == 404


def test_a_word_is_added_with_its_reason_and_switched_off_again(anna, installation):
    assert add(anna).status_code == 303
    html = anna.get(PAGE).text
    assert "冒绿烟" in html
    assert "消防队说的" in html
    assert add(anna, do="remove", reason="误报").status_code == 303
    assert "<s>冒绿烟</s>" in anna.get(PAGE).text
    with installation.database.reading() as session:
        assert [(row.is_active, row.reason) for row in session.query(LexiconChange)] == [
            (True, "消防队说的"),
            (False, "误报"),
        ]


def seen(client):
    return re.search(r'name="seen" value="(\d+)"', client.get(PAGE).text)[1]


def test_of_two_who_change_one_word_the_slower_reads_the_others_change_and_loses_nothing(app, anna, installation):
    with installation.database.transaction() as session:
        make_staff(session, "bert", name="Bert", role=Role.ADMIN, language="en")
    bert, before = signed_in(app, "bert"), seen(anna)
    assert add(bert, reason="消防队说的", seen=before).status_code == 303
    assert add(bert, phrase="冒紫烟", seen=before).status_code == 303  # another word is no conflict
    answer = add(anna, do="remove", reason="我的理由", seen=before)
    assert answer.status_code == 409
    assert "Bert: added" in " ".join(answer.text.split())
    assert "消防队说的" in answer.text
    assert 'value="我的理由"' in answer.text
    assert 'name="do" value="remove"' in answer.text
    with installation.database.reading() as session:
        assert [row.is_active for row in session.query(LexiconWord).order_by(LexiconWord.id)] == [True, True]
    again = re.search(r'name="seen" value="(\d+)"', answer.text)[1]
    assert add(anna, do="remove", reason="我的理由", seen=again).status_code == 303
    with installation.database.reading() as session:
        assert [row.reason for row in session.query(LexiconChange).order_by(LexiconChange.id)][-1] == "我的理由"


def test_a_mistake_in_the_form_hides_no_change_of_others(app, anna):
    before = seen(anna)
    answer = add(anna, reason=" ", seen=before)
    assert add(anna, seen=before).status_code == 303
    assert f'name="seen" value="{before}"' in answer.text


def test_what_can_not_be_used_stays_in_the_form(anna):
    answer = add(anna, reason=" ", phrase="冒紫烟")
    assert answer.status_code == 422
    assert 'value="冒紫烟"' in answer.text


def test_a_sentence_is_tried_with_the_words_as_they_are_now(anna):
    tried = f"{PAGE}&try=窗户冒绿烟"
    assert "<b>red</b>" not in anna.get(tried).text
    add(anna)
    assert "<b>red</b>" in anna.get(tried).text


def test_an_agent_sees_nothing_of_it_and_a_supervisor_only_reads(app, li):
    assert li.get(PAGE).status_code == 403
    wang = signed_in(app, "wang")
    html = wang.get(PAGE).text
    assert "喘不上气" in html
    assert 'action="/lexicon" id="change"' not in html
    token = html.split('name="csrf_token" value="')[1].split('"')[0] if 'name="csrf_token"' in html else ""
    assert wang.post("/lexicon", data={"csrf_token": token}).status_code in {400, 403}
