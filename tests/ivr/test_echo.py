"""Our own prompt, coming back from a loudspeaker, is told from the caller's words, near where it has come to."""

import pytest

from ivr.echo import Echo, find_echo, may_sound
from ivr.prompts import prompt

GREETING = {language: prompt("greeting", language, city="本市") for language in ("zh", "en")}
NOTHING = Echo()


def found(words, language="zh", *, given=4.0, began=1.0, final=False, text=None):
    words = words.split()
    return find_echo(
        words,
        language,
        GREETING[language] if text is None else text,
        given_seconds_ago=given,
        began_seconds_ago=began,
        final=final,
    )


@pytest.mark.parametrize(
    ("words", "language", "given"),
    [
        ("您好 这里 是 本市 应急 热线", "zh", 3.0),
        ("您好 这里 是 本市 应急 热线", "zh", 6.0),
        ("生命 有 危险 请 按 九", "zh", 9.0),
        ("生明 有 危先 请 安 九", "zh", 9.0),  # other characters, the same sounds
        ("if a life is in danger press nine", "en", 8.0),
        ("hello this is the emergency hotline", "en", 4.0),
    ],
)
def test_the_prompt_itself_is_no_word_of_the_caller(words, language, given):
    for final in (False, True):
        echo = found(words, language, given=given, began=2.0, final=final)
        assert echo.is_all
        assert echo.places == frozenset(range(len(words.split())))


@pytest.mark.parametrize(
    ("words", "language"),
    [("我 父亲 胸口 疼", "zh"), ("喘不上气", "zh"), ("i can't breathe", "en"), ("my child has a fever", "en")],
)
def test_other_words_are_the_callers_at_once(words, language):
    for final in (False, True):
        assert found(words, language, final=final) == NOTHING


def test_a_word_of_the_prompt_may_be_the_beginning_of_an_echo_until_nothing_more_comes():
    assert found("这里").is_all
    assert not found("这里", final=True).is_all
    assert not found("请 按 九", given=9.0, final=True).is_all
    assert found("hello", "en").is_all
    assert not found("hello", "en", final=True).is_all


def test_the_callers_own_words_after_an_echo_are_kept():
    words = "生命 有 危险 请 按 九 我 父亲 喘不上气 住在 东城区 青龙街道"
    echo = found(words, given=12.0, began=6.0, final=True)
    assert not echo.is_all
    assert [word for place, word in enumerate(words.split()) if place not in echo.places] == words.split()[6:]


def test_an_echo_that_was_partly_misheard_is_still_one_and_what_does_not_fit_is_told_apart():
    words = "您好 这里 是 本市 应急 喂 本次 通话 将 被 录音"
    echo = found(words, given=7.0, began=4.0, final=True)
    assert echo.is_all
    assert 5 not in echo.places


@pytest.mark.parametrize("given", [40.0, 300.0])
def test_when_the_prompt_is_over_its_words_are_the_callers(given):
    assert found("生命 有 危险 请 按 九", given=given) == NOTHING
    assert not may_sound(GREETING["zh"], "zh", given)


def test_words_from_far_ahead_in_the_prompt_are_no_echo():
    far = "查询 政策 请 按 一"
    assert found(far, given=2.0, began=1.0, final=True) == NOTHING
    assert found(far, given=14.0, began=2.0, final=True).is_all


def test_words_from_long_before_are_no_echo():
    long = "。".join([GREETING["zh"]] + ["政府 已经 开通 物资 配送 渠道"] * 30)
    assert found("您好 这里 是 本市", given=5.0, text=long, final=True).is_all
    assert found("您好 这里 是 本市", given=40.0, text=long, final=True) == NOTHING


def test_without_a_prompt_or_a_word_there_is_no_echo():
    assert found("您好", text="") == NOTHING
    assert found("", final=True) == NOTHING
    assert not may_sound("", "zh", 0.0)
    assert may_sound(GREETING["zh"], "zh", 1.0)


def test_english_in_a_mandarin_prompt_is_known_again():
    both = GREETING["zh"] + prompt("other_language", "zh")
    assert found("for english press eight", "en", given=18.0, began=2.0, final=True, text=both).is_all


def test_words_that_the_model_does_not_know_are_nobodys():
    echo = find_echo(
        ["生命", "", "有", "危险", "请", "按", "九"],
        "zh",
        GREETING["zh"],
        given_seconds_ago=9.0,
        began_seconds_ago=2.0,
        final=True,
    )
    assert echo.is_all
    assert echo.places == frozenset(range(7))
