"""The greeting and the menus: what a caller needs is asked openly, or chosen by key; pure."""

from collections.abc import Callable
from dataclasses import replace

from core.models import ToldBy
from ivr.answering import answer, article_of, more
from ivr.asking_for_help import leave, message, offer_any_key
from ivr.conversation import Conversation, Facts, Place, Turn, ask, goodbye, put_first, say, say_other_language
from ivr.open_question import open_question
from ivr.prompts import prompt
from ivr.steps import AskKey, CallerInput, Keyed, Say, Silent, StartStream, Took
from knowledge.answers import answers_by_topic
from knowledge.articles import Article
from knowledge.menu import Topic

QUESTIONS_A_PAGE = 5
_HEARD_OUT = Took(helped=None)


def pick_up(talk: Conversation, facts: Facts) -> Turn:
    """Answer a call: a caller for whom there is a place is heard live from the first moment."""
    if not facts.can_hear:
        return greet(talk, facts)
    turn = greet(replace(talk, voice=True), facts)
    return replace(turn, steps=(StartStream(), *turn.steps))


def greet(talk: Conversation, facts: Facts) -> Turn:
    """Say what this is, that it is recorded, the keys for a person and for danger; then ask, or name the choices."""
    announced = facts.announcement.get(talk.language)
    said = (
        say(talk, "greeting", city=facts.city[talk.language]),
        *((say(talk, "greeting_in_line"),) if facts.line.is_kept else ()),
        *((Say(announced, talk.language),) if announced else ()),
        say_other_language(talk),
    )
    return Turn(replace(talk, place=Place.GREETING, category=None, page=0), (AskKey(said),))


def at_greeting(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return topics(talk, facts)
        case Keyed("2"):
            return message(talk, facts)
        case Keyed("8"):
            return greet(replace(talk, language="en" if talk.language == "zh" else "zh"), facts)
        case Silent() if talk.voice:
            return _nothing_said(talk, facts)
        case _:
            return _again(talk, heard, facts, greet)


def _nothing_said(talk: Conversation, facts: Facts) -> Turn:
    """Repeat once; then take what was said so far as the message, or offer a way to one who can't speak."""
    if talk.silences <= 1:
        return open_question(talk, say(talk, "not_understood" if talk.misses else "once_more"))
    if talk.words_left or talk.answered or talk.registered:
        return leave(talk, facts)
    return offer_any_key(talk)


def topics(talk: Conversation, facts: Facts) -> Turn:
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
        return _again(talk, heard, facts, topics)
    return questions(replace(talk, category=topic.category, page=0), facts)


def questions(talk: Conversation, facts: Facts) -> Turn:
    page, has_more = _page(talk, facts)
    if not page:
        return put_first(say(talk, "no_questions"), message(talk, facts))
    talk = replace(talk, place=Place.QUESTIONS)
    choices = [prompt("question", talk.language, name=a.question, key=str(i)) for i, a in enumerate(page, 1)]
    further = prompt("more_questions", talk.language) if has_more else ""
    return Turn(talk, ask(talk, say(talk, "questions", choices=_join(talk, choices), more=further)))


def at_questions(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    page, has_more = _page(talk, facts)
    match heard:
        case Keyed("*"):
            return topics(talk, facts)
        case Keyed("6"):
            return message(talk, facts)
        case Keyed("7") if has_more:
            return questions(replace(talk, page=talk.page + 1), facts)
        case Keyed(key) if key.isdecimal() and 1 <= int(key) <= len(page):
            return answer(talk, facts, page[int(key) - 1], ToldBy.KEY)
        case _:
            return _again(talk, heard, facts, questions)


def _page(talk: Conversation, facts: Facts) -> tuple[tuple[Article, ...], bool]:
    articles = answers_by_topic(facts.articles, talk.category or "", talk.language, None)
    start = talk.page * QUESTIONS_A_PAGE
    return articles[start : start + QUESTIONS_A_PAGE], len(articles) > start + QUESTIONS_A_PAGE


def at_answer(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    match heard:
        case Keyed("1"):
            return replace(goodbye(talk), deeds=(Took(helped=True),))
        case Keyed("2"):
            message_instead = message(replace(talk, answered=False, words_left=bool(talk.heard_up_to)), facts)
            return replace(message_instead, deeds=(Took(helped=False),))
        case Keyed("3"):
            return answer_again(talk, facts)
        case Keyed("*"):
            return topics(talk, facts)
        case Silent() if talk.voice:
            turn = more(talk) if talk.silences > 1 else Turn(talk, ask(talk, say(talk, "helped")))
            return replace(turn, deeds=(_HEARD_OUT,))
        case _:
            turn = _again(talk, heard, facts, answer_again)
            return replace(turn, deeds=(*turn.deeds, _HEARD_OUT)) if isinstance(heard, Silent) else turn


def answer_again(talk: Conversation, facts: Facts) -> Turn:
    """Read the caller's article out once more."""
    return answer(talk, facts, article_of(talk, facts, talk.article), ToldBy.KEY)


def _again(talk: Conversation, heard: CallerInput, facts: Facts, turn: Callable[[Conversation, Facts], Turn]) -> Turn:
    """Repeat once after silence, then ask for a message instead; a wrong key is told and the choices said again."""
    if isinstance(heard, Keyed):
        return put_first(say(talk, "unknown_key"), turn(talk, facts))
    if talk.silences > 1:
        return message(talk, facts)
    return put_first(say(talk, "once_more"), turn(talk, facts))


def _join(talk: Conversation, choices: list[str]) -> str:
    return ("，" if talk.language == "zh" else ", ").join(choices)
