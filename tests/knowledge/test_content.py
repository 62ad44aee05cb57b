"""What can't be kept or published is told by field; what may be published but is risky is warned about."""

from datetime import timedelta

import pytest

from knowledge.content import problems, warnings
from tests.articles import a_content
from tests.rows import NOON

DAY = timedelta(days=1)


def wrong(**changes):
    return [(one.where, one.what) for one in problems(a_content(**changes), complete=True)]


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"question": ""}, "question", "missing"),
        ({"answer": ""}, "answer", "missing"),
        ({"category": "gossip"}, "category", "no_category"),
        ({"rank": 0}, "rank", "no_rank"),
        ({"rank": 100_001}, "rank", "no_rank"),
        ({"valid_from": NOON, "valid_until": NOON}, "valid_until", "upside_down"),
        ({"valid_from": NOON + DAY, "valid_until": NOON}, "valid_until", "upside_down"),
        ({"source_url": "javascript:alert(1)"}, "source_url", "no_address"),
        ({"source_url": 'https://a"onclick='}, "source_url", "no_address"),
        ({"question": "问" * 301}, "question", "too_long"),
        ({"answer": "答" * 3001}, "answer", "too_long"),
        ({"phrasings": ("问",) * 51}, "phrasings", "too_many"),
        ({"phrasings": ("问" * 201,)}, "phrasings", "too_long"),
        ({"districts": ("区" * 41,)}, "districts", "too_long"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(changes, where, what):
    assert wrong(**changes) == [(where, what)]


def test_everything_wrong_is_told_at_once():
    assert len(wrong(question="", answer="", category="x", rank=0)) == 4


def test_what_is_right_is_right():
    assert wrong(source_url="https://www.example.org/a?b=1", valid_from=NOON, valid_until=NOON + DAY) == []
    assert problems(a_content(answer=""), complete=False) == ()


@pytest.mark.parametrize(
    ("changes", "spoken", "what"),
    [
        ({"answer": "答" * 301}, "x", "long_answer"),
        ({}, "很长。" * 200, "in_pieces"),
        ({"answer": "请看<b>这里</b>。"}, "x", "markup"),
        ({"answer": "<speak>慢</speak>"}, "x", "markup"),
        ({"answer": "甲&amp;乙"}, "x", "markup"),
        ({"phrasings": ()}, "x", "no_phrasings"),
        ({"valid_until": NOON}, "x", "expired"),
    ],
)
def test_what_is_risky_is_warned_about(changes, spoken, what):
    assert [one.what for one in warnings(a_content(**changes), spoken, NOON)] == [what]


def test_a_usual_answer_gets_no_warning():
    assert warnings(a_content(answer="体温3<37.3&没有咳嗽"), "x", NOON) == ()
