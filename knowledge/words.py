"""Cuts a text into the units search compares: characters in Chinese, stemmed words in English; pure."""

import re
import unicodedata

from core.settings import Language

LONGEST_QUESTION = 500
"""Characters of a question that are looked at: a need is said in the first two minutes, and time must stay bounded."""

# One Chinese character, or a run of Latin letters and digits. Spaces fall away first, so that a recogniser's
# "健康 码 红 了" and a written "健康码红了" give the same units.
_UNIT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[a-z0-9]+")
_SPACE = re.compile(r"\s+")
_APOSTROPHE = re.compile(r"[’'](?:s\b)?")

# Greetings and the noises people make while they think: they say nothing about the question.
_COURTESIES = re.compile(
    r"请问|你好|您好|喂|麻烦|我?想问一下|想问下|问一下|那个|就是说|谢谢|[嗯呃啊呀吧呢嘛哦哎]|"
    r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening)|please|thanks?|thank you|um+|uh+|er+)\b"
)
_SHORTEST_QUESTION = {"zh": 3, "en": 2}
"""Characters or words: “停电了” asks something, “停电” is a word and may mean anything."""

# The words that all questions share: they tell none from another.
_FILLERS_ZH = re.compile(
    "想咨询一下|咨询|什么时候|怎么办|怎么样|为什么|什么|怎么|能不能|可不可以|可以|有没有|要不要|是不是|会不会|哪里|哪儿|"
    "哪些|哪个|哪天|多少|多久|需要|应该|现在|期间|我们|你们|有人|突然|已经|一直|知道|告诉|一下|这个|这边|那边|这里|"
    "[吗你我您了的是在去要能有谁找还就都也和会想该到被把让给不]"
)
_FILLERS_EN = frozenset(
    re.findall(
        r"\w+",
        "a an the and or of to into in on at for with as by from about up down out off it its this that these those "
        "there here i me my we us our you your he him his she her hers they them am is are was were be been do does "
        "did have has had can could cannot may might should would will shall must not no if so just now any some many "
        "much long what how when where who whom which why get got go come take need want someone people nobody im ive "
        "id dont cant whats hows wheres myself yourself himself herself themselves ourselves",
    )
)
# After these one question is over; what follows in the same breath is another.
_QUESTION_ENDS = re.compile("(?<=怎么办)|(?<=怎么样)|(?<=[吗呢？?。；;])")
_SHORTEST_STEM = 3
_IRREGULAR = {"children": "child", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth", "knives": "knife"}


def units(text: str, language: Language) -> tuple[str, ...]:
    """Return the characters or words of a text in order, in one width and case, greetings left out."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if language == "zh":
        return tuple(_UNIT.findall(_COURTESIES.sub(" ", _SPACE.sub("", plain))))
    return tuple(_UNIT.findall(_COURTESIES.sub(" ", _APOSTROPHE.sub("", plain))))


def telling(said: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Return those units that can tell a text from others, in order; English words as they were said."""
    if language == "zh":
        return tuple(_UNIT.findall(_FILLERS_ZH.sub(" ", "".join(said))))
    return tuple(word for word in said if word not in _FILLERS_EN)


def says_something(text: str, language: Language) -> bool:
    """Return whether there is anything in a text that can tell it from others: “hello, can you” says nothing."""
    return bool(telling(units(text[:LONGEST_QUESTION], language), language))


def is_question(text: str, language: Language) -> bool:
    """Return whether a text says enough to be looked up: more than a greeting or a single word."""
    said = units(text[:LONGEST_QUESTION], language)
    return len(said) >= _SHORTEST_QUESTION[language] and says_something(text, language)


def questions_in(text: str, language: Language) -> tuple[str, ...]:
    """Return the questions that a text holds one after the other, each enough to be looked up; often the text alone."""
    joined = _SPACE.sub("", text) if language == "zh" else text
    return tuple(part for part in _QUESTION_ENDS.split(joined) if is_question(part, language))


def stem(word: str) -> str:
    """Return an English word without its common endings, so that close, closes, closed and closing meet.

    A handful of rules, not a full stemmer: questions and phrasings are short, and both go through the same rules.
    """
    word = _IRREGULAR.get(word, word)
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word
