"""The sentences as data: the same in both languages, all of them used, short, and never without 0 and 9."""

import re
import string
from pathlib import Path

import pytest

import ivr
from ivr.prompts import LANGUAGES, prompt, sentences
from knowledge.answers import spoken
from knowledge.articles import read_seed
from knowledge.menu import read_topics

ROOM = Path(ivr.__file__).parent
_LONGEST = 500
_NAMED = re.compile(r"(?:prompt|say)\(\s*(?:talk, )?\"(\w+)\"")
_REACHABLE = re.compile(r"say_if_reachable\(talk, facts, \"(\w+)\"\)")
_CHOSEN = re.compile(r"prompt\(\"(\w+)\" if .* else \"(\w+)\"")
_SEAT = re.compile(r"\"((?:seat_(?!id)|hours_)\w+)\"")
_DONE = re.compile(r"_done\([^()\"]*\"(\w+)\"\)")
_LONGEST_QUESTION = 100
FILLED = {
    "city": "x" * 40,
    "emergency_numbers": "120, 119, 110",
    "code": "1 2 3 4 5 6",
    "name": "x",
    "key": "1",
    "first": "x" * _LONGEST_QUESTION,
    "second": "x" * _LONGEST_QUESTION,
    "question": "问" * 300,
    "number": "8 6 5 7 1 0 0 0 0 0 0 0 0",
    "what": "x" * 20,
    "reply": "x" * 100,
    "minutes": "120",
    "count": "120",
    "hours": "120",
    "when": "x" * 40,
    "opens": "x" * 10,
    "closes": "x" * 10,
    "matter": "x" * 60,
    "phone": "+8657100000000",
}


def named_in_code():
    names = set()
    for path in ROOM.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        names |= {name for pattern in (_NAMED, _SEAT, _DONE) for name in pattern.findall(text)}
        names |= {name + end for name in _REACHABLE.findall(text) for end in ("", "_no_number")}
        names |= {name for pair in _CHOSEN.findall(text) for name in pair}
    return names


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_sentences_with_the_same_places_to_fill():
    zh, en = sentences("zh"), sentences("en")
    assert set(zh) == set(en)
    assert {name: placeholders(text) for name, text in zh.items()} == {
        name: placeholders(text) for name, text in en.items()
    }


def test_every_sentence_named_in_the_code_exists_and_every_one_is_used():
    known = set(sentences("zh"))
    named = named_in_code()
    assert named | {f"{name}_by_voice" for name in named} & known == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_fits_one_breath_of_the_carrier(language):
    topics = [(topic.name_zh if language == "zh" else topic.name_en, topic.key) for topic in read_topics()]
    choices = "".join(prompt("choice", language, name=name, key=str(key)) + ", " for name, key in topics)
    more = prompt("more_questions", language)
    for name in sentences(language):
        longest = 2 * _LONGEST if name == "questions" else _LONGEST
        assert len(prompt(name, language, **FILLED, choices=choices, more=more)) < longest, name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        *("greeting", "keys_always", "message", "message_again", "silent_noted"),
        *("greeting_by_voice", "keys_always_by_voice", "message_by_voice", "message_again_by_voice"),
    ],
)
def test_every_place_to_press_a_key_offers_a_person_and_the_danger_key(name, language):
    for full in (name, f"{name}_no_number") if name == "silent_noted" else (name,):
        text = prompt(full, language, **FILLED)
        for key in "09":
            assert re.search(rf"(?:按|[Pp]ress ){key}", text), (full, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["danger", "apology"])
def test_the_emergency_numbers_come_before_what_to_do_after_the_tone(name, language):
    text = prompt(name, language, emergency_numbers="120, 119, 110")
    assert text.index("120, 119, 110") < text.index({"zh": "提示音", "en": "tone"}[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_greeting_says_what_this_is_and_that_the_call_is_recorded(language):
    for name in ("greeting", "greeting_by_voice"):
        text = prompt(name, language, city="杭州")
        assert "杭州" in text
        assert {"zh": "录音", "en": "recorded"}[language] in text
        assert text.index("9") < text.index("0") < text.index("1")  # danger first; then the menus


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_heard_live_is_told_of_no_tone_and_asked_to_speak(language):
    tone, speak = {"zh": ("提示音", "[说讲]|哪里"), "en": ("tone", "(?i)say|tell|speak|hear|where")}[language]
    for name, text in sentences(language).items():
        if name.endswith("_by_voice"):
            assert tone not in text, name
            assert re.search(speak, text), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_caller_is_is_the_last_thing_asked_of_one_in_danger(language):
    text = prompt("danger_by_voice", language, emergency_numbers="120, 119, 110")
    assert text.index("120, 119, 110") < text.index({"zh": "您在哪里", "en": "Where are you"}[language])
    assert text.endswith(("？", "?"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_chinese_is_in_the_chinese_file_and_english_in_the_english(language):
    for name, text in sentences(language).items():
        is_chinese = bool(re.search(r"[\u4e00-\u9fff]", text)) if name != "choice" else language == "zh"
        assert is_chinese == ((language == "zh") != (name == "other_language")) or placeholders(text) == ["key", "name"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_starter_article_is_spoken_in_one_piece(language):
    assert all(len(spoken(article, "120")) < _LONGEST for article in read_seed(language))
