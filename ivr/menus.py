"""The greeting and the menus: policy questions answered by key; pure."""

from collections.abc import Callable
from dataclasses import replace

from ivr.asking_for_help import message
from ivr.conversation import Conversation, Facts, Place, Turn, ask, goodbye, put_first, say
from ivr.prompts import prompt
from ivr.steps import AskKey, CallerInput, Keyed, Say
from knowledge.answers import answers_by_topic, spoken
from knowledge.articles import Article
from knowledge.menu import Topic

QUESTIONS_A_PAGE = 5


def greet(talk: Conversation, facts: Facts) -> Turn:
    """Answer a call: what this is, that it is recorded, the keys for a person and for danger, then the choices."""
    said = (
        say(talk, "greeting", city=facts.city[talk.language]),
        Say(prompt("other_language", talk.language), "en" if talk.language == "zh" else "zh"),
    )
    return Turn(replace(talk, place=Place.GREETING, category=None, page=0), (AskKey(said),))


def at_greeting(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return _topics(talk, facts)
        case Keyed("2"):
            return message(talk, facts)
        case Keyed("8"):
            return greet(replace(talk, language="en" if talk.language == "zh" else "zh"), facts)
        case _:
            return _again(talk, heard, facts, greet)


def _topics(talk: Conversation, facts: Facts) -> Turn:
    talk = replace(talk, place=Place.TOPICS, page=0)
    names = [prompt("choice", talk.language, name=_name(talk, topic), key=str(topic.key)) for topic in facts.topics]
    return Turn(talk, ask(talk, say(talk, "topics", choices=_join(talk, names))))


def _name(talk: Conversation, topic: Topic) -> str:
    return topic.name_zh if talk.language == "zh" else topic.name_en


def at_topics(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    if heard == Keyed("*"):
        return greet(talk, facts)
    topic = next((topic for topic in facts.topics if heard == Keyed(str(topic.key))), None)
    if topic is None:
        return _again(talk, heard, facts, _topics)
    return _questions(replace(talk, category=topic.category, page=0), facts)


def _questions(talk: Conversation, facts: Facts) -> Turn:
    page, has_more = _page(talk, facts)
    if not page:
        return put_first(say(talk, "no_questions"), message(talk, facts))
    talk = replace(talk, place=Place.QUESTIONS)
    choices = [prompt("question", talk.language, name=a.question, key=str(i)) for i, a in enumerate(page, 1)]
    more = prompt("more_questions", talk.language) if has_more else ""
    return Turn(talk, ask(talk, say(talk, "questions", choices=_join(talk, choices), more=more)))


def at_questions(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    page, has_more = _page(talk, facts)
    match heard:
        case Keyed("*"):
            return _topics(talk, facts)
        case Keyed("6"):
            return message(talk, facts)
        case Keyed("7") if has_more:
            return _questions(replace(talk, page=talk.page + 1), facts)
        case Keyed(key) if key.isdecimal() and 1 <= int(key) <= len(page):
            return _answer(replace(talk, article=page[int(key) - 1].id), facts)
        case _:
            return _again(talk, heard, facts, _questions)


def _page(talk: Conversation, facts: Facts) -> tuple[tuple[Article, ...], bool]:
    articles = answers_by_topic(facts.articles, talk.category or "", talk.language, None)
    start = talk.page * QUESTIONS_A_PAGE
    return articles[start : start + QUESTIONS_A_PAGE], len(articles) > start + QUESTIONS_A_PAGE


def _answer(talk: Conversation, facts: Facts) -> Turn:
    article = next((a for a in facts.articles if (a.id, a.language) == (talk.article, talk.language)), None)
    if article is None:  # unpublished while the caller was choosing
        return put_first(say(talk, "no_questions"), message(talk, facts))
    talk = replace(talk, place=Place.ANSWER, answered=True)
    answer = Say(spoken(article, facts.ambulance_number), talk.language)
    return Turn(talk, (AskKey((answer, say(talk, "helped"), say(talk, "keys_always"))),))


def at_answer(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return goodbye(talk)
        case Keyed("2"):
            return message(replace(talk, answered=False), facts)
        case Keyed("3"):
            return _answer(talk, facts)
        case Keyed("*"):
            return _topics(talk, facts)
        case _:
            return _again(talk, heard, facts, _answer)


def _again(talk: Conversation, heard: CallerInput, facts: Facts, turn: Callable[[Conversation, Facts], Turn]) -> Turn:
    """Repeat once after silence, then ask for a message instead; a wrong key is told and the choices said again."""
    if isinstance(heard, Keyed):
        return put_first(say(talk, "unknown_key"), turn(talk, facts))
    if talk.silences > 1:
        return message(talk, facts)
    return put_first(say(talk, "once_more"), turn(talk, facts))


def _join(talk: Conversation, choices: list[str]) -> str:
    return ("，" if talk.language == "zh" else ", ").join(choices)
