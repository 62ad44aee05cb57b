"""Error rates are counted as everybody counts them, and wrong characters with the right sound are told apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.accuracy import Errors, align, confusions, count, units

WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=9)


def errors(said, heard, language="zh"):
    return count(align(units(said, language), units(heard, language)))


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("我要去医院", "我要去医院", Errors(5, 0, 0, 0)),
        ("我要去医院", "我要 去 一院。", Errors(5, 1, 0, 0)),
        ("我要去医院", "要去医院", Errors(5, 0, 1, 0)),
        ("我要去医院", "我要要去医院", Errors(5, 0, 0, 1)),
        ("我要去医院", "", Errors(5, 0, 5, 0)),
        ("", "我", Errors(0, 0, 0, 1)),
        ("做 B 超", "做b超", Errors(3, 0, 0, 0)),
    ],
)
def test_characters_of_mandarin_are_counted(said, heard, expected):
    assert errors(said, heard) == expected


def test_words_of_english_are_counted():
    assert errors("He can’t breathe, now!", "he can't breath", "en") == Errors(4, 1, 1, 0)


@pytest.mark.parametrize(
    ("said", "heard", "rate"), [("我去", "我来", 0.5), ("", "", 0), ("", "我", 1), ("我", "你来了", 3)]
)
def test_rates(said, heard, rate):
    assert errors(said, heard).rate == rate


def test_rates_of_several_texts_are_of_all_their_units_together():
    assert (Errors(9, 1, 0, 0) + Errors(1, 0, 1, 0)) == Errors(10, 1, 1, 0)
    assert (Errors(9, 1, 0, 0) + Errors(1, 0, 1, 1)).rate == 0.3


def test_an_alignment_is_in_order_and_pairs_like_with_like():
    assert align(list("abcd"), list("axd")) == [("a", "a"), ("b", "x"), ("c", None), ("d", "d")] or align(
        list("abcd"), list("axd")
    ) == [("a", "a"), ("b", None), ("c", "x"), ("d", "d")]


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_an_alignment_holds_both_sides_and_costs_the_edit_distance(said, heard):
    pairs = align(said, heard)
    assert [one for one, _ in pairs if one is not None] == said
    assert [other for _, other in pairs if other is not None] == heard
    assert sum(one != other for one, other in pairs) == distance(said, heard)


def distance(first, second):
    row = list(range(len(second) + 1))
    for index, word in enumerate(first, 1):
        above, row = row, [index]
        for column, other in enumerate(second, 1):
            row.append(min(above[column - 1] + (word != other), above[column] + 1, row[-1] + 1))
    return row[-1]


def test_only_other_sounds_are_confusions():
    pairs = [("医", "一"), ("药", "要"), ("喘", "船"), ("疼", "痛"), ("疼", "痛"), (None, "啊"), ("不", None)]
    assert confusions(pairs, "zh") == {("ten", "tong"): 2}
    assert confusions([("meat", "meet"), ("pill", "bill"), ("2", "3")], "en") == {("PL", "BL"): 1, ("2", "3"): 1}
