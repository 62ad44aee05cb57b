"""What a text is found by: as written and as heard, words that mean the same, order more in a long text."""

import pytest

from knowledge.channels import KINDS, longness, sounded, terms, told


def kinds(text, language="zh"):
    return terms(sounded(text, language), language)


def test_chinese_is_found_by_characters_sounds_and_their_order():
    found = kinds("停水吗")
    assert found["character"] == ("停", "水", "吗")
    assert found["pair"] == ("停水", "水吗")
    assert found["syllable"] == ("tin", "sui", "ma")
    assert found["syllable pair"] == ("tin sui", "sui ma")
    assert found["syllable gap"] == ("tin _ ma",)


def test_english_is_found_by_words_letters_and_sounds():
    found = kinds("Where are the phones", "en")
    assert found["word"] == ("wher", "are", "the", "phon")
    assert found["telling word"] == ("phon",)
    assert found["code"][-1] == "FN"
    assert {"^ph", "hon$", "phon"} <= set(found["letters"])


@pytest.mark.parametrize("other", ["小孩发热", "宝宝烧"])
def test_words_that_mean_the_same_meet(other):
    assert set(kinds("孩子发烧")["meaning"]) == set(kinds(other)["meaning"]) != set()


def test_english_words_that_mean_the_same_meet_in_all_forms():
    assert kinds("closed schools", "en")["meaning"] == kinds("closed university", "en")["meaning"] != ()
    assert kinds("staying at home", "en")["meaning"] == kinds("stay home", "en")["meaning"] != ()


def test_meaning_survives_wrong_characters_with_the_right_sound():
    assert kinds("发少")["meaning"] == ()
    assert kinds("发少")["heard meaning"] == kinds("发烧")["heard meaning"] != ()


def test_latin_and_rare_characters_keep_their_places_among_the_sounds():
    assert sounded("打120或app", "zh") == (("打", "da"), ("120", "120"), ("或", "huo"), ("app", "app"))
    assert [written for written, _ in sounded("㐀㐁停", "zh")] == ["㐀", "㐁", "停"]


def test_in_a_long_text_order_weighs_more():
    assert (longness(5), longness(30), longness(65), longness(100), longness(5000)) == (0, 0, 0.5, 1, 1)
    pair = next(kind for kind in KINDS["zh"] if kind.name == "pair")
    assert pair.weight(0) == 0.3
    assert pair.weight(0.5) == pytest.approx(0.65)
    assert pair.weight(1) == 1


def test_the_telling_units_of_a_question():
    assert told("请问我家停水了怎么办", "zh") == (("家", "jia"), ("停", "tin"), ("水", "sui"))
    assert told("Where are the phones?", "en") == (("phon", "FN"),)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_text_has_every_kind_of_term_and_none_of_any(language):
    assert kinds("", language) == {kind.name: () for kind in KINDS[language]}
