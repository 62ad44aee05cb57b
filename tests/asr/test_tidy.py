"""Recognised words become what a person would have written down, and tidying twice changes nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.chinese_numbers import value
from asr.tidy import readable, tidy

NUMBERS = """
三十九度二 39.2度
烧到三十八度五了 烧到38.5度了
三十九度 39度
孩子发烧三十九度三天了 孩子发烧39度3天了
一三八零零一三八零零零 13800138000
幺三八零零幺三八零零零 13800138000
打一二零 打120
幺二零来了 120来了
十二号楼三单元五零二 12号楼3单元502
他八十三岁 他83岁
孩子三岁 孩子3岁
两岁半 2岁半
下午三点半 下午3点半
八点二十 8点20
早上七点零五分 早上7点05分
十点四十五分 10点45分
三百二十块 320块
一百二 120
两万三 23000
一百零五 105
三万人 3万人
一百二十万元 120万元
百分之三十 30%
百分之九十五点五 95.5%
二零二二年七月二十九号 2022年7月29号
三点五公斤 3.5公斤
零点五毫克 0.5毫克
十分疼 十分疼
十分钟 10分钟
万一出事 万一出事
千万别 千万别
一下 一下
一起 一起
一块去 一块去
一块钱 1块钱
第三天 第三天
七八十个 七八十个
三十五六岁 三十五六岁
十几个 十几个
二十多岁 二十多岁
一点都不 一点都不
有一点疼 有一点疼
三五成群 三五成群
一个人 一个人
三个人 三个人
五楼 5楼
星期三 星期三
十五个人 15个人
一千五百块 1500块
一千五 1500
两百块 200块
两个 两个
不管三七二十一 不管三七二十一
四十度 40度
血压一百八 血压180
一二三四五 12345
吃两片药 吃两片药
每天三次一次两片 每天三次一次两片
十万火急 十万火急
一五一十 一五一十
统一 统一
二十四小时 24小时
三零二室 302室
一一九 119
一二三 一二三
一千零八十 1080
两亿 2亿
三点 三点
我有三点要求 我有三点要求
十字路口 十字路口
九十九 99
四十三天 43天
上百人 上百人
初三 初三
一万一 11000
二十 20
我要买两块面包 我要买2块面包
下午两点 下午2点
下午三点一 下午3点一
十个人 10个人
十了 十了
二十来岁 二十来岁
一层 一层
三层 3层
一片混乱 一片混乱
一度 一度
三度 3度
零度 零度
三十九度二天 39度2天
两分钟 2分钟
三分之一 三分之一
二十三点 23点
三十点二十 三十点二十
八点七十 八点七十
三点五分 3点5分
三点 三点
拨一二三 拨123
一五零三室 1503室
一二三路 123路
九八七年 987年
百分之三五 百分之三五
百分之七 7%
一百零 一百零
三千万 3000万
一亿两千万 120000000
五万六 56000
几十 几十
5十 5十
"""


@pytest.mark.parametrize("line", [line for line in NUMBERS.splitlines() if line])
def test_chinese_numbers_are_digits_where_a_person_would_write_them(line):
    said, written = line.split()
    assert tidy(said, "zh") == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("嗯 那个 我 我 想问一下", "我想问一下"),
        ("我妈妈我妈妈 胸口疼胸口疼", "我妈妈胸口疼"),
        ("我我我我的手机", "我的手机"),
        ("那个那个我想", "我想"),
        ("那个小区", "那个小区"),
        ("就是我想问", "我想问"),
        ("他打呃", "他打呃"),
        ("呃逆", "呃逆"),
        ("呃 我想", "我想"),
        ("谢谢谢谢", "谢谢谢谢"),
        ("考虑考虑", "考虑考虑"),
        ("救命救命救命", "救命"),
        ("一个一个来", "一个一个来"),
        ("的的确确", "的的确确"),
        ("三点三点", "三点三点"),
        ("…我…在 …", "…我…在…"),
        ("做 b 超 在 hangzhou 吗", "做 b 超在 hangzhou 吗"),
        ("嗯", ""),
        ("嗯我在\n嗯那个我疼", "我在\n我疼"),
    ],
)
def test_chinese_fillers_and_stutter_go(said, written):
    assert tidy(said, "zh") == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("um i i need uh insulin", "i need insulin"),
        ("my mother my mother is thirty nine point two degrees", "my mother is 39.2 degrees"),
        ("call one two zero", "call 120"),
        ("room five oh two", "room 502"),
        ("he is eighty three years old", "he is 83 years old"),
        ("two thousand and twenty two", "2022"),
        ("twenty twenty two", "2022"),
        ("nineteen ninety nine", "1999"),
        ("one of us", "one of us"),
        ("no one", "no one"),
        ("one hundred and five yuan", "105 yuan"),
        ("seven tablets", "7 tablets"),
        ("my number is one three eight double zero one three eight triple zero", "my number is 13800138000"),
        ("very very bad", "very very bad"),
        ("ten minutes", "10 minutes"),
        ("two", "two"),
        ("two hundred fifty thousand", "250000"),
        ("a hundred", "a hundred"),
        ("one point five kilos", "1.5 kilos"),
        ("oh no", "oh no"),
        ("one million two hundred thousand", "1200000"),
        ("building three floor five", "building 3 floor 5"),
        ("it hurts it hurts", "it hurts"),
        ("one two", "one two"),
        ("one two three four five", "12345"),
        ("six hundred", "600"),
        ("forty five fifty", "45 50"),
        ("seven point", "seven point"),
        ("twenty one twenty one", "21 21"),
        ("double trouble", "double trouble"),
        ("hundred", "hundred"),
        ("i need twenty and you need ten", "i need 20 and you need 10"),
        ("um", ""),
    ],
)
def test_english_is_tidied(said, written):
    assert tidy(said, "en") == written


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("我 母亲 要 做 透析", "我母亲要做透析"),
        ("i need insulin", "i need insulin"),
        ("做 b 超 在 hangzhou 吗", "做 b 超在 hangzhou 吗"),
        ("我 [unk] 透析", "我…透析"),
        ("我 [unk] <UNK> 透析", "我…透析"),
        ("i need [unk] now", "i need … now"),
        ("[unk]", "…"),
        ("", ""),
    ],
)
def test_text_is_written_as_people_write(words, text):
    assert readable(words.split()) == text


_SAYABLE = st.text(
    "零〇幺一二两三四五六七八九十百千万亿点度分块岁号楼天个我你那嗯呃就是说第几多来0123456789. …\nab", max_size=24
)
_WORDS = st.lists(
    st.sampled_from(
        [
            "i",
            "um",
            "uh",
            "my",
            "mother",
            "one",
            "two",
            "three",
            "oh",
            "zero",
            "ten",
            "eleven",
            "twenty",
            "thirty",
            "nine",
            "hundred",
            "thousand",
            "million",
            "and",
            "point",
            "double",
            "triple",
            "degrees",
            "years",
            "room",
            "the",
            "a",
            "pain",
            "…",
            "am",
            "no",
        ]
    ),
    max_size=14,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(_SAYABLE)
def test_tidying_chinese_twice_changes_nothing(text):
    once = tidy(text, "zh")
    assert tidy(once, "zh") == once


@settings(max_examples=300, deadline=None)
@given(_WORDS)
def test_tidying_english_twice_changes_nothing(text):
    once = tidy(text, "en")
    assert tidy(once, "en") == once


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["zh", "en"]))
def test_any_text_can_be_tidied_and_keeps_its_digits(text, language):
    assert re.sub("[^0-9]", "", text) in re.sub("[^0-9]", "", tidy(text, language)) or language == "zh"
    assert tidy(text, language).count("\n") == text.count("\n")


_READ = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


@settings(max_examples=200, deadline=None)
@given(st.integers(10_000, 99_999_999_999))
def test_a_number_said_digit_by_digit_is_written_so(number):
    assert tidy("电话" + "".join(_READ[digit] for digit in str(number)), "zh") == f"电话{number}"


@settings(max_examples=200, deadline=None)
@given(st.integers(10, 9999))
def test_a_number_that_was_read_out_has_its_value(number):
    assert value(_read_out(number)) == number
    assert tidy(f"花了{_read_out(number)}元", "zh") == f"花了{number}元"


def _read_out(number):
    out, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            out += ("零" if zero else "") + _READ[str(digit)] + unit
            zero = False
        elif out:
            zero = True
    return out.removeprefix("一") if out.startswith("一十") else out
