"""Conversations for tests: facts as a city would have them, and callers who press, speak or are silent."""

from dataclasses import replace

from ivr.conversation import Conversation, Facts, Place
from ivr.dialogue import greet, next_turn
from ivr.steps import AskKey, Keyed, RangOut, Record, Say, SayCode, Silent, Spoke, SpokeNothing
from knowledge.articles import Article
from knowledge.menu import Topic

TOPICS = (Topic(1, "policy", "政策", "the rules"), Topic(2, "travel", "出行", "travel"))
ARTICLES = tuple(
    Article(f"rule-{n}", language, "policy", None, f"{language} question {n}?", ("x",), f"{language} answer {n}.", n)
    for language in ("zh", "en")
    for n in range(1, 8)
)
FACTS = Facts({"zh": "杭州", "en": "Hangzhou"}, "120, 119, 110", TOPICS, ARTICLES)
STAFFED = replace(FACTS, can_ring=True)
WITHHELD = replace(FACTS, has_number=False)
INPUTS = (
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


def at(place: Place, **values) -> Conversation:
    return replace(Conversation("zh", place, category="policy", article="rule-1"), **values)


def talk_through(*inputs, facts=FACTS, start=None):
    """Return the turns of a call, the greeting first."""
    turns = [greet(start or Conversation("zh"), facts)]
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
