"""Admins keep the list of hot terms and can try it; both texts stand side by side on an order."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import now
from core.hot_terms import active_terms, add_term
from core.house import House
from core.models import HotTermKind, Transcript
from tests.console.conftest import post, signed_in
from tests.factories import make_caller, make_order, make_recording


def terms(installation: House, language: str = "zh") -> list[tuple[str, str, str]]:
    with installation.database.reading() as session:
        return [(row.term, row.kind.value, row.added_by) for row in active_terms(session, language)]


def add(client: FlaskClient, term: str, language: str = "zh", kind: str = "medicine"):
    return post(client, "/hot-terms", on="/hot-terms", term=term, kind=kind, language=language)


def test_an_admin_adds_tries_and_removes_a_term(anna: FlaskClient, installation: House) -> None:
    assert "no hot terms yet" in anna.get("/hot-terms?language=zh").text
    assert add(anna, " 布洛芬 ").headers["Location"].endswith("/hot-terms?language=zh")
    assert terms(installation) == [("布洛芬", "medicine", "anna")]
    page = anna.get("/hot-terms?language=zh&try=我要不落分").text
    assert "不落分 → 布洛芬 · medicine · the same sound" in page
    assert "Anna Schmidt" in page
    assert "Nothing in it" in anna.get("/hot-terms?language=zh&try=我要吃饭").text
    path = re.search(r"/hot-terms/\d+/remove", page)[0]
    assert post(anna, path, on="/hot-terms?language=zh", language="zh").status_code == 303
    assert terms(installation) == []
    assert "Nothing in it" in anna.get("/hot-terms?language=zh&try=我要不落分").text


def test_english_is_tried_word_by_word(anna: FlaskClient) -> None:
    add(anna, "metformin", "en")
    assert "met for min → metformin" in anna.get("/hot-terms?language=en&try=He takes Met for min").text


@pytest.mark.parametrize(("term", "language"), [("儿科", "zh"), ("ward", "en"), ("", "zh")])
def test_a_term_that_can_t_be_told_by_its_sound_is_refused_and_stays_in_the_form(
    anna: FlaskClient, installation: House, term: str, language: str
) -> None:
    answer = add(anna, term, language, "place")
    assert answer.status_code == 422
    assert "can’t be told" in answer.text or "can&#39;t be told" in answer.text
    assert f'value="{term}"' in answer.text
    assert '<option value="place" selected>' in answer.text
    assert terms(installation, language) == []


def test_an_unknown_kind_is_a_forged_form(anna: FlaskClient) -> None:
    assert add(anna, "布洛芬", kind="weapon").status_code == 400


@pytest.mark.parametrize("who", ["li", "wang"])
def test_only_admins_see_and_change_the_list(app: Flask, installation: House, who: str) -> None:
    client = signed_in(app, who)
    assert client.get("/hot-terms").status_code == 403
    assert post(client, "/hot-terms", term="布洛芬", kind="medicine", language="zh").status_code == 403
    assert post(client, "/hot-terms/1/remove").status_code == 403
    assert "/hot-terms" not in client.get("/orders").text
    assert terms(installation) == []


def test_the_way_there_is_in_the_admins_menu(anna: FlaskClient) -> None:
    assert 'href="/hot-terms"' in anna.get("/orders").text


def test_an_order_shows_the_words_the_tidied_text_and_what_may_have_been_meant(
    li: FlaskClient, installation: House
) -> None:
    with installation.database.transaction() as session:
        order = make_order(session, make_caller(session, installation))
        recording = make_recording(
            session, order, words=[["嗯", 0.0, 0.1, 0.9], ["不", 0.1, 0.2, 0.9], ["落分", 0.2, 0.5, 0.9]]
        )
        text = session.get_one(Transcript, recording.id)
        text.text, text.proposed_text = "不落分", "布洛芬"
        text.exchanges = {"exchanges": [["不落分", "布洛芬", "medicine", "same sound"]]}
    page = li.get(f"/orders/{order.number}").text
    assert ">落分</span>" in page
    assert '整理后：</span> <span lang="zh">不落分</span>' in page
    assert '可能是：</span> <span lang="zh">布洛芬</span>' in page
    assert 'title="读音相同">不落分 → 布洛芬 · 药品' in page


def test_an_order_whose_text_needs_nothing_shows_it_once(li: FlaskClient, installation: House) -> None:
    with installation.database.transaction() as session:
        add_term(session, "zh", "布洛芬", HotTermKind.MEDICINE, "anna", now())
        order = make_order(session, make_caller(session, installation))
        make_recording(session, order, words=[["我", 0.1, 0.2, 0.9], ["疼", 0.2, 0.5, 0.9]])
    page = li.get(f"/orders/{order.number}").text
    assert "整理后" not in page
    assert "可能是" not in page
