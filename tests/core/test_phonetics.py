"""Wrong characters with the right sound still match, and what sounds otherwise does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.phonetics import sounds_in, syllables


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("喘不上气", "我爸爸穿不上器了"),
        ("喘不上气", "船不上汽"),
        ("胸口疼", "他凶口藤"),
        ("流血不止", "牛写不子"),  # n/l and zh/z
        ("呼吸困难", "夫吸困兰"),  # f/h and n/l
        ("羊水破", "杨睡破"),  # sh/s
        ("不省人事", "不醒认是"),  # ng/n and r/l
        ("救护车", "就护测"),  # ch/c
        ("大出血", "大 出，血"),  # what is no character is passed over
    ],
)
def test_near_sounds_match(phrase, heard):
    assert sounds_in(phrase, heard)


@pytest.mark.parametrize(
    ("phrase", "heard"),
    [
        ("喘不上气", "我想问一下健康码"),
        ("喘不上气", "喘不上"),
        ("喘不上气", "气上不喘"),
        ("胸口疼", "胸口"),
        ("胸口疼", "路口等"),
        ("救护车", "救护"),
        ("胸口疼", ""),
        ("", "胸口疼"),
        ("abc", "abc"),
    ],
)
def test_other_sounds_do_not(phrase, heard):
    assert not sounds_in(phrase, heard)


@pytest.mark.parametrize("pair", ["知资", "吃词", "诗思", "你里", "福湖", "人冷", "帮班", "灯扽", "星新", "光关"])
def test_pairs_that_a_telephone_line_does_not_keep_apart(pair):
    one, other = pair
    assert syllables(one) == syllables(other)


@pytest.mark.parametrize("pair", ["八趴", "大他", "哥科", "机七", "妈那", "安恩", "一五"])
def test_pairs_that_are_told_apart(pair):
    one, other = pair
    assert syllables(one) != syllables(other)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_listened_to(text):
    assert isinstance(syllables(text), tuple)


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4),
    st.text("我想问一下 abc", max_size=10),
)
def test_what_is_said_is_heard_between_latin_words(phrase, around):
    assert sounds_in(phrase, f"{phrase} ok")
    assert sounds_in(phrase, phrase)
