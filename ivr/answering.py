"""Reading an article out, and what the caller makes of it; pure."""

from dataclasses import replace

from core.models import ToldBy
from ivr.asking_for_help import leave, message
from ivr.conversation import Conversation, Facts, Place, Turn, ask, put_first, say
from ivr.open_question import refused
from ivr.steps import CallerInput, Keyed, Say, Told, Took
from knowledge.answers import spoken
from knowledge.articles import Article


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


def helped(talk: Conversation, _facts: Facts) -> Turn:
    """The answer has helped."""
    return replace(more(talk), deeds=(Took(helped=True),))


def not_helped(talk: Conversation, facts: Facts) -> Turn:
    """The answer did not help: as if something else had been meant."""
    turn = refused(talk, facts)
    return replace(turn, deeds=(*turn.deeds, Took(helped=False)))


def more(talk: Conversation) -> Turn:
    """Nothing is left to do that we know of: ask whether there is anything else."""
    talk = replace(talk, place=Place.MORE, misses=0)
    return Turn(talk, ask(talk, say(talk, "more")))


def at_more(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """A key that means nothing here is told; silence ends the call, when nothing is left to do."""
    return put_first(say(talk, "unknown_key"), more(talk)) if isinstance(heard, Keyed) else leave(talk, facts)
