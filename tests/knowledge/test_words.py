import pytest

from knowledge.words import LONGEST_QUESTION, is_question, questions_in, says_something, stem, telling, units

in_each_language = pytest.mark.parametrize("language", ["zh", "en"])


def test_chinese_is_cut_into_characters():
    assert units("健康码", "zh") == ("健", "康", "码")


def test_what_a_recogniser_writes_and_what_a_person_writes_meet():
    assert units("喂 健康 码 红", "zh") == units("请问，健康码红！", "zh")


def test_full_width_and_latin_letters_meet():
    assert units("打１２０，ＡＰＰ", "zh") == ("打", "120", "app")


def test_english_is_cut_into_words_as_they_were_said():
    assert units("Hello, where's my neighbours' dog?", "en") == ("where", "my", "neighbours", "dog")


def test_what_every_question_has_is_not_telling():
    assert telling(units("我的健康码怎么红了", "zh"), "zh") == ("健", "康", "码", "红")
    assert telling(units("I want to know where the dogs are", "en"), "en") == ("know", "dogs")


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [("zh", "喂你好那个可以吗", False), ("zh", "停电", True), ("en", "can you please", False), ("en", "power", True)],
)
def test_says_something(language, text, says):
    assert says_something(text, language) is says


@pytest.mark.parametrize(
    ("language", "text", "asks"),
    [
        ("zh", "停电", False),
        ("zh", "停电了", True),
        ("zh", "喂停电", False),
        ("en", "power", False),
        ("en", "no power", True),
    ],
)
def test_a_question_is_more_than_a_word(language, text, asks):
    assert is_question(text, language) is asks


@pytest.mark.parametrize(
    "family",
    [
        ["close", "closes", "closed", "closing"],
        ["stop", "stops", "stopped", "stopping"],
        ["family", "families"],
        ["child", "children"],
        ["bus", "bus"],
        ["call", "calls", "called", "calling"],
        ["address", "addresses"],
    ],
)
def test_forms_of_a_word_meet(family):
    assert len({stem(word) for word in family}) == 1


def test_different_words_stay_apart():
    assert len({stem(word) for word in ("school", "code", "car", "care", "red", "need", "news")}) == 7


@in_each_language
def test_nothing_to_compare_gives_nothing(language):
    assert units("", language) == ()
    assert units("  ？！…🙂 ", language) == ()


@in_each_language
def test_the_end_of_a_very_long_text_is_not_looked_at(language):
    assert not is_question(" " * LONGEST_QUESTION + "停电了怎么办 power cut", language)


@pytest.mark.parametrize(
    ("language", "text", "questions"),
    [
        ("zh", "我的 健康码 变 红 了 怎么 办 在 哪里 做 核酸", ("我的健康码变红了怎么办", "在哪里做核酸")),
        ("zh", "停水了吗谢谢", ("停水了吗",)),
        ("zh", "学校几号开学", ("学校几号开学",)),
        ("zh", "你好", ()),
        ("en", "Is school open? And where is the clinic?", ("Is school open?", " And where is the clinic?")),
    ],
)
def test_questions_that_follow_each_other_are_told_apart(language, text, questions):
    assert questions_in(text, language) == questions
