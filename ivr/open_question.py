"""The open question: what a caller wants to know is answered, asked back, or taken down as a message; pure."""

from dataclasses import replace

from core.models import ToldBy
from ivr.asking_for_help import leave, message
from ivr.conversation import Conversation, Facts, Place, Turn, ask, put_first, say
from ivr.steps import CallerInput, Keyed, Say, Told, Took
from knowledge.answers import answer_question, spoken
from knowledge.articles import Article

_MOST_MISSES = 2
"""After so many misunderstandings the caller's words are taken down: nobody is kept in a loop."""


def open_question(talk: Conversation, *first: Say) -> Turn:
    """Ask anew what the caller needs."""
    talk = replace(talk, place=Place.GREETING, choices=(), article=None)
    return Turn(talk, ask(talk, *first, say(talk, "open_question")))


def find_answer(talk: Conversation, question: str, facts: Facts) -> Turn:
    """Answer a question, ask which one is meant, or take it down: what was said is kept until an answer settles it."""
    finding = answer_question(facts.articles, question, talk.language)
    talk = replace(talk, words_left=True)
    if finding.kind == "answer":
        return answer(talk, facts, finding.articles[0])
    if finding.kind == "ask":
        return _ask_which(talk, facts, finding.articles)
    return message(talk, facts, say(talk, "no_answer"))


def not_understood(talk: Conversation, facts: Facts) -> Turn:
    """Nothing that was heard can be compared with anything: ask once more, then take a message."""
    talk = replace(talk, misses=talk.misses + 1)
    if talk.misses >= _MOST_MISSES:
        return message(talk, facts, say(talk, "not_understood"))
    return open_question(talk, say(talk, "not_understood"))


def greeted(talk: Conversation, facts: Facts) -> Turn:
    """Somebody says hello: they are asked what they need, once more without an apology."""
    return not_understood(talk, facts) if talk.misses else open_question(replace(talk, misses=1))


def not_helped(talk: Conversation, facts: Facts) -> Turn:
    """The answer did not help: as if something else had been meant."""
    turn = refused(talk, facts)
    return replace(turn, deeds=(*turn.deeds, Took(helped=False)))


def helped(talk: Conversation, _facts: Facts) -> Turn:
    """The answer has helped."""
    return replace(more(replace(talk, words_left=False)), deeds=(Took(helped=True),))


def refused(talk: Conversation, facts: Facts) -> Turn:
    """Something else was meant: ask once more in other words, then take a message, to which what was said belongs."""
    talk = replace(talk, misses=talk.misses + 1, words_left=True, answered=False)
    if talk.misses >= _MOST_MISSES:
        return message(talk, facts, say(talk, "no_answer"))
    talk = replace(talk, place=Place.GREETING, choices=())
    return Turn(talk, ask(talk, say(talk, "other_words")))


def answer(talk: Conversation, facts: Facts, article: Article | None, how: ToldBy = ToldBy.VOICE) -> Turn:
    """Read an article out, then ask whether it helped; that it was told is written down."""
    if article is None:  # unpublished while the caller was choosing
        return put_first(say(talk, "no_questions"), message(talk, facts))
    talk = replace(talk, place=Place.ANSWER, article=article.id, answered=True, words_left=False, choices=())
    words = Say(spoken(article, facts.ambulance_number), talk.language)
    told = (Told(article.version_id, how),) if article.version_id else ()
    return Turn(talk, ask(talk, words, say(talk, "helped")), told)


def article_of(talk: Conversation, facts: Facts, slug: str | None) -> Article | None:
    """Return an article by its id in the caller's language, if it is published."""
    return next((a for a in facts.articles if (a.id, a.language) == (slug, talk.language)), None)


def _ask_which(talk: Conversation, facts: Facts, found: tuple[Article, ...]) -> Turn:
    """Ask which question is meant; of two asked about before, the one that is found again is it."""
    again = [article for article in found if article.id in talk.choices]
    if len(again) == 1 and len(talk.choices) > 1:
        return answer(talk, facts, again[0])
    if again:
        return refused(talk, facts)
    return choose(replace(talk, place=Place.CHOICE, choices=tuple(article.id for article in found)), facts)


def choose(talk: Conversation, facts: Facts) -> Turn:
    """Read out the one or two questions that may be meant."""
    offered = [article_of(talk, facts, slug) for slug in talk.choices]
    questions = [article.question for article in offered if article]
    if not questions or len(questions) < len(offered):
        return answer(talk, facts, None)
    if len(questions) == 1:
        return Turn(talk, ask(talk, say(talk, "choice_of_one", first=questions[0])))
    return Turn(talk, ask(talk, say(talk, "choice_of_two", first=questions[0], second=questions[1])))


def chosen(talk: Conversation, facts: Facts, number: int) -> Turn:
    """Answer the question that was chosen, counted from 1."""
    if number > len(talk.choices):
        return put_first(say(talk, "not_understood"), choose(talk, facts))
    return answer(talk, facts, article_of(talk, facts, talk.choices[number - 1]))


def at_choice(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Key 1 or 2 chooses; silence gets one repeat, then the words are taken down."""
    match heard:
        case Keyed("1" | "2" as key) if int(key) <= len(talk.choices):
            return chosen(talk, facts, int(key))
        case Keyed("*"):
            return open_question(talk)
        case Keyed():
            return put_first(say(talk, "unknown_key"), choose(talk, facts))
        case _ if talk.silences > 1:
            return message(talk, facts)
        case _:
            return put_first(say(talk, "once_more"), choose(talk, facts))


def more(talk: Conversation) -> Turn:
    """Nothing is left to do that we know of: ask whether there is anything else."""
    talk = replace(talk, place=Place.MORE, misses=0)
    return Turn(talk, ask(talk, say(talk, "more")))


def at_more(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """A key that means nothing here is told; silence ends the call, when nothing is left to do."""
    return put_first(say(talk, "unknown_key"), more(talk)) if isinstance(heard, Keyed) else leave(talk, facts)
