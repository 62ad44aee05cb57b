"""Conversations for tests: facts as a city would have them, and callers who press, speak or are silent."""

from dataclasses import replace

from ivr.conversation import Conversation, Facts, Place
from ivr.dialogue import next_turn, pick_up
from ivr.listening import said
from ivr.steps import (
    AskKey,
    EarsLost,
    Keyed,
    RangOut,
    Record,
    Said,
    Say,
    SayCode,
    Silent,
    Speaking,
    Spoke,
    SpokeNothing,
)
from knowledge.articles import Article, read_seed
from knowledge.menu import Topic

TOPICS = (Topic(1, "policy", "政策", "the rules"), Topic(2, "travel", "出行", "travel"))
ARTICLES = tuple(
    Article(f"rule-{n}", language, "policy", (), f"{language} question {n}?", ("x",), f"{language} answer {n}.", n)
    for language in ("zh", "en")
    for n in range(1, 8)
)
FACTS = Facts({"zh": "杭州", "en": "Hangzhou"}, "120, 119, 110", TOPICS, ARTICLES)
STAFFED = replace(FACTS, can_ring=True)
WITHHELD = replace(FACTS, has_number=False)
LIVE = replace(FACTS, articles=(*read_seed("zh"), *read_seed("en")), can_hear=True)
"""The facts of a call that is heard live, with the starter articles."""
LIVE_STAFFED = replace(LIVE, can_ring=True)
EVERY_FACTS = (FACTS, STAFFED, WITHHELD, LIVE, LIVE_STAFFED, replace(LIVE, has_number=False))
BY_KEY = (
    *(Keyed(key) for key in "0123456789*#"),
    Silent(),
    Spoke(),
    Spoke("0"),
    Spoke("#"),
    Spoke(hung_up=True),
    SpokeNothing(),
    RangOut(answered=True),
    RangOut(answered=False),
)
WORDS = (
    *("是的", "不是", "再说一遍", "慢一点", "人工", "别的问题", "留言", "英语", "普通话", "没有了", "谢谢", "返回"),
    *("第一个", "第二个", "你好", "嗯", "", "[unk]", "健康码变红了怎么办", "我家没有菜了", "今天天气很好"),
    *("yes", "no", "say that again", "slower please", "a person please", "another question", "chinese", "thank you"),
    *("my health code has turned red", "we have no food left", "that's all", "first", "second", "hello"),
)
BY_VOICE = (*(Said(text) for text in WORDS), Said("救命", is_danger=True), Speaking(), EarsLost())
INPUTS = (*BY_KEY, *BY_VOICE)


def at(place: Place, **values) -> Conversation:
    return replace(Conversation("zh", place, category="policy", article="rule-1"), **values)


def hear(text, language="zh"):
    """Return words as they come from the ears."""
    return said(text, language)


def live(place=Place.GREETING, **values) -> Conversation:
    """Return the conversation of a caller who is heard live."""
    return replace(Conversation("zh", place, voice=True), **values)


def talk_through(*inputs, facts=FACTS, start=None):
    """Return the turns of a call, the greeting first."""
    turns = [pick_up(start or Conversation("zh"), facts)]
    for heard in inputs:
        turns.append(next_turn(turns[-1].conversation, heard, facts))
    return turns


def last(*inputs, facts=FACTS, start=None):
    return talk_through(*inputs, facts=facts, start=start)[-1]


def words(turn) -> str:
    """Return everything a turn says, in one string; the code as `<code>`."""
    spoken = []
    for step in turn.steps:
        inner = step.while_saying if isinstance(step, AskKey | Record) else (step,)
        spoken += [one.text if isinstance(one, Say) else "<code>" for one in inner if isinstance(one, Say | SayCode)]
    return "".join(spoken)
