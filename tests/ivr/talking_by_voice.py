"""Facts, words and turns of callers who are heard live, for tests of the conversation by voice."""

from dataclasses import replace
from functools import cache

from ivr.steps import (
    OpenOrder,
)
from knowledge.answers import answer_question
from knowledge.articles import Article
from tests.ivr import talking
from tests.ivr.talking import last, live


def twin_articles():
    for language, east, west in (
        ("zh", "东图书馆几点开门？", "西图书馆几点开门？"),
        (
            "en",
            "When does the east library lend books on weekend evenings?",
            "When does the west library lend books on weekend evenings?",
        ),
    ):
        for slug, question in (("east", east), ("west", west)):
            yield Article(slug, language, "other", (), question, ("x",), f"{slug} answer.", 1)


LIVE = replace(talking.LIVE, articles=(*talking.LIVE.articles, *twin_articles()))
LIVE_STAFFED = replace(LIVE, can_ring=True)
RED_CODE = {"zh": "健康码 变 红 了 怎么办", "en": "my health code has turned red what can i do"}
UNHEARD_OF = {"zh": "路灯 坏 了 三 天", "en": "the street lamp has been broken for three days"}
YES, NO = {"zh": "是 的", "en": "yes"}, {"zh": "没有", "en": "no"}
DANGER = {"zh": "我 父亲 喘不上气", "en": "my child cannot breathe"}


def said_to(language, *inputs, facts=LIVE):
    return last(*inputs, facts=facts, start=live(language=language, voice=False))


def opens(turn):
    return any(isinstance(deed, OpenOrder) for deed in turn.deeds)


@cache
def vague(language="zh"):
    """Return words that leave two questions open: those of two twin articles, and ever more that no article has."""
    twins, strange = {
        "zh": ("图书馆 开门", ["喇叭", "裤子", "鹦鹉", "辣椒", "葫芦", "蚂蚁", "玻璃", "骆驼", "蘑菇", "蜻蜓"]),
        "en": (
            "library lend books weekend evenings",
            ["trumpet", "trousers", "parrot", "pepper", "gourd", "ant", "glass", "camel", "toad"],
        ),
    }[language]
    for count in range(len(strange)):
        text = " ".join([twins, *strange[:count]])
        finding = answer_question(LIVE.articles, text, language)
        if finding.kind == "ask" and len(finding.articles) == 2:
            return text, finding.articles
    raise AssertionError("no number of strange words makes it vague")
