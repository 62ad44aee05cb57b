"""What counts as a command: whole utterances, by sound, in both languages, and nothing that says more."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ivr
from ivr.prompts import LANGUAGES
from ivr.spoken_words import Command, command_in, language_wanted, readable

PHRASES = {
    language: tomllib.loads(
        (Path(ivr.__file__).parent / "prompts" / f"spoken_words_{language}.toml").read_text("utf-8")
    )
    for language in LANGUAGES
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_its_command_and_no_other(language):
    """Also says that no two commands share a sound."""
    for name, phrases in PHRASES[language]["commands"].items():
        for phrase in phrases:
            expected = Command(name)
            assert command_in(phrase, language) is expected, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_can_be_said_in_both_languages(language):
    assert set(PHRASES[language]["commands"]) == {command.value for command in Command}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("是 的", Command.YES),
        ("四 的", Command.YES),  # what a recogniser writes for 是的
        ("对 对 对", Command.YES),
        ("嗯 好 的 谢谢", Command.YES),
        ("有 帮助", Command.YES),
        ("不 是", Command.NO),
        ("布 是", Command.NO),
        ("不 对", Command.NO),
        ("没 有", Command.NO),
        ("没 有 了", Command.NOTHING_MORE),
        ("没 有 谢谢", Command.NO),
        ("再 说 一 遍", Command.REPEAT),
        ("在 说 一边", Command.REPEAT),
        ("请 再说 一遍", Command.REPEAT),
        ("慢 一点", Command.SLOWER),
        ("请 说 慢 一点", Command.SLOWER),
        ("请 转 人工", Command.PERSON),
        ("赚 人工", Command.PERSON),
        ("我 要 找 人工", Command.PERSON),
        ("人 公 服务", Command.PERSON),
        ("第 一 个", Command.FIRST),
        ("第 二 个 吧", Command.SECOND),
        ("我 还 有 一个 问题", Command.ANOTHER),
        ("说 英语", Command.ENGLISH),
        ("谢谢", Command.THANKS),
        ("[unk] 是 的", Command.YES),
    ],
)
def test_mandarin(text, expected):
    assert command_in(text, "zh") is expected


@pytest.mark.parametrize(
    "text",
    [
        "我 是 东城区 的",
        "是 我 父亲 胸口 疼",
        "我 家 没 有 菜 了",
        "不 知道 怎么办",
        "人工 湖 那边 着火 了",
        "是 不 是",
        "好 不 好",
        "对 不起",
        "我 想 要",
        "嗯",
        "",
        "[unk]",
        "是 " * 15,
        "慢性病 的 药",
    ],
)
def test_a_sentence_with_a_commands_word_in_it_is_no_command(text):
    assert command_in(text, "zh") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes please", Command.YES),
        ("no", Command.NO),
        ("no thank you", Command.NOTHING_MORE),
        ("yes thank you", Command.YES),
        ("i want to speak to a person", Command.PERSON),
        ("I'd like to talk to an agent, please.", Command.PERSON),
        ("please say that again", Command.REPEAT),
        ("please repeat", Command.REPEAT),
        ("please speak slower", Command.SLOWER),
        ("prison please", Command.PERSON),  # how a person may be misheard
        ("another question", Command.ANOTHER),
        ("the second one", Command.SECOND),
        ("Mandarin", Command.MANDARIN),
        ("that's all", Command.NOTHING_MORE),
        ("[unk] yes", Command.YES),
    ],
)
def test_english(text, expected):
    assert command_in(text, "en") is expected


@pytest.mark.parametrize(
    "text",
    [
        "my husband is a person with diabetes",
        "no insulin left",
        "now",
        "yes no",
        "new",
        "i need a person to open the gate of our house",
        "there is no one at home",
        "um",
        "",
        "yes " * 20,
    ],
)
def test_an_english_sentence_with_a_commands_word_in_it_is_no_command(text):
    assert command_in(text, "en") is None


def test_only_the_other_language_is_a_wish_for_it():
    assert language_wanted("英语", "zh") == "en"
    assert language_wanted("chinese please", "en") == "zh"
    assert language_wanted("普通话", "zh") is None
    assert language_wanted("你好", "zh") is None


def test_marks_for_unknown_words_are_no_words():
    assert readable("[unk] 你好 [unk]  谢谢 ") == "你好 谢谢"
    assert readable("[unk]") == ""


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_no_text_is_an_error(text, language):
    assert command_in(text, language) in {None, *Command}
