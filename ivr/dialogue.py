"""The conversation's door, pure: where it stands and what the caller did → what to do, what to say next."""

from collections.abc import Callable
from dataclasses import replace

from ivr.asking_for_help import (
    after_message,
    after_person,
    at_message,
    cannot_speak,
    message_left,
    person,
    ringing,
)
from ivr.conversation import Conversation, Facts, Place, Turn, goodbye
from ivr.danger import danger, in_danger
from ivr.menus import at_answer, at_greeting, at_questions, at_topics, greet
from ivr.steps import CallerInput, Keyed, RangOut, Silent, Spoke, SpokeNothing

__all__ = ["Conversation", "Facts", "Place", "Turn", "greet", "next_turn"]


def next_turn(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Return the next turn; keys 0 and 9, a recorded message and a talk with a person mean the same everywhere.

    But who is in danger stays there until a person has talked to them, and who can't speak may press any key.
    """
    match heard:
        case RangOut(answered=True):
            return after_person(talk, facts)
        case _ if talk.place is Place.DANGER:
            pass
        case Keyed() if talk.place is Place.CANNOT_SPEAK:
            pass
        case Keyed("0"):
            return person(talk, facts)
        case Keyed("9"):
            return danger(talk, facts)
        case Spoke():
            return message_left(talk, heard, facts)
    return _PLACES[talk.place](replace(talk, silences=_silences(talk, heard)), heard, facts)


def _silences(talk: Conversation, heard: CallerInput) -> int:
    return talk.silences + 1 if isinstance(heard, Silent | SpokeNothing) else 0


def _ended(talk: Conversation, _heard: CallerInput, _facts: Facts) -> Turn:
    return goodbye(talk)


_PLACES: dict[Place, Callable[[Conversation, CallerInput, Facts], Turn]] = {
    Place.GREETING: at_greeting,
    Place.TOPICS: at_topics,
    Place.QUESTIONS: at_questions,
    Place.ANSWER: at_answer,
    Place.MESSAGE: at_message,
    Place.CANNOT_SPEAK: cannot_speak,
    Place.AFTER_MESSAGE: after_message,
    Place.PERSON: ringing,
    Place.DANGER: in_danger,
    Place.ENDED: _ended,
}
