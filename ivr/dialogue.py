"""The conversation's door, pure: where it stands and what the caller did → what to do, what to say next."""

from collections.abc import Callable
from dataclasses import replace

from ivr.answering import at_more
from ivr.asking_for_help import (
    after_message,
    after_person,
    at_message,
    cannot_speak,
    message_left,
    person,
    ringing,
)
from ivr.by_voice import words_said
from ivr.calling_back import at_check, at_number, at_offer, at_when
from ivr.choosing import at_choice
from ivr.conversation import Conversation, Facts, Place, Turn, goodbye, keep_quiet
from ivr.danger import danger, in_danger
from ivr.holding import agent_dropped_off, on_hold, person_found, person_not_yet
from ivr.menus import at_answer, at_greeting, at_questions, at_topics, greet, pick_up
from ivr.saying_again import ears_lost, say_again
from ivr.spoken_words import Command, command_in
from ivr.steps import (
    CallerInput,
    EarsLost,
    Keyed,
    PersonFound,
    RangOut,
    Ring,
    Said,
    Silent,
    Speaking,
    Spoke,
    SpokeNothing,
    Talked,
)

__all__ = ["Conversation", "Facts", "Place", "Turn", "greet", "next_turn", "pick_up"]

_ABOUT_A_CALLBACK = frozenset({Place.CALLBACK_OFFER, Place.CALLBACK_NUMBER, Place.CALLBACK_CHECK, Place.CALLBACK_WHEN})
_IN_LINE = _ABOUT_A_CALLBACK | {Place.HOLDING, Place.TALKING}
_SAID_AGAIN_WHEN_CUT_OFF = frozenset(Place) - {Place.MESSAGE, Place.PERSON, Place.DANGER, Place.ENDED} - _IN_LINE


def next_turn(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """Return the next turn; keys 0 and 9, words, a recorded message and a talk with a person mean the same everywhere.

    But who is in danger stays there until a person has talked to them, and who can't speak may press any key.
    """
    if isinstance(heard, Speaking) and talk.voice:
        return keep_quiet(talk)
    was_cut_off = talk.cut_off
    talk = replace(talk, cut_off=False, told_to_hang_up_if_done=False, silences=_silences(talk, heard))
    if was_cut_off and isinstance(heard, Silent) and talk.place in _SAID_AGAIN_WHEN_CUT_OFF:
        turn = say_again(talk, facts)
    else:
        turn = _next_turn(talk, heard, facts)
    rings = any(isinstance(step, Ring) for step in turn.steps)
    return replace(turn, conversation=replace(turn.conversation, ringing=rings))


def _next_turn(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    if isinstance(heard, Talked) and talk.place is Place.TALKING:
        return agent_dropped_off(talk, facts) if facts.line.is_in else after_person(talk, facts)
    if facts.line.room:
        return person_found(talk, facts)
    if isinstance(heard, PersonFound) and talk.place is Place.HOLDING and facts.line.is_in:
        return person_not_yet(talk, facts)
    if talk.place in _IN_LINE and isinstance(heard, Spoke | EarsLost | Said) and not _is_danger(heard):
        wants_person = isinstance(heard, Said) and command_in(heard.text, talk.language) is Command.PERSON
        return person(talk, facts) if wants_person else _PLACES[talk.place](talk, heard, facts)
    return _anywhere(talk, Silent() if isinstance(heard, PersonFound | Talked) else heard, facts)


def _anywhere(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
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
        case Said():
            return words_said(talk, heard, facts)
        case EarsLost():
            return ears_lost(talk, facts)
    return _PLACES[talk.place](talk, heard, facts)


def _is_danger(heard: CallerInput) -> bool:
    return isinstance(heard, Said) and heard.is_danger


def _silences(talk: Conversation, heard: CallerInput) -> int:
    return talk.silences + 1 if isinstance(heard, Silent | SpokeNothing) else 0


def _ended(talk: Conversation, _heard: CallerInput, _facts: Facts) -> Turn:
    return goodbye(talk)


def _holding(talk: Conversation, heard: CallerInput, facts: Facts) -> Turn:
    """When the last agent goes, the people on duty are rung for those who wait."""
    is_alone = not facts.line.is_open and facts.can_ring
    return person(talk, facts) if is_alone else on_hold(talk, heard, facts)


_PLACES: dict[Place, Callable[[Conversation, CallerInput, Facts], Turn]] = {
    Place.GREETING: at_greeting,
    Place.TOPICS: at_topics,
    Place.QUESTIONS: at_questions,
    Place.CHOICE: at_choice,
    Place.ANSWER: at_answer,
    Place.MORE: at_more,
    Place.MESSAGE: at_message,
    Place.CANNOT_SPEAK: cannot_speak,
    Place.AFTER_MESSAGE: after_message,
    Place.PERSON: ringing,
    Place.DANGER: in_danger,
    Place.HOLDING: _holding,
    Place.CALLBACK_OFFER: at_offer,
    Place.CALLBACK_NUMBER: at_number,
    Place.CALLBACK_CHECK: at_check,
    Place.CALLBACK_WHEN: at_when,
    Place.TALKING: _holding,
    Place.ENDED: _ended,
}
