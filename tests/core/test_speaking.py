"""What is spoken is cut where a voice may stop, nothing of it is lost, and its length is known beforehand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.speaking import clauses, pieces, seconds_to_speak


def test_a_long_text_is_cut_at_the_ends_of_sentences():
    sentence = "一" * 149 + "。"
    assert pieces(sentence * 5) == (sentence * 2, sentence * 2, sentence)


@given(st.text(st.characters(categories=["L", "P", "Zs"])))
def test_nothing_is_lost_and_no_piece_is_too_long(text):
    assert "".join(pieces(text)) == text
    assert all(0 < len(piece) <= 401 for piece in pieces(text))


def test_what_can_not_be_written_in_a_document_is_left_out():
    assert pieces("a\x00b") == ("ab",)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("请先别慌，待在原地。", ("请先别慌，", "待在原地。")),
        ("Dial 120, or press 0. It takes 3.5 minutes", ("Dial 120, ", "or press 0. ", "It takes 3.5 minutes")),
        ("", ()),
    ],
)
def test_a_text_is_said_slowly_from_breath_to_breath(text, cut):
    assert clauses(text) == cut


@given(st.text(st.characters(categories=["L", "P", "Zs"])))
def test_nothing_is_lost_when_it_is_said_slowly(text):
    assert "".join(clauses(text)) == text


@pytest.mark.parametrize(("text", "seconds"), [("", 0), ("一" * 90, 20), ("a" * 150, 10), ("一" * 45 + "a" * 30, 12)])
def test_how_long_it_takes(text, seconds):
    assert seconds_to_speak(text) == seconds
