"""The open question, and asking it anew of one who was not understood: twice, then a message is taken; pure."""

from dataclasses import replace

from ivr.asking_for_help import message
from ivr.conversation import Conversation, Facts, Place, Turn, ask, say, say_other_language
from ivr.steps import AskKey, Say

_MOST_MISSES = 2
"""After so many misunderstandings the caller's words are taken down: nobody is kept in a loop."""
_WAIT_SECONDS = 4


def open_question(talk: Conversation, *first: Say) -> Turn:
    """Ask anew what the caller needs."""
    talk = replace(talk, place=Place.GREETING, choices=(), article=None)
    return Turn(talk, ask(talk, *first, say(talk, "open_question")))


def not_understood(talk: Conversation, facts: Facts) -> Turn:
    """Nothing that was heard tells enough: ask once more, and name the other language; then take a message."""
    talk = replace(talk, misses=talk.misses + 1)
    if talk.misses >= _MOST_MISSES:
        return message(talk, facts, say(talk, "not_understood"))
    return open_question(talk, say(talk, "not_understood"), say_other_language(talk))


def greeted(talk: Conversation, facts: Facts) -> Turn:
    """Somebody says hello: they are asked what they need, once more without an apology."""
    return not_understood(talk, facts) if talk.misses else open_question(replace(talk, misses=1))


def let_speak_on(talk: Conversation, facts: Facts) -> Turn:
    """Somebody says “I wanted to ask” and draws breath: nothing is said into it, the first time."""
    if talk.misses:
        return not_understood(talk, facts)
    return Turn(replace(talk, misses=1), (AskKey(seconds=_WAIT_SECONDS),))


def refused(talk: Conversation, facts: Facts) -> Turn:
    """Something else was meant: ask once more in other words, then take a message, to which what was said belongs."""
    talk = replace(talk, misses=talk.misses + 1, words_left=True)
    if talk.misses >= _MOST_MISSES:
        return message(talk, facts, say(talk, "no_answer"))
    talk = replace(talk, place=Place.GREETING, choices=())
    return Turn(talk, ask(talk, say(talk, "other_words")))
