"""The conversation's door, pure: where it stands and what the caller did → what to do, what to say next."""

from collections.abc import Callable
from dataclasses import replace

from ivr.asking_for_help import (
    after_message,
    cannot_speak,
    danger,
    in_danger,
    message_left,
    no_message,
    person,
    ringing,
)
from ivr.conversation import Conversation, Facts, Place, Turn, goodbye
from ivr.menus import at_answer, at_greeting, at_questions, at_topics, greet
from ivr.steps import CallerInput, Keyed, Silent, Spoke, SpokeNothing

__all__ = ["Conversation", "Facts", "Place", "Turn", "greet", "next_turn"]


def next_turn(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Return the next turn; keys 0 and 9 and a recorded message mean the same everywhere."""
    if isinstance(heard, Keyed) and talk.place is not Place.CANNOT_SPEAK:
        if heard.key == "0":
            return person(talk, facts)
        if heard.key == "9":
            return danger(talk, facts)
    if isinstance(heard, Spoke) and talk.place is not Place.DANGER:
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
    Place.MESSAGE: no_message,
    Place.CANNOT_SPEAK: cannot_speak,
    Place.AFTER_MESSAGE: after_message,
    Place.PERSON: ringing,
    Place.DANGER: in_danger,
    Place.ENDED: _ended,
}
