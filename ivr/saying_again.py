"""Saying once more what belongs to a caller's place: asked to, after a noise, in another language, or by key; pure."""

from collections.abc import Callable
from dataclasses import replace

from ivr.answering import more
from ivr.asking_for_help import leave, message, person, tell_code
from ivr.choosing import choose
from ivr.conversation import Conversation, Facts, Place, Turn, ask, goodbye, put_first, say
from ivr.danger import danger
from ivr.menus import answer_again, greet, questions, topics
from ivr.open_question import open_question
from ivr.steps import OpenOrder


def say_again(talk: Conversation, facts: Facts) -> Turn:
    """Say once more what belongs to the caller's place."""
    return _AGAIN[talk.place](talk, facts)


def ears_lost(talk: Conversation, facts: Facts) -> Turn:
    """Tell a caller who is no longer heard live, and go on by keys and recordings; what was said has its order."""
    talk = replace(talk, voice=False)
    lost = say(talk, "ears_lost")
    match talk.place:
        case Place.ANSWER:
            turn = Turn(talk, ask(talk, lost, say(talk, "helped")))
        case Place.AFTER_MESSAGE:
            turn = Turn(talk, ask(talk, lost, say(talk, "after_message")))
        case Place.TOPICS | Place.QUESTIONS:
            turn = put_first(lost, say_again(talk, facts))
        case Place.MORE | Place.ENDED:
            return leave(talk, facts)
        case _:
            turn = message(talk, facts, lost)
    return replace(turn, deeds=(*turn.deeds, OpenOrder())) if talk.words_left else turn


def in_other_language(talk: Conversation, facts: Facts) -> Turn:
    """Go on in the language that is set now: with a message, or else from the beginning."""
    kept = talk.place in {Place.MESSAGE, Place.AFTER_MESSAGE, Place.MORE}
    return say_again(talk, facts) if kept else greet(talk, facts)


def _once_again(talk: Conversation, facts: Facts) -> Turn:
    return open_question(talk) if talk.misses or talk.answered else greet(talk, facts)


_AGAIN: dict[Place, Callable[[Conversation, Facts], Turn]] = {
    Place.GREETING: _once_again,
    Place.TOPICS: topics,
    Place.QUESTIONS: questions,
    Place.CHOICE: choose,
    Place.ANSWER: answer_again,
    Place.MORE: lambda talk, _: more(talk),
    Place.MESSAGE: message,
    Place.CANNOT_SPEAK: lambda talk, _: open_question(talk),
    Place.AFTER_MESSAGE: tell_code,
    Place.PERSON: person,
    Place.DANGER: danger,
    Place.ENDED: lambda talk, _: goodbye(talk),
}
