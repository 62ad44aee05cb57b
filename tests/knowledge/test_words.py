import pytest

from knowledge.words import LONGEST_TEXT, stem, terms


def test_chinese_becomes_characters_and_pairs():
    assert terms("健康码", "zh") == ("健", "康", "码", "健康", "康码")


def test_what_a_recogniser_writes_and_what_a_person_writes_meet():
    assert set(terms("健康 码 红", "zh")) == set(terms("请问健康码红了吗？", "zh"))


def test_full_width_and_latin_letters_meet():
    assert set(terms("打１２０，ＡＰＰ", "zh")) >= {"120", "app"}


def test_pairs_do_not_reach_across_a_filler():
    assert "码红" not in terms("健康码怎么红", "zh")


def test_english_drops_what_every_question_has():
    assert terms("Hello, I want to know: where's my neighbour's dog?", "en") == ("know", "neighbour", "dog")


@pytest.mark.parametrize(
    "family",
    [
        ["close", "closes", "closed", "closing"],
        ["stop", "stops", "stopped", "stopping"],
        ["family", "families"],
        ["bus", "bus"],
        ["call", "calls", "called", "calling"],
        ["address", "addresses"],
    ],
)
def test_forms_of_a_word_meet(family):
    assert len({stem(word) for word in family}) == 1


def test_different_words_stay_apart():
    assert len({stem(word) for word in ("school", "code", "car", "care", "red", "need", "news")}) == 7


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_to_compare_gives_nothing(language):
    assert terms("", language) == ()
    assert terms("  ？！…🙂 ", language) == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_very_long_text_is_cut(language):
    assert len(terms("码x " * 100_000, language)) <= 2 * LONGEST_TEXT
