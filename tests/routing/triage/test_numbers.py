"""Numbers said aloud: what they are of, and their value."""

import pytest

from routing.triage.numbers import numbers_in


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "我妈八十七岁 烧到三十九度二", [("age_years", 87), ("temperature", 39.2)]),
        ("zh", "体温39.5", [("temperature", 39.5)]),
        ("zh", "烧到三十九度半", [("temperature", 39.5)]),
        ("zh", "外面零下二十度", []),
        ("zh", "药 断 了 三 天", [("days_without", 3)]),
        ("zh", "两天没透析了", [("days_without", 2)]),
        ("zh", "只剩两天的药", [("days_left", 2)]),
        ("zh", "怀孕三十二周", [("weeks_pregnant", 32)]),
        ("zh", "六个月大的宝宝", [("age_months", 6)]),
        ("zh", "电话幺三八零零幺三八零零零", [("phone", "13800138000")]),
        ("zh", "一百零五岁 一百二十一岁", [("age_years", 105)]),
        ("zh", "屋里六个人", [("people", 6)]),
        ("en", "she's eighty one and has a temperature of thirty nine point five", [
            ("age_years", 81), ("temperature", 39.5),
        ]),
        ("en", "forty and a half degrees", [("temperature", 40.5)]),
        ("en", "no insulin for three days", [("days_without", 3)]),
        ("en", "oh seven seven zero zero nine zero zero one two three", [("phone", "07700900123")]),
        ("en", "thirty two weeks pregnant", [("weeks_pregnant", 32)]),
        ("en", "a 6 month old", [("age_months", 6)]),
        ("en", "two days left", [("days_left", 2)]),
        ("en", "there are five of us", [("people", 5)]),
        ("en", "one moment please", []),
        ("zh", "半", []),
        ("zh", "", []),
    ],
)  # fmt: skip
def test_what_is_counted(language, text, found):
    assert [(number.kind, number.value) for number in numbers_in(text, language)] == found


def test_a_number_keeps_the_words_it_was_said_in_and_where():
    number = numbers_in("我爸七十岁", "zh")[0]
    assert (number.word, number.at) == ("七十岁", 2)
